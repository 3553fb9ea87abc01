"""The import of events: what rows become, what dirt does not matter, and what is never done."""

import csv
import io
import threading
from datetime import date

import pghistory
import pytest
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from incidents.imports.table_files import open_table
from incidents.imports.ucdp import UCDP_GED
from incidents.imports.writing import IMPORT_LOCK, Import
from incidents.models import Casualty, Claim, ExternalId, Incident, IncidentCitation
from operations.choices import ForceKind, PlaceKind
from operations.models import Conflict, Force, Place, SideMember
from publication.models import Review, Revision
from records.choices import State
from records.history import history
from records.models import RecordVersion
from records.rules import check_rules
from sources.models import Article
from tests.incidents.events import ACLED, UCDP, Iraq, run, text
from tests.incidents.factories import IncidentFactory
from tests.operations.factories import ConflictCodeFactory, PlaceFactory, PlaceNameFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db


#: The ids and the name of a conflict in UCDP.
CONFLICT = {"conflict_new_id": "259", "conflict_name": "Iraq: Government", "dyad_new_id": "524"}


@pytest.fixture
def iraq(db):
    return Iraq()


@pytest.fixture
def file(tmp_path):
    """A function that writes a file of events and returns its path."""

    def write(*rows, name="events.csv", encoding="utf-8", content=None, delimiter=","):
        path = tmp_path / name
        path.write_bytes((text(*rows, delimiter=delimiter) if content is None else content).encode(encoding))
        return path

    return write


def told_in(report):
    """Return the rows of a report."""
    return list(csv.DictReader(io.StringIO(report.read_text("utf-8"))))


def killed(incident):
    """Return the figures of an incident's dead by victim."""
    rows = incident.casualties.select_related("victim_force")
    return {(c.victim_force and c.victim_force.slug, c.victim_status): (c.low, c.best, c.high) for c in rows}


def stored():
    """Return all that an import may write, without keys and uids."""
    return [
        (
            str(each.external_ids.get()), each.title, each.earliest_on, each.latest_on, each.place.slug,
            each.location_precision, each.latitude, each.longitude, each.clarity, each.killed_low, each.killed_high,
            sorted((part.force.slug, part.role) for part in each.involvements.all()),
            sorted(killed(each).items(), key=str),
        )
        for each in Incident.objects.order_by("external_ids__code")
    ]  # fmt: skip


# What a row becomes


def test_a_row_becomes_an_incident_in_review_whose_figure_leads_to_the_row(iraq, file):
    assert run(file(UCDP)).splitlines()[-1] == "1 created and in review."
    incident = Incident.objects.get()
    assert (incident.state, incident.place, incident.earliest_on) == (State.IN_REVIEW, iraq.town, date(2017, 7, 31))
    assert killed(incident) == {("iraqi-government", "security_force_member"): (1, 2, 3)}
    claim = Claim.objects.get()
    assert (claim.low, claim.high, claim.locator, claim.said_by) == (1, 3, "id 101", "army statement")
    assert (claim.article.outlet.slug, claim.article.licence) == ("ucdp", "CC BY 4.0")
    assert IncidentCitation.objects.get().article == claim.article
    assert str(incident.external_ids.get()) == "ucdp_ged:101"


def test_fighting_has_no_attacker_and_one_sided_violence_has(iraq, file):
    civilians = {"id": "102", "type_of_violence": "3", "side_a": "IS", "side_a_new_id": "234", "side_b": "Civilians"}
    run(file(UCDP, UCDP | civilians | {"side_b_new_id": "1"}), create_forces=True)
    roles = [[(part.force.slug, part.role) for part in each.involvements.all()] for each in Incident.objects.all()]
    assert roles == [
        [("iraqi-government", "party"), ("isis", "party")],
        [("isis", "initiator"), ("civilians", "target")],
    ]


def test_bounds_of_several_groups_stay_those_of_all_killed_together(iraq, file):
    run(file(UCDP | {"deaths_b": "5", "best": "7", "low": "4", "high": "12"}))
    incident = Incident.objects.get()
    assert (incident.killed_low, incident.killed_high) == (4, 12)
    assert set(killed(incident).values()) == {(None, 2, None), (None, 5, None)}
    approve_and_publish(*iraq.records(), Article.objects.get(), incident)
    revision = Revision.objects.of("incident").get()
    assert (revision.killed_low, revision.killed_best, revision.killed_high) == (4, 7, 12)


def test_a_bound_that_contradicts_the_best_number_is_one_of_all_killed_together_and_reported(iraq, file):
    told = run(file(UCDP | {"low": "3", "high": "4"}), verbosity=2)
    incident = Incident.objects.get()
    assert killed(incident) == {("iraqi-government", "security_force_member"): (None, 2, 4)}
    assert (incident.killed_low, incident.killed_high) == (3, None)
    assert "gives at least 3, above its own best number 2" in told
    assert "gives at least 3" in Casualty.objects.get().note


def test_bounds_that_contradict_each_other_are_kept_too(iraq, file):
    run(file(UCDP | {"low": "3", "high": "1"}))
    incident = Incident.objects.get()
    assert killed(incident) == {("iraqi-government", "security_force_member"): (None, 2, None)}
    assert (incident.killed_low, incident.killed_high) == (3, 1)
    assert [str(finding.sentence) for finding in check_rules([incident]) if finding.rule.code == "killed_in_order"] == [
        f"{incident.uid} says that at least 3 and at most 1 were killed"
    ]


def test_the_type_of_violence_and_the_ids_that_events_share_are_kept(iraq, file):
    run(file(UCDP | CONFLICT))
    incident = Incident.objects.get()
    assert incident.violence_type == "state_based"
    assert [str(code) for code in incident.dataset_codes.all()] == [
        "ucdp_conflict:259", "ucdp_dyad:524", "ucdp_side_a:116", "ucdp_side_b:234"
    ]  # fmt: skip


def test_a_conflict_is_found_by_its_id_and_otherwise_reported(iraq, file):
    assert "conflict “Iraq: Government” is not known (1 row)" in run(file(UCDP | CONFLICT))
    war = ConflictCodeFactory(scheme="ucdp_conflict", code="259", verified=True).conflict
    run(file(UCDP | CONFLICT, name="again.csv"), update=True)
    assert Incident.objects.get().conflict == war


def test_a_conflict_is_entered_with_its_ids_and_sides(iraq, file):
    other = {"id": "102", "side_b": "Ansar", "side_b_new_id": "77", "dyad_new_id": "525"}
    civilians = {"id": "103", "type_of_violence": "3", "side_b": "Civilians", "side_b_new_id": "1"}
    path = file(UCDP | CONFLICT, UCDP | CONFLICT | other, UCDP | CONFLICT | civilians)
    run(path, create_conflicts=True, create_forces=True)
    conflict = Conflict.objects.get()
    assert (conflict.name, conflict.state) == ("Iraq: Government", State.IN_REVIEW)
    assert sorted(map(str, conflict.codes.all())) == ["ucdp_conflict 259", "ucdp_dyad 524", "ucdp_dyad 525"]
    members = SideMember.objects.order_by("side__name").values_list("side__name", "force__slug", "locator")
    assert list(members) == [
        ("Ansar", "ansar", "id 102"), ("Government of Iraq", "iraqi-government", "id 101"), ("IS", "isis", "id 101")
    ]  # fmt: skip
    assert [incident.conflict for incident in Incident.objects.all()] == [conflict, conflict, None]
    again = run(path, create_conflicts=True, create_forces=True, update=True)
    assert again.splitlines()[-1] == "Nothing to write: 3 to leave alone."


def test_several_governments_on_one_side_are_several_forces(iraq, file):
    allies = {"side_b": "Government of Australia, Government of Iraq (Kurdistan, Erbil)", "side_b_new_id": "900"}
    run(file(UCDP | allies | {"gwnob": "900, 645", "deaths_b": "3", "best": "5"}), create_forces=True)
    incident = Incident.objects.get()
    assert [(part.force.name, part.force.kind) for part in incident.involvements.all()] == [
        ("Government of Australia", "government"),
        ("Government of Iraq (Kurdistan, Erbil)", "government"),
        ("Government of Iraq", "government"),
    ]
    assert [(each.victim_group, each.best) for each in incident.casualties.filter(victim_force=None)] == [
        ("of Government of Australia or Government of Iraq (Kurdistan, Erbil)", 3)
    ]


def test_a_force_that_is_named_first_as_a_part_of_a_side_gets_its_code_later(iraq, file):
    allies = {"id": "102", "side_b": "Ansar, Rivals", "side_b_new_id": "900"}
    run(file(UCDP | allies, UCDP | {"side_b": "Ansar", "side_b_new_id": "77"}), create_forces=True)
    codes = {force.slug: list(map(str, force.codes.all())) for force in Force.objects.filter(kind="armed_group")}
    assert codes["ansar"] == ["ucdp_actor 77"]
    assert codes["rivals"] == []


def test_a_side_with_an_id_that_is_known_is_that_force_whatever_its_name(iraq, file):
    run(file(UCDP | {"side_b": "IS, Ansar"}))
    assert {part.force.slug for part in Incident.objects.get().involvements.all()} == {"iraqi-government", "isis"}


@pytest.mark.parametrize("precision", "12345")
def test_the_point_of_a_row_is_kept_however_imprecise_it_is(iraq, file, precision):
    run(file(UCDP | {"where_prec": precision, "latitude": "36.4", "longitude": "42.5"}))
    incident = Incident.objects.get()
    assert (incident.latitude, incident.longitude) == (36.4, 42.5)


def test_a_former_name_of_an_area_is_that_area(iraq, file):
    PlaceNameFactory(place=iraq.nineveh, name="Mosul Vilayet", language="en")
    run(file(UCDP | {"adm_1": "Mosul vilayet province"}), create_places=True)
    assert Incident.objects.get().place == iraq.town
    assert Place.objects.count() == 4


@pytest.mark.parametrize(("latitude", "places"), [(36.3, 4), (33.0, 7)])
def test_an_area_with_a_name_that_is_not_known_is_found_by_the_district_in_it_near_the_row(
    iraq, file, latitude, places
):
    iraq.district.latitude, iraq.district.longitude = latitude, 42.4
    iraq.district.save()
    run(file(UCDP | {"adm_1": "Al-Jazira province"}), create_places=True)
    assert Place.objects.count() == places


def test_a_country_is_found_by_its_code_and_entered_with_it(iraq, file):
    russia = PlaceFactory(slug="russia", name="Russian Federation", kind=PlaceKind.COUNTRY, pcode="RU")
    elsewhere = {"where_prec": "6", "where_coordinates": "", "adm_1": "", "adm_2": ""}
    rows = [
        UCDP | elsewhere | {"country": name, "id": name[:2]} for name in ("Russia (Soviet Union)", "Myanmar (Burma)")
    ]
    run(file(*rows), create_places=True)
    assert [(incident.place.slug, incident.place.pcode) for incident in Incident.objects.all()] == [
        (russia.slug, "RU"), ("myanmar", "MM")
    ]  # fmt: skip


def test_perhaps_killed_is_no_group_of_victims(iraq, file):
    run(file(UCDP | {"deaths_a": "0", "best": "0", "low": "0", "high": "6"}))
    assert killed(Incident.objects.get()) == {(None, "unknown"): (0, 0, 6)}


def test_a_place_that_is_not_known_gives_the_area_around_it_and_is_listed(iraq, file):
    told = run(file(UCDP | {"where_coordinates": "Ayadiyah town", "latitude": "36.5"}))
    incident = Incident.objects.get()
    assert (incident.place, incident.place_as_reported) == (iraq.district, "Ayadiyah town")
    assert (incident.latitude, incident.longitude) == (36.5, 42.448)
    assert "place “Ayadiyah town” in Tall Afar is not known (1 row)" in told


def test_a_near_miss_is_a_suggestion_and_never_taken(iraq, file):
    told = run(file(UCDP | {"adm_1": "Ninaveh province", "adm_2": "", "where_coordinates": "Nowhere village"}))
    assert Incident.objects.get().place == iraq.iraq
    assert "first level “Ninaveh province” in Iraq is not known; nineveh?" in told


def test_a_near_miss_is_not_entered_as_a_new_area(iraq, file):
    run(file(UCDP | {"adm_1": "Ninaveh province", "adm_2": "Mosul district"}), create_places=True)
    assert Place.objects.count() == 4


def test_missing_places_are_entered_with_what_is_around_them(file, iraq):
    changed = {"adm_1": "Anbar province", "adm_2": "Rutba district", "where_coordinates": "Nukhayb town"}
    run(file(UCDP | changed), create_places=True)
    line = [(place.name, place.kind, place.state) for place in Incident.objects.get().place.line()]
    assert line == [
        ("Nukhayb", PlaceKind.SETTLEMENT, State.IN_REVIEW),
        ("Rutba", PlaceKind.SECOND_LEVEL, State.IN_REVIEW),
        ("Anbar", PlaceKind.FIRST_LEVEL, State.IN_REVIEW),
        ("Iraq", PlaceKind.COUNTRY, State.DRAFT),
    ]


def test_of_namesakes_the_one_near_the_point_is_meant(iraq, file):
    PlaceFactory(slug="far", name="Tall Afar", parent=iraq.district, latitude=35.0, longitude=42.4)
    run(file(UCDP))
    assert Incident.objects.get().place == iraq.town


def test_names_in_other_scripts_are_found(iraq, file):
    PlaceNameFactory(place=iraq.nineveh, name="Nīnawá", language="ar-Latn")
    run(
        file(
            UCDP | {"where_prec": "4", "where_coordinates": "Nīnawá province", "adm_1": "Nīnawá province", "adm_2": ""}
        )
    )
    assert Incident.objects.get().place == iraq.nineveh


def test_a_force_that_is_not_known_refuses_the_row_or_is_entered(iraq, file):
    path = file(UCDP | {"side_b": "Ansar", "side_b_new_id": "999"})
    with pytest.raises(CommandError, match="1 to refuse"):
        run(path)
    assert not Incident.objects.exists()
    run(path, create_forces=True)
    force = Force.objects.get(slug="ansar")
    assert (force.kind, force.state) == (ForceKind.ARMED_GROUP, State.IN_REVIEW)
    assert [str(code) for code in force.codes.all()] == ["ucdp_actor 999"]


def test_acled_gives_one_number_and_nothing_for_zero(iraq, file):
    run(file(ACLED, ACLED | {"event_id_cnty": "IRQ102", "fatalities": "0"}), layout="acled")
    first, second = Incident.objects.all()
    assert (killed(first), killed(second)) == ({(None, "unknown"): (None, 4, None)}, {})
    assert [(first.kind, part.role) for part in first.involvements.all()] == [("armed_clash", "party")] * 2


def test_acled_days_are_as_sure_as_their_precision(iraq, file):
    rows = [ACLED | {"event_id_cnty": f"IRQ{p}", "time_precision": p, "event_date": "15 July 2017"} for p in "123"]
    run(file(*rows), layout="acled")
    windows = [(each.earliest_on.day, each.latest_on.day) for each in Incident.objects.all()]
    assert windows == [(15, 15), (12, 18), (1, 31)]


def test_demonstrations_are_left_alone(iraq, file):
    row = ACLED | {"event_type": "Protests", "sub_event_type": "Peaceful protest"}
    assert "1 to leave alone" in run(file(row), layout="acled")


MAPPING = """
dataset: {scheme: diary, outlet: The Diary, title: Diary of attacks, licence: CC0}
columns:
  id: No
  date_start: Day
  kind: What
  adm1: Province
  initiator: By
  target_force: Against
constants: {country: Iraq}
values:
  kind: {bomb: bombing}
casualties:
  - {harm: killed, status: security_force_member, force: target_force, best: Soldiers}
  - {harm: wounded, status: civilian, low: Wounded}
"""

DIARY = {
    "No": "7", "Day": "31.07.2017", "What": "bomb", "Province": "Nineveh", "By": "Islamic State",
    "Against": "iraqi-government", "Soldiers": "3", "Wounded": "5",
}  # fmt: skip


@pytest.fixture
def mapping(tmp_path):
    def write(content=MAPPING):
        path = tmp_path / "mapping.yaml"
        path.write_text(content, "utf-8")
        return path

    return write


def test_any_table_is_read_by_a_mapping(iraq, file, mapping):
    run(file(DIARY), layout="table", mapping=mapping())
    incident = Incident.objects.get()
    assert (incident.kind, incident.place, incident.location_precision) == ("bombing", iraq.nineveh, "first_level")
    assert [(part.force.slug, part.role) for part in incident.involvements.all()] == [
        ("isis", "initiator"),
        ("iraqi-government", "target"),
    ]
    assert killed(incident) == {
        ("iraqi-government", "security_force_member"): (None, 3, None),
        (None, "civilian"): (5, None, None),
    }
    wounded = Claim.objects.get(casualty__harm="wounded")
    assert (wounded.low, wounded.high, wounded.qualifier) == (5, None, "at_least")
    assert str(incident.external_ids.get()) == "diary:7"


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            "casualties:",
            "results: [{kind: cars, number: Cars}]\ncasualties:",
            "mapping.yaml, line 13, kind: choose one",
        ),
        ("casualties:", "results: [{kind: money}]\ncasualties:", "mapping.yaml, line 13, number: name the column"),
        ("  id: No\n", "", "mapping.yaml, line 4, id: name the column of ids"),
        ("adm1:", "admin1:", "mapping.yaml, line 7, admin1: no such key."),
        ("{bomb: bombing}", "{bomb: boom}", "mapping.yaml, line 12, kind: “boom” is not a code"),
        ("harm: wounded", "harm: hurt", "mapping.yaml, line 15, harm: choose one of: killed"),
        ("licence: CC0", "license: CC0", "mapping.yaml, line 2, license: no such key."),
        ("scheme: diary", "scheme: My Diary", "mapping.yaml, line 2, scheme: Name the dataset"),
        ("constants: {country: Iraq}", "constants: [", "mapping.yaml, line 12: this is not YAML."),
    ],
)
def test_a_mapping_says_which_line_and_key_is_wrong(iraq, file, mapping, before, after, sentence):
    with pytest.raises(CommandError) as error:
        run(file(DIARY), layout="table", mapping=mapping(MAPPING.replace(before, after)))
    assert str(error.value).startswith(sentence)


def test_a_table_may_state_times_of_day_results_and_the_type_of_violence(iraq, file, mapping):
    more = "results:\n  - {kind: vehicles_destroyed, what: pick-ups, number: Cars}\n  - {kind: strikes, low: Strikes}\n"
    columns = "  id: No\n  time: Hour\n  part_of_day: Part\n  violence_type: Type\n"
    mapped = mapping(MAPPING.replace("  id: No\n", columns) + more)
    stated = DIARY | {"Part": "night", "Type": "state_based", "Cars": "2", "Strikes": "3"}
    rows = [stated | {"Hour": "21:40/22:30"}, stated | {"No": "8", "Hour": "", "Cars": "0"}]
    run(file(*rows), layout="table", mapping=mapped)
    first, second = Incident.objects.all()
    assert [(each.time, each.part_of_day) for each in (first, second)] == [("21:40/22:30", "unknown"), ("", "night")]
    assert first.violence_type == "state_based"
    results = [(each.kind, each.what, each.low, each.high, each.locator) for each in first.results.all()]
    assert results == [("strikes", "", 3, None, "id 7"), ("vehicles_destroyed", "pick-ups", 2, 2, "id 7")]
    assert [each.kind for each in second.results.all()] == ["strikes"]
    again = file(stated | {"Hour": "21:40/22:30", "Cars": "5"}, name="newer.csv")
    run(again, layout="table", mapping=mapped, update=True)
    assert [each.low for each in first.results.all()] == [3, 5]


def test_a_word_without_a_code_is_refused_with_the_codes(iraq, file, mapping):
    report = file(content="").with_name("report.csv")
    run(file(DIARY | {"What": "raid"}), layout="table", mapping=mapping(), report=report, dry_run=True)
    assert told_in(report)[0]["remark"].startswith("what: “raid” is not one of our codes. Say under `values: kind:`")


# Dirt


def as_lines(*rows):
    return text(*rows).splitlines()


def test_a_row_of_hxl_tags_is_passed_over(iraq, file):
    header, row = as_lines(UCDP)
    tags = ",".join("#date+start" if name.startswith("date") else "#meta" for name in header.split(","))
    told = run(file(content=f"{header}\n{tags}\n{row}\n"))
    assert "row of HXL tags skipped" in told
    assert Incident.objects.count() == 1


def test_line_breaks_inside_quotes_belong_to_the_cell(iraq, file):
    run(file(UCDP | {"source_original": "army\nstatement"}, UCDP | {"id": "102"}))
    assert [claim.said_by for claim in Claim.objects.all()] == ["army statement"] * 2


def test_a_header_that_stands_again_in_the_middle_is_passed_over(iraq, file):
    header, first, second = as_lines(UCDP, UCDP | {"id": "102"})
    told = run(file(content="\n".join([header, first, header, "", second])))
    assert ("repeated headers skipped" in told, "empty lines skipped" in told) == (True, True)
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("nothing", ["NULL", "NaN", "N/A", "\\N"])
def test_null_in_words_is_an_empty_cell(iraq, file, nothing):
    run(file(UCDP | {"source_original": nothing, "high": nothing, "gwnob": nothing}))
    assert (Claim.objects.get().said_by, killed(Incident.objects.get())) == (
        "",
        {("iraqi-government", "security_force_member"): (1, 2, None)},
    )


def test_whole_numbers_may_have_a_point(iraq, file):
    run(file(UCDP | {"id": "101.0", "gwnoa": "645.0", "deaths_a": "2.0", "side_a_new_id": "116.0"}))
    assert ExternalId.objects.get().code == "101"


@pytest.mark.parametrize(
    "written", ["31/07/2017", "31.7.2017", "31-Jul-2017", "31 July 2017", "2017-07-31 00:00:00.000"]
)
def test_days_are_read_day_before_month(iraq, file, written):
    run(file(UCDP | {"date_start": written, "date_end": written}))
    assert Incident.objects.get().earliest_on == date(2017, 7, 31)


def test_a_month_before_the_day_is_refused(iraq, file):
    with pytest.raises(CommandError, match="1 to refuse"):
        run(file(UCDP | {"date_start": "07/31/2017"}))


def test_columns_that_are_not_needed_may_be_missing(iraq, file):
    needed = {"number_of_sources", "relid", "conflict_name", "source_original", "gwnob", "event_clarity", "year"}
    run(file({name: value for name, value in UCDP.items() if name not in needed}))
    assert Incident.objects.count() == 1


def test_a_needed_column_that_is_missing_is_named(iraq, file):
    with pytest.raises(CommandError, match=r"events.csv has no column “best_guess”|has no column “deaths_a”"):
        run(file({name: value for name, value in UCDP.items() if name != "deaths_a"}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_encodings_are_found_out(iraq, file, encoding):
    run(file(UCDP | {"where_coordinates": "Maïne château village"}, encoding=encoding))
    assert Incident.objects.get().place_as_reported == "Maïne château village"


def test_control_characters_are_taken_out_of_every_cell(iraq, file):
    told = run(
        file(UCDP | {"source_original": "ar\x01my\x7f \x9fst\x1batement", "where_coordinates": "Tall\x02 Afar town"})
    )
    assert "rows with control characters, which were removed" in told
    assert (Claim.objects.get().said_by, Incident.objects.get().place) == ("army statement", iraq.town)


def test_who_said_it_is_cut_to_what_a_citation_holds(iraq, file):
    run(file(UCDP | {"source_original": "a source " * 100}, UCDP | {"id": "102", "source_original": "x" * 1000}))
    words, letters = (claim.said_by for claim in Claim.objects.all())
    assert (words, letters) == ("a source " * 22 + "…", "x" * 198 + " …")


@pytest.mark.parametrize("cell", ["x" * 5000, "9" * 300, "word " * 1000])
@pytest.mark.parametrize(("layout", "row"), [("ucdp-ged", UCDP), ("acled", ACLED)])
def test_a_cell_of_any_length_is_imported_or_refused_before_anything_is_written(iraq, file, layout, row, cell):
    for column in row:
        with transaction.atomic():
            path = file(row | {column: cell})
            told = run(path, layout=layout, create_places=True, create_forces=True, skip_bad=True)
            assert told.splitlines()[-1] in {"1 created and in review.", "Nothing to write: 1 to refuse."}
            transaction.set_rollback(True)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiters_are_found_out(iraq, file, delimiter):
    assert "cells separated by" in run(file(UCDP, delimiter=delimiter))
    assert Incident.objects.count() == 1


def test_a_row_of_another_length_is_refused_by_line(iraq, file):
    header, row = as_lines(UCDP)
    report = file(content="").with_name("report.csv")
    run(file(content=f"{header}\n{row}\n{row},more\n"), skip_bad=True, report=report)
    rows = told_in(report)
    assert [(row["line"], row["outcome"]) for row in rows] == [("2", "create"), ("3", "refuse")]


def test_a_quote_that_nobody_closed_is_told_with_its_line(iraq, file):
    header, row = as_lines(UCDP)
    with pytest.raises(CommandError, match="line 3: this record does not end"):
        run(file(content=f'{header}\n{row}\n"open{"x" * 1_000_001}'))


# What is never done


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"deaths_a": "two"}, "deaths_a: “two” is not a number"),
        ({"deaths_a": "-1"}, "deaths_a: “-1” is not a number"),
        ({"best": "9"}, "best: 9 is not the sum"),
        ({"latitude": "96"}, "latitude: 96 is not on Earth"),
        ({"latitude": ""}, "latitude, longitude: give both"),
        ({"date_end": "2016-01-01"}, "date_end: 2016-01-01 comes before"),
        ({"date_start": "last May"}, "date_start: “last May” is not a day"),
        ({"year": "0025"}, "year: 25 lies outside"),
        ({"type_of_violence": "4"}, "type_of_violence: “4” is not a code"),
        ({"id": ""}, "id: this cell is needed."),
        ({"id": "1 2"}, "code: An id has neither blanks nor commas."),
        ({"country": "Atlantis"}, "country “Atlantis” is not known"),
        ({"side_b_new_id": "116", "gwnob": "645"}, "Two of its figures are about the same victims"),
        ({"relid": "INC-999999"}, "There is no incident INC-999999."),
    ],
)
def test_a_row_that_cannot_be_imported_says_why_and_stops_all(iraq, file, changed, sentence):
    report = file(content="").with_name("report.csv")
    both = {"deaths_a": "2", "deaths_b": "1", "best": "3"}
    with pytest.raises(CommandError, match="Nothing was written"):
        run(file(UCDP | {"id": "100"}, UCDP | (both if "side_b_new_id" in changed else {}) | changed), report=report)
    assert [row["remark"][: len(sentence)] for row in told_in(report)][1] == sentence
    assert not Incident.objects.exists()


def test_bad_rows_are_left_out_if_that_is_asked_for(iraq, file):
    told = run(file(UCDP, UCDP | {"id": "102", "best": "9"}), skip_bad=True)
    assert told.splitlines()[-1] == "1 created and in review, 1 left out."


def test_an_id_with_other_values_further_down_is_refused(iraq, file):
    told = run(file(UCDP, UCDP, UCDP | {"deaths_a": "3", "best": "3"}), skip_bad=True)
    assert told.splitlines()[-1] == "1 created and in review, 1 left alone, 1 left out."


def test_a_row_that_names_our_uid_changes_no_record_of_people(iraq, file):
    ours = IncidentFactory(title="Ours")
    told = run(file(UCDP | {"relid": ours.uid}), update=True, dry_run=True)
    assert "People have edited it" in told
    assert "1 to leave alone" in told


def test_a_known_id_is_left_alone_without_update(iraq, file):
    run(file(UCDP))
    told = run(file(UCDP | {"deaths_a": "5", "best": "5", "high": "5"}))
    assert told.splitlines()[-1] == "Nothing to write: 1 to leave alone."


def test_update_keeps_the_claim_that_it_supersedes(iraq, file):
    run(file(UCDP), publish=False)
    run(file(UCDP | {"deaths_a": "5", "best": "5", "high": "5", "low": "5"}, name="newer.csv"), update=True)
    old, new = Claim.objects.order_by("uid")
    assert ((old.high, old.used), (new.high, new.used), new.supersedes) == ((3, False), (5, True), old)
    assert killed(Incident.objects.get()) == {("iraqi-government", "security_force_member"): (5, 5, 5)}


def test_update_never_undoes_what_people_edited(iraq, file):
    run(file(UCDP))
    incident = Incident.objects.get()
    with pghistory.context(user=iraq.reviewer.pk, source=""):
        incident.title = "A better title"
        incident.save()
    report = file(content="").with_name("report.csv")
    run(file(UCDP | {"deaths_a": "5", "best": "5", "high": "5"}), update=True, report=report)
    (row,) = told_in(report)
    assert (row["outcome"], row["record"], row["remark"]) == (
        "leave alone",
        incident.uid,
        "People have edited it. The file differs in: title, figures.",
    )
    incident.refresh_from_db()
    assert incident.title == "A better title"


def test_the_second_run_writes_nothing(iraq, file):
    path = file(UCDP, UCDP | {"id": "102", "where_coordinates": "Nowhere village"})
    run(path, create_places=True)
    before = (list(RecordVersion.objects.values_list("version", flat=True)), stored(), Review.objects.count())
    for update in (False, True):
        assert run(path, create_places=True, update=update).splitlines()[-1] == "Nothing to write: 2 to leave alone."
    assert (list(RecordVersion.objects.values_list("version", flat=True)), stored(), Review.objects.count()) == before
    assert Article.objects.count() == 1


def test_an_import_that_was_stopped_goes_on(iraq, file, monkeypatch):
    monkeypatch.setattr("incidents.imports.planning.ROWS_AT_ONCE", 2)
    rows = [UCDP | {"id": str(number), "where_coordinates": f"Village {number} village"} for number in range(1, 6)]
    path = file(*rows)
    task = Import(open_table(path), UCDP_GED, by=iraq.curator, create=["places"])
    list(task.check())
    next(task.write())  # and no further
    assert Incident.objects.count() == 2
    assert run(path, create_places=True).splitlines()[-1] == "3 created and in review, 2 left alone."
    stopped = stored()
    Incident.objects.all().delete()
    Place.objects.filter(name__startswith="Village").delete()
    run(path, create_places=True)
    assert stored() == stopped


def test_no_import_begins_while_another_one_runs(iraq, file):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [IMPORT_LOCK])
        with pytest.raises(CommandError, match="Another import is running"):
            run(file(UCDP))
        assert run(file(UCDP), dry_run=True).endswith("1 to create.\n")
    other.close()
    assert run(file(UCDP)).endswith("1 created and in review.\n")


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_of_one_file_at_once_nothing_is_created_twice(file, monkeypatch):
    User.objects.create_user("curator")
    monkeypatch.setattr("incidents.imports.planning.ROWS_AT_ONCE", 2)
    path = file(*(UCDP | {"id": str(n), "where_coordinates": f"Village {n} village"} for n in range(20)))
    started, said = threading.Barrier(2), []

    def go():
        started.wait()
        try:
            said.append(run(path, create_places=True, create_forces=True).splitlines()[-1])
        except CommandError as refusal:
            said.append(str(refusal))
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = sorted(said)
    assert first == "20 created and in review."
    assert second in {
        "Another import is running. Start this one when the other has finished.",
        "Nothing to write: 20 to leave alone.",
    }
    counts = [model.objects.count() for model in (Incident, Article, Force)]
    assert (counts, Place.objects.filter(kind="settlement").count()) == ([20, 1, 2], 20)


# Publishing


def test_published_records_say_who_entered_and_who_approved(iraq, file, client):
    approve_and_publish(*iraq.records())
    run(file(UCDP), publish=True, approved_by="reviewer")
    incident = Incident.objects.get()
    steps = [(step.after, step.by.username, step.comment) for step in Review.objects.filter(uid=incident.uid)]
    assert steps == [
        ("approved", "reviewer", "Import of events.csv"),
        ("in_review", "curator", "Import of events.csv"),
    ]
    assert [(edit.by, edit.reason, edit.source) for edit in history(incident)] == [
        ("curator", "Import of events.csv", "import")
    ]
    answer = client.get("/api/v1/incidents/", {"external_id": "ucdp_ged:101"}).json()
    assert [each["external_ids"] for each in answer["results"]] == [[{"scheme": "ucdp_ged", "code": "101"}]]
    (claim,) = answer["results"][0]["casualties"][0]["claims"]
    article = client.get(f"/api/v1/articles/{claim['article']}/").json()
    assert (claim["locator"], article["licence"]) == ("id 101", "CC BY 4.0")


def test_update_of_a_published_record_is_published_too(iraq, file):
    approve_and_publish(*iraq.records())
    run(file(UCDP), publish=True, approved_by="reviewer")
    newer = file(UCDP | {"deaths_a": "5", "best": "5", "high": "5", "low": "5"}, name="newer.csv")
    told = run(newer, update=True, publish=True, approved_by="reviewer")
    assert told.splitlines()[-1] == "1 changed and published."
    assert [r.killed_best for r in Revision.objects.of("incident").order_by("seq")] == [2, 5]


def test_publishing_waits_for_the_places_and_forces_that_are_named(iraq, file):
    with pytest.raises(CommandError, match="These must be approved first: place iraq, place nineveh"):
        run(file(UCDP), publish=True, approved_by="reviewer")
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"publish": True}, "--publish and --approved-by go together"),
        ({"publish": True, "approved_by": "curator"}, "curator may not approve records."),
        ({"publish": True, "approved_by": "nobody"}, "There is no account “nobody”."),
    ],
)
def test_publishing_needs_a_second_person_who_may(iraq, file, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(file(UCDP), **options)


@pytest.mark.parametrize(("asked", "found"), [("ucdp_ged:101", 1), ("ucdp_ged:9,ucdp_ged:101", 1), ("acled:101", 0)])
def test_incidents_are_found_by_their_id_elsewhere(iraq, file, client, asked, found):
    approve_and_publish(*iraq.records())
    run(file(UCDP), publish=True, approved_by="reviewer")
    assert len(client.get("/api/v1/incidents/", {"external_id": asked}).json()["results"]) == found


def test_an_id_without_its_dataset_is_an_error(client):
    answer = client.get("/api/v1/incidents/", {"external_id": "101"})
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        {"external_id": ["Write an external id as dataset:id, such as ucdp_ged:300380."]},
    )


# What always holds

cells = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["1", "2", "3", "4", "5.0", "x y", ""]),
        "type_of_violence": st.sampled_from(["1", "2", "3", "7"]),
        "side_a_new_id": st.sampled_from(["116", "234", "77"]),
        "where_prec": st.sampled_from([*"1234567", "9"]),
        "where_coordinates": st.sampled_from(["Tall Afar town", "Rabia village", "Rabia town", "Nineveh governorate"]),
        "adm_1": st.sampled_from(["Nineveh governorate", "Ninaveh", "Anbar province", ""]),
        "adm_2": st.sampled_from(["Tall Afar district", "Rutba district", ""]),
        "latitude": st.sampled_from(["36.379", "36.8", "95", ""]),
        "deaths_a": st.sampled_from(["0", "2", "3.0", "NULL", "-1"]),
        "deaths_b": st.sampled_from(["0", "4"]),
        "deaths_civilians": st.sampled_from(["0", "1"]),
        "best": st.just(""),
        "low": st.sampled_from(["0", "2", "9", ""]),
        "high": st.sampled_from(["0", "9", "1", ""]),
        "date_start": st.sampled_from(["2017-07-31", "1/7/2017", "soon"]),
    }
).map(lambda changed: UCDP | changed | {"relid": "", "year": "2017"})


class Properties(TestCase):
    def imported(self, folder, content, **options):
        """Import text, and return its report."""
        path = folder / "events.csv"
        path.write_text(content, "utf-8")
        run(path, skip_bad=True, report=folder / "report.csv", **options)
        return told_in(folder / "report.csv")

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        self.folder = tmp_path

    @hypothesis(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(cells, min_size=1, max_size=6), st.booleans(), st.booleans())
    def test_a_dry_run_foretells_and_a_second_run_changes_nothing(self, rows, create_places, create_forces):
        Iraq()
        options = {"create_places": create_places, "create_forces": create_forces}
        foretold = self.imported(self.folder, text(*rows), dry_run=True, **options)
        assert not Incident.objects.exists()
        done = self.imported(self.folder, text(*rows), **options)
        outcomes = [[(row["line"], row["id"], row["outcome"]) for row in rows] for rows in (foretold, done)]
        assert outcomes[0] == outcomes[1]
        assert Incident.objects.count() == sum(row["outcome"] == "create" for row in done)
        before, edits = stored(), list(RecordVersion.objects.order_by("id").values_list("id", "version"))
        again = self.imported(self.folder, text(*rows), update=True, **options)
        assert {row["outcome"] for row in again} <= {"leave alone", "refuse"}
        assert (stored(), list(RecordVersion.objects.order_by("id").values_list("id", "version"))) == (before, edits)

    @hypothesis(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(cells, min_size=1, max_size=4), st.sampled_from([",", ";", "\t"]), st.sets(st.integers(0, 3)))
    def test_dirt_does_not_change_the_outcome(self, rows, delimiter, headers):
        Iraq()
        with transaction.atomic():
            self.imported(self.folder, text(*rows), create_forces=True)
            clean = stored()
            transaction.set_rollback(True)
        lines = text(*rows, delimiter=delimiter).splitlines()
        dirty = [lines[0], delimiter.join(["#tag"] * len(UCDP))]
        for number, line in enumerate(lines[1:]):
            dirty += [lines[0], ""] if number in headers else []
            dirty.append(line.replace(f"{delimiter}645{delimiter}", f"{delimiter}645.0{delimiter}"))
        self.imported(self.folder, "\ufeff" + "\r\n".join(dirty), create_forces=True)
        assert stored() == clean
