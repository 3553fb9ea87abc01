"""Every coded field can be filtered or stands on a list with a reason, and filters find what documents say."""

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BooleanField, ForeignKey, ManyToManyField

from incidents.tags import AMONG_PARTS, CONTRADICTORY, COUNTED_HARM, GROUPED_VICTIM, WITHOUT_FIGURE
from operations.tags import MEMBER
from publication.documents import KINDS
from publication.models import Revision
from publication.tags import Tag
from reading.filters import YesNoFilter
from reading.query import LISTINGS
from records.keys import Keyed
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    DatasetCodeFactory,
    ExternalIdFactory,
    IncidentFactory,
    IncidentLinkFactory,
    IncidentResultFactory,
    TollFactory,
)
from tests.kept import kept
from tests.operations.factories import (
    ConflictFactory,
    ForceFactory,
    ParticipationFactory,
    PlaceControlFactory,
    RegionMemberFactory,
    ResultFactory,
)
from tests.sources.factories import ArticleFactory
from tests.theatre import Theatre, approve_and_publish

FILTERS = {name: listing.filters.base_filters for name, listing in LISTINGS.items()}

#: Fields that a filter of another name finds.
FOUND_BY = {
    "IncidentCitation.says_force": "contested",
    "IncidentCitation.says_place": "contested",
    "IncidentLink.other": "linked_to",
    "Place.parent": "place",
    "Force.parent": "force",
    "Operation.commanding_force": "force",
    "Operation.places": "place",
    "Phase.places": "place",
    "Casualty.within": "subset",
    "Victims.victim_force": "victim",
    "Toll.perpetrator": "force",
    "Toll.places": "place",
}

#: Fields that no filter finds, and why.
NOT_FILTERED = {
    "ToldApart.by": "Who told two records apart is for curators.",
    "Reviewed.state": "Readers see approved records only.",
    "Article.syndicated_from": "A reader who wants the copies of an article wants them all: they are few.",
    "Article.copied_from": "It says whose report a single article repeats; sums know copies without being asked.",
    "Media.kind": "Readers ask for articles; the evidence beside one is read in its document.",
    "ConflictCode.scheme": "There are few conflicts: whoever joins datasets fetches them all, with their codes.",
    "ConflictCode.verified": "It says how far one code can be relied on, and is read beside the code.",
    "ForceCode.scheme": "There are few forces: whoever joins datasets fetches them all, with their codes.",
    "ForceCode.verified": "It says how far one code can be relied on, and is read beside the code.",
    "Incident.control_before": "Few incidents change who holds a place: `kind=territory,transfer` finds them.",
    "Incident.control_after": "Few incidents change who holds a place: `kind=territory,transfer` finds them.",
    "Operation.parent": "Few operations are part of another, and each says so in its document.",
    "CountedResult.claimed_by": "Whose figure it is is read beside the figure; `result` finds the records.",
    "CountedResult.qualifier": "How a figure is worded is read beside the figure; `result` finds the records.",
    "Citation.stance": "Readers ask for records; what one passage says of a record is read in its document.",
    "Citation.supports": "Readers ask for records; what one passage says of a record is read in its document.",
    "Citation.credibility": "Readers ask for records; what one passage says of a record is read in its document.",
    "Claim.qualifier": "Readers ask for estimates; the words of one claim are read beside them.",
    "Claim.name_list": "Readers ask for estimates; on what one claim rests is read beside them.",
    "Claim.claimed_by": "Readers ask for estimates; whose figure one claim is is read beside them.",
    "Claim.supersedes": "Readers ask for estimates; how their claims follow each other is read beside them.",
    "Claim.used": "Readers ask for estimates; why they rest on one claim and not on another is read beside them.",
    "Toll.parent": "Few tolls are nested in another, and each says so in its document.",
    "TollCoverage.incident": "Few tolls cover an incident; what they cover is read as a whole.",
    "TollCoverage.relation": "What a toll covers is read as a whole: its document sums it up.",
}


def coded_models():
    """Return the models of documents and their parts."""
    return [model for model in apps.get_models() if issubclass(model, Keyed) and not model._meta.proxy]


def wholes(model):
    """Return the foreign keys that say what a row is a part of."""
    return [each for each in model._meta.concrete_fields if each.is_relation and goes_with(each)]


def goes_with(relation):
    return relation.remote_field.on_delete is models.CASCADE


def kinds_of(model):
    """Return the names of the kinds in whose documents a model stands."""
    own = {kind.name for kind in KINDS.values() if kind.model is model}
    above = {kind for each in wholes(model) for kind in kinds_of(each.related_model)}
    if own or above:
        return own | above
    naming = {each.related_model for each in model._meta.related_objects}
    return {kind.name for kind in KINDS.values() if kind.model in naming}


def name_of(field):
    """Return the field's name with the class that declares it, which may be the base of several models."""
    declares = [each for each in field.model.__mro__ if field.name in {own.name for own in own_fields(each)}]
    return f"{declares[-1].__name__}.{field.name}"


def own_fields(model):
    meta = getattr(model, "_meta", None)
    return [*meta.local_fields, *meta.local_many_to_many] if meta else []


def codes_of(field):
    base = field.base_field if isinstance(field, ArrayField) else field
    return {code for code, _ in base.choices or [] if code}


def is_coded(field):
    """Return whether a field holds codes, a yes or no, or a record, and not the record that its row is a part of."""
    if field.is_relation and goes_with(field):
        return bool({kind.name for kind in KINDS.values() if kind.model is field.model})
    return bool(codes_of(field)) or isinstance(field, BooleanField | ForeignKey | ManyToManyField)


def finds(name, declared, field):
    """Return whether a filter is that of a field."""
    if codes := codes_of(field):
        known = {code for code, _ in declared.extra.get("choices", [])} | set(getattr(declared, "codes", ()))
        return codes <= known
    return name == field.name and (isinstance(declared, YesNoFilter) or not isinstance(field, BooleanField))


def is_filtered(field):
    return any(finds(*each, field) for kind in kinds_of(field.model) for each in FILTERS[kind].items())


CODED = [
    field
    for model in coded_models()
    for field in [*model._meta.concrete_fields, *model._meta.local_many_to_many]
    if is_coded(field)
]


@pytest.mark.parametrize("field", CODED, ids=str)
def test_a_coded_field_is_filtered_or_says_why_not(field):
    name, listed = name_of(field), {**FOUND_BY, **NOT_FILTERED}
    assert is_filtered(field) != (name in listed), name
    if name in FOUND_BY:
        assert any(FOUND_BY[name] in FILTERS[kind] for kind in kinds_of(field.model))


def test_every_exception_is_about_a_coded_field_and_gives_its_reason():
    assert {*FOUND_BY, *NOT_FILTERED} - {name_of(field) for field in CODED} == set()
    assert [name for name, reason in NOT_FILTERED.items() if not reason.strip()] == []


@pytest.fixture
def stage(db):
    """The theatre with a row for every tag."""
    return kept("theatre with every tag", make_stage)


def make_stage():
    stage = Theatre()
    stage.other, passage = ArticleFactory(), {"article": stage.article}
    stage.base = ForceFactory(slug="brigade", echelon="brigade", parent=stage.army)
    PlaceControlFactory(place=stage.dibis, force=stage.division, no_force="", aspect="controls", **passage)
    PlaceControlFactory(place=stage.dibis, no_force="nobody", aspect="administers", locator="¶8", **passage)
    RegionMemberFactory(region=stage.diyala, place=stage.dibis)
    ParticipationFactory(phase=stage.phase, force=stage.pmf, role="lead", standing="planned", **passage)
    ResultFactory(phase=stage.phase, kind="houses_damaged", **passage)
    stage.incident.methods, stage.incident.weapons = ["disguise", "sniping"], ["ied", "small_arms"]
    stage.incident.save()
    ExternalIdFactory(incident=stage.incident, code="1|2")
    IncidentResultFactory(incident=stage.incident, kind="strikes", **passage)
    IncidentLinkFactory(incident=stage.incident, other=stage.arson)
    DatasetCodeFactory(incident=stage.incident, code="735")
    stage.conflict = ConflictFactory(slug="war")
    for record in (stage.incident, stage.toll):
        record.conflict = stage.conflict
        record.save()
    stage.subset = CasualtyFactory(
        incident=stage.incident, victim_force=stage.army, harm="killed", within=stage.casualty, basis="majority",
        age_group="child", sex="female", counted_as="attackers",
    )  # fmt: skip
    stage.part = CasualtyFactory(
        incident=stage.incident,
        victim_force=stage.army,
        harm="killed",
        within=stage.casualty,
        basis="latest_update",
        best=1,
        at_least=True,
    )
    for estimate in ({"casualty": stage.casualty}, {"casualty": None, "toll": stage.toll}):
        ClaimFactory(**estimate, article=stage.other, low=99, high=99)
    doubtful = IncidentFactory(killed_low=9)
    CasualtyFactory(incident=doubtful, low=4, best=4, high=4, basis="dataset")
    CasualtyFactory(incident=doubtful, harm="wounded", low=None, best=None, high=None)
    stage.phase.places.add(stage.dibis)
    stage.toll.places.add(stage.dibis)
    stage.unusable = TollFactory(usable=False, unusable_because="It is a rate.")
    stage.adopted = TollFactory(
        adopted=True,
        low=1,
        best=1,
        high=1,
        at_least=True,
        earliest_on="2001-01-01",
        latest_on="2001-01-01",
        basis="latest_update",
    )
    approve_and_publish(
        stage.other, stage.conflict, *stage.records(), stage.base, stage.unusable, stage.adopted, doubtful
    )
    return stage


def test_every_tag_that_is_written_is_read_and_every_one_that_is_read_is_written(stage):
    revisions = Revision.objects.served().values_list("kind", "tags")
    written = {
        (kind, name) for kind, tags in revisions for name, declared in Tag.declared.items() if declared.codes(tags)
    }
    read = {(kind, each.tag.name) for kind, known in FILTERS.items() for each in known.values() if hasattr(each, "tag")}
    read |= {("casualty", each.name) for each in (AMONG_PARTS, GROUPED_VICTIM)}  # Sums read them.
    read.add(("toll", GROUPED_VICTIM.name))
    read |= {("incident", each.name) for each in (CONTRADICTORY, COUNTED_HARM, WITHOUT_FIGURE)}
    read.add(("place", MEMBER.name))  # The filter `place` of every list reads it.
    assert written == read


@pytest.mark.parametrize(
    ("name", "parameters", "found"),
    [
        ("articles", {"outlet_kind": "unknown", "reliability": "F,A"}, ["article", "other"]),
        ("articles", {"published_basis": "unknown"}, ["article", "other"]),
        ("articles", {"reliability": "A"}, []),
        ("articles", {"source_status": "current"}, ["article", "other"]),
        ("articles", {"source_status": "corrected,retracted"}, []),
        ("forces", {"echelon": "brigade"}, ["base"]),
        ("places", {"force": "8th-division"}, ["dibis"]),
        ("places", {"force": "iraqi-army", "aspect": "controls"}, ["dibis"]),
        ("places", {"force": "pmf"}, []),
        ("places", {"aspect": "administers"}, ["dibis"]),
        ("places", {"force": "pmf,nobody", "aspect": "administers"}, ["dibis"]),
        ("places", {"force": "iraqi-army", "aspect": "administers"}, []),
        ("operations", {"end_status": "unclear", "result": "houses_damaged"}, ["operation"]),
        ("operations", {"role": "participant"}, ["operation"]),
        ("operations", {"role": "target"}, []),
        ("operations", {"standing": "absent", "force": "pmf"}, []),
        ("operations", {"standing": "absent"}, ["operation"]),
        ("phases", {"standing": "planned", "force": "pmf"}, ["phase"]),
        ("phases", {"standing": "took_part", "force": "pmf"}, []),
        ("phases", {"standing": "absent", "force": "peshmerga", "role": "participant"}, ["phase"]),
        ("phases", {"standing": "absent", "role": "lead"}, []),
        ("phases", {"role": "participant", "force": "peshmerga"}, []),
        ("phases", {"role": "lead", "force": "pmf"}, ["phase"]),
        ("phases", {"standing": "planned", "force": "8th-division"}, []),
        ("phases", {"result": "villages_cleared"}, []),
        ("incidents", {"method": "siege,sniping"}, ["incident"]),
        ("incidents", {"method": "siege"}, []),
        ("incidents", {"attribution": "unattributed", "method": "sniping", "weapon": "ied"}, ["incident"]),
        ("incidents", {"attribution": "fair"}, []),
        ("incidents", {"clarity": "aggregated"}, []),
        ("incidents", {"result": "strikes"}, ["incident"]),
        ("incidents", {"result": "houses_damaged"}, []),
        ("incidents", {"external_id": "ucdp_ged:1|2"}, ["incident"]),
        ("incidents", {"conflict": "war"}, ["incident"]),
        ("casualties", {"conflict": "war", "subset": "false"}, ["casualty"]),
        ("tolls", {"conflict": "war"}, ["toll"]),
        ("incidents", {"contested": "figures"}, ["incident"]),
        ("incidents", {"dataset_code": "ucdp_dyad:735"}, ["incident"]),
        ("incidents", {"dataset_code": "ucdp_dyad:1"}, []),
        ("casualties", {"role": "initiator", "subset": "false"}, ["casualty"]),
        ("casualties", {"role": "accused"}, []),
        ("casualties", {"subset": "true"}, ["subset", "part"]),
        ("casualties", {"basis": "majority"}, ["subset"]),
        ("casualties", {"age_group": "child,elderly"}, ["subset"]),
        ("casualties", {"sex": "female", "counted_as": "attackers"}, ["subset"]),
        ("casualties", {"counted_as": "victims", "conflict": "war"}, ["casualty", "part"]),
        ("incidents", {"age_group": "child", "sex": "female", "counted_as": "attackers"}, ["incident"]),
        ("incidents", {"age_group": "mixed"}, []),
        ("casualties", {"at_least": "true"}, ["part"]),
        ("casualties", {"at_least": "false", "conflict": "war"}, ["casualty", "subset"]),
        ("tolls", {"at_least": "true"}, ["adopted"]),
        ("tolls", {"basis": "latest_update"}, ["adopted"]),
        ("tolls", {"usable": "false"}, ["unusable"]),
        ("tolls", {"adopted": "true"}, ["adopted"]),
        ("tolls", {"adopted": "false", "usable": "true"}, ["toll"]),
    ],
)
def test_a_filter_finds_what_documents_say(stage, get, name, parameters, found):
    rows = get(f"{name}/", **parameters)["results"]
    assert {row.get("uid") or row["slug"] for row in rows} == {getattr(stage, each).public_name for each in found}
