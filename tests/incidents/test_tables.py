"""The flat tables: which columns they have, and what stands in them."""

import orjson
import pytest

from incidents.choices import Coverage, Harm, VictimStatus
from operations.choices import Aspect, ResultKind
from publication.documents import KINDS
from publication.models import Revision
from publication.tables import TABLES, Holds, table_of
from tests.incidents.factories import CasualtyFactory, TollCoverageFactory
from tests.kept import kept
from tests.operations.factories import PlaceControlFactory, ResultFactory
from tests.theatre import Theatre

ENVELOPE = "revision seq published_at codebook"
PASSAGE = "article outlet published locator quote said_by stance credibility passage source_status"
PLACE = "place_slug place_name place_within place_lat place_lon place_disputed"
STARTS_AND_ENDS = " ".join(
    f"{end}_{part}" for end in ("starts", "ends") for part in ("edtf", "earliest", "latest", "precision", "as_reported")
)
WHEN = "when_edtf when_earliest when_latest when_precision when_as_reported"
SUGGESTED = "suggested_low suggested_best suggested_high suggested_basis suggested_contested"

#: Readers count on these, in this order: a new column comes at the end of its table.
HEADERS = {
    "articles": f"""uid title outlet_slug outlet_name outlet_kind outlet_country outlet_affiliation outlet_reliability
        byline published_edtf published_earliest published_latest published_precision published_basis published_note
        language url archive_url retrieved syndicated_from copied_from sha256 {ENVELOPE} licence
        status status_on status_note""",
    "casualties": f"""uid incident {WHEN} {PLACE} victim_force victim_status harm low best high basis {ENVELOPE}
        note within {SUGGESTED} victim_group victim_age_group victim_sex victim_occupation counted_as died_edtf
        died_earliest died_latest died_precision rest_low rest_best rest_high at_least suggested_at_least""",
    "citations": f"operation phase incident {PASSAGE} supports",
    "claims": f"""uid casualty toll low high qualifier as_of supersedes used unused_because {PASSAGE} claimed_by
        name_list""",
    "conflicts": f"slug name about when_edtf when_earliest when_latest when_precision {ENVELOPE}",
    "dataset_codes": "incident scheme code",
    "external_ids": "incident scheme code",
    "forces": f"""slug name kind echelon parent within active_edtf active_earliest active_latest active_precision
        {ENVELOPE}""",
    "incidents": f"""uid kind violent title summary {WHEN} {PLACE} place_as_reported location_precision point_lat
        point_lon operation phase methods weapons target attribution clarity killed_low killed_best killed_high
        wounded_low wounded_best wounded_high {ENVELOPE} attackers_killed_low attackers_killed_best
        attackers_killed_high
        time_clock time_earliest time_latest time_parts_of_day time_as_reported time_zone contested other_places
        conflict violence_type violence_type_stated killed_at_least wounded_at_least attackers_killed_at_least
        control_before control_after""",
    "incident_links": f"incident kind other note {PASSAGE}",
    "incident_places": "incident place sequence note",
    "incident_results": f"incident kind what low high unit qualifier claimed_by_slug claimed_by_name {PASSAGE}",
    "involvements": f"incident force_slug force_name role standing people_low people_high {PASSAGE}",
    "media": "article ordinal kind caption url obtained sha256",
    "names": "place force operation name language conflict",
    "operations": f"""uid name kind objective summary commanding_force_slug commanding_force_name {STARTS_AND_ENDS}
        end_status places_slug parent {ENVELOPE}""",
    "paragraphs": "article locator text",
    "participations": f"phase operation force_slug force_name role standing {PASSAGE}",
    "phases": f"uid operation ordinal name basis {STARTS_AND_ENDS} places_slug area_km2 {ENVELOPE}",
    "place_control": f"""place aspect force_slug force_name no_force
        starts_edtf starts_earliest starts_latest starts_precision ends_edtf
        ends_earliest ends_latest ends_precision {PASSAGE} uid""",
    "places": f"slug name kind parent within lat lon pcode disputed {ENVELOPE} level",
    "region_members": f"region place {PASSAGE}",
    "rival_facts": f"""incident {PASSAGE} contests says_when_edtf says_when_earliest says_when_latest
        says_when_precision says_place_slug says_place_as_reported says_force_slug says_force_name
        says_force_as_reported says_kind says_target""",
    "results": f"phase operation kind what low high unit qualifier claimed_by_slug claimed_by_name {PASSAGE}",
    "sides": "conflict side name forces periods",
    "theatres": f"""slug name title publisher licence_name licence_path contact_email contact_url citation_note
        countries languages time_zone starts_on box_west box_south box_east box_north first_level first_level_plural
        second_level second_level_plural third_level third_level_plural {ENVELOPE}""",
    "toll_coverage": "toll incident relation reason people proposed stale_because",
    "tolls": f"""uid title {WHEN} places_slug victim_force victim_status harm perpetrator_slug perpetrator_name
        operation phase low best high series usable unusable_because adopted {ENVELOPE}
        parent basis note {SUGGESTED} live falls_below explained_low explained_best explained_high
        residual_low residual_best residual_high reconciled_low reconciled_best reconciled_high
        contradiction conflict at_least suggested_at_least""",
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_columns_of_a_table_stay_where_they_are(name):
    assert [field.name for field in TABLES[name].fields] == HEADERS[name].split()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_says_what_it_means(name):
    assert [field.name for field in TABLES[name].fields if not field.rule] == []


@pytest.mark.parametrize("name", sorted(TABLES))
def test_keys_and_references_name_columns_and_tables(name):
    table = TABLES[name]
    columns = {field.name for field in table.fields}
    assert {*table.key, *table.references, table.year_of or next(iter(columns))} <= columns
    assert all(len(TABLES[other].key) == 1 for other in table.references.values())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_a_table_of_its_own(kind):
    assert table_of(kind).key in {("uid",), ("slug",)}


def test_columns_hold_what_the_serializer_says():
    fields = {field.name: field for field in TABLES["incidents"].fields}
    holds = {name: fields[name].holds for name in ("uid", "when_latest", "methods", "place_within", "place_lat")}
    assert holds == {
        "uid": Holds.TEXT,
        "when_latest": Holds.DAY,
        "methods": Holds.CODES,
        "place_within": Holds.CODES,
        "place_lat": Holds.NUMBER,
    }
    assert (fields["killed_low"].holds, fields["place_disputed"].holds) == (Holds.COUNT, Holds.YES_OR_NO)
    assert fields["location_precision"].codes["near_settlement"] == "Near a settlement"


@pytest.fixture
def theatre(db):
    return kept("theatre that is not published", Theatre)


def rows(kind, table):
    """Return the rows of a table that the served documents of a kind give, as dictionaries."""
    names = [field.name for field in TABLES[table].fields]
    documents = Revision.objects.of(kind).served().order_by("uid").values_list("document", flat=True)
    return [dict(zip(names, row, strict=True)) for text in documents for row in TABLES[table].read(kind, text)]


def test_claims_name_the_casualty_or_the_toll_they_speak_of(theatre):
    theatre.publish()
    (of_casualty,), (of_toll,) = rows("casualty", "claims"), rows("toll", "claims")
    assert (of_casualty["casualty"], of_casualty["toll"], of_casualty["low"]) == (theatre.casualty.uid, None, 4)
    assert (of_toll["casualty"], of_toll["toll"], of_toll["low"]) == (None, theatre.toll.uid, 22)


def test_casualties_have_a_row_for_each_group_of_victims(theatre):
    wounded = CasualtyFactory(
        incident=theatre.incident, victim_status=VictimStatus.CIVILIAN, harm=Harm.WOUNDED, low=1, best=None, high=None
    )
    theatre.publish()
    found = [(row["uid"], row["victim_force"], row["low"], row["high"]) for row in rows("casualty", "casualties")]
    assert found == [(theatre.casualty.uid, "8th-division", 4, 4), (wounded.uid, None, 1, None)]


def test_force_that_was_absent_is_a_participation_that_says_so(theatre):
    theatre.publish()
    found = [(row["force_slug"], row["standing"], row["phase"]) for row in rows("phase", "participations")]
    assert found == [("8th-division", "took_part", theatre.phase.uid), ("peshmerga", "absent", theatre.phase.uid)]


def test_forces_of_an_incident_are_rows_and_never_columns(theatre):
    theatre.publish()
    found = [(row["incident"], row["force_slug"], row["role"]) for row in rows("incident", "involvements")]
    assert found == [
        (theatre.incident.uid, "isis", "initiator"),
        (theatre.incident.uid, "8th-division", "target"),
    ]


def test_tolls_say_which_incidents_they_count(theatre):
    TollCoverageFactory(toll=theatre.toll, incident=theatre.incident, relation=Coverage.LIKELY)
    theatre.publish()
    (row,) = rows("toll", "toll_coverage")
    assert (row["toll"], row["incident"], row["relation"]) == (theatre.toll.uid, theatre.incident.uid, "likely")


def test_results_and_control_carry_their_passage(theatre):
    ResultFactory(phase=theatre.phase, kind=ResultKind.VILLAGES_CLEARED, low=8, high=8, article=theatre.article)
    PlaceControlFactory(
        place=theatre.dibis, aspect=Aspect.CONTROLS, force=theatre.army, no_force="", article=theatre.article
    )
    theatre.publish()
    (result,), (*claims, control) = rows("phase", "results"), rows("place", "place_control")
    assert (result["operation"], result["low"], result["article"]) == (theatre.operation.uid, 8, theatre.article.uid)
    assert [(claim["force_slug"], claim["aspect"]) for claim in claims] == [
        ("iraqi-army", "claims"),
        ("peshmerga", "claims"),
    ]
    assert (control["place"], control["force_slug"], control["locator"]) == ("dibis", "iraqi-army", "¶1")


def test_place_within_names_everything_around_it_nearest_first(theatre):
    theatre.publish()
    incident, _ = rows("incident", "incidents")
    assert (incident["place_slug"], incident["place_within"]) == ("dibis", ["kirkuk", "iraq"])


def test_document_of_an_older_codebook_has_blank_cells_for_what_it_did_not_say(theatre):
    theatre.publish()
    casualty = orjson.loads(Revision.objects.of("casualty").served().get().document)
    del casualty["suggested"], casualty["within"]
    (row,) = TABLES["casualties"].read("casualty", orjson.dumps(casualty))
    named = dict(zip((field.name for field in TABLES["casualties"].fields), row, strict=True))
    assert (named["uid"], named["suggested_low"], named["within"]) == (theatre.casualty.uid, None, None)


def test_document_of_an_older_codebook_gives_no_rows_of_a_list_that_it_did_not_have(theatre):
    theatre.publish()
    incident = orjson.loads(Revision.objects.of("incident").served().get(uid=theatre.incident.uid).document)
    del incident["external_ids"]
    assert TABLES["external_ids"].read("incident", orjson.dumps(incident)) == []
