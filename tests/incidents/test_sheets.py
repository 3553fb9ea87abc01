"""What a coding sheet may say, and the lines that come back if it may not."""

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from incidents.choices import IncidentKind
from incidents.sheets import SheetsRefused, fixtures, read_sheets
from publication.models import Review
from records.choices import State
from tests.operations.factories import PlaceFactory

pytestmark = pytest.mark.django_db

THEATRE = """
outlets:
  - {slug: gazette, name: The Gazette, kind: unknown}
places:
  - slug: market-square
    name: Market Square
    kind: settlement
    parent: old-town
    names:
      - {name: ساحة السوق, language: ar}
  - {slug: old-town, name: Old Town, kind: second_level, pcode: XX01}
forces:
  - {slug: guard, name: Guard, kind: police}
operations:
  - uid: OPN-000001
    name: Clean Sweep
    kind: search
    places: [old-town, market-square]
    phases:
      - {uid: PHS-000001, ordinal: 1, name: First phase, basis: announced, starts: 2024-03}
"""

ARTICLE = """
article: {uid: ART-000001, outlet: gazette, title: Two die, published: ../2024-03-02, published_basis: copy_day}
phases:
  - uid: PHS-000001
    participations:
      - {force: guard, role: participant, standing: absent, locator: ¶3}
incidents:
  - uid: INC-000001
    title: Shots in the market
    kind: armed_attack
    methods: [sniping]
    when: 2024-03-01
    place: market-square
    location_precision: settlement
    citations:
      - {locator: ¶1, supports: [when, place]}
    casualties:
      - uid: CAS-000001
        victim_status: civilian
        harm: killed
        low: 2
        best: 2
        high: 2
        basis: single_claim
        claims:
          - {uid: CLM-000001, locator: ¶2, low: 2, high: 2}
"""


@pytest.fixture
def sheets(tmp_path):
    """A folder of two sheets without an error."""
    folder = tmp_path / "seeds"
    (folder / "articles").mkdir(parents=True)
    (folder / "theatre.yaml").write_text(THEATRE, "utf-8")
    (folder / "articles" / "market.yaml").write_text(ARTICLE, "utf-8")
    return folder


def replace(path, old, new):
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def rows(texts, model):
    return [row["fields"] for text in texts.values() for row in json.loads(text) if row["model"] == model]


def test_sheets_give_every_row_of_every_part(sheets):
    texts = fixtures(read_sheets(sheets))
    assert {row["model"] for text in texts.values() for row in json.loads(text)} == {
        "sources.outlet",
        "sources.article",
        "operations.place",
        "operations.placename",
        "operations.force",
        "operations.operation",
        "operations.phase",
        "operations.participation",
        "incidents.incident",
        "incidents.incidentcitation",
        "incidents.casualty",
        "incidents.claim",
    }


def test_fixtures_hold_no_primary_keys(sheets):
    texts = fixtures(read_sheets(sheets))
    assert [row for text in texts.values() for row in json.loads(text) if "pk" in row] == []


def test_article_is_understood_in_its_own_sheet(sheets):
    (claim,) = rows(fixtures(read_sheets(sheets)), "incidents.claim")
    assert (claim["article"], claim["casualty"]) == (["ART-000001"], ["CAS-000001"])


def test_row_that_gives_only_its_key_adds_parts_to_a_record_of_another_sheet(sheets):
    texts = fixtures(read_sheets(sheets))
    assert [row["name"] for row in rows(texts, "operations.phase")] == ["First phase"]
    assert [row["phase"] for row in rows(texts, "operations.participation")] == [["PHS-000001"]]


def test_day_becomes_the_earliest_and_the_latest_day(sheets):
    (phase,) = rows(fixtures(read_sheets(sheets)), "operations.phase")
    assert (phase["starts_earliest_on"], phase["starts_latest_on"]) == ("2024-03-01", "2024-03-31")


def test_many_places_are_written_in_the_order_of_their_keys(sheets):
    (operation,) = rows(fixtures(read_sheets(sheets)), "operations.operation")
    assert operation["places"] == [["market-square"], ["old-town"]]


def test_record_is_approved_and_its_name_normalised(sheets):
    place, _ = rows(fixtures(read_sheets(sheets)), "operations.place")
    assert (place["state"], place["normalised"]) == (State.APPROVED, "market square")


def test_order_of_the_rows_in_the_sheets_does_not_matter(sheets):
    before = fixtures(read_sheets(sheets))
    (sheets / "articles" / "market.yaml").rename(sheets / "a-market.yaml")
    assert fixtures(read_sheets(sheets)) == before


@pytest.mark.parametrize(
    ("sheet", "old", "new", "sentence"),
    [
        (
            "articles/market.yaml",
            "title: Shots",
            "titel: Shots",
            "INC-000001, titel: no such field. Did you mean “title”?",
        ),
        (
            "articles/market.yaml",
            "place: market-square",
            "place: market-sqare",
            "INC-000001, place: no place “market-sqare”. Did you mean “market-square”?",
        ),
        (
            "articles/market.yaml",
            "force: guard",
            "force: gard",
            "PHS-000001 participations 1, force: no force “gard”. Did you mean “guard”?",
        ),
        (
            "articles/market.yaml",
            "outlet: gazette",
            "outlet: gazete",
            "ART-000001, outlet: no outlet “gazete”. Did you mean “gazette”?",
        ),
        (
            "articles/market.yaml",
            "uid: PHS-000001",
            "uid: PHS-000002",
            "PHS-000002 participations 1, phase: no phase “PHS-000002”. Did you mean “PHS-000001”?",
        ),
        (
            "theatre.yaml",
            "[old-town, market-square]",
            "[old-twon]",
            "OPN-000001, places: no place “old-twon”. Did you mean “old-town”?",
        ),
        (
            "articles/market.yaml",
            "when: 2024-03-01",
            "when: 1 March",
            "INC-000001, when: “1 March” is not a day in EDTF. "
            "Examples: 2021-12-07, 2021-12, 2020-05-11/2020-05-20, ../2020-06-02.",
        ),
        (
            "articles/market.yaml",
            "kind: armed_attack",
            "kind: atack",
            f"INC-000001, kind: there is no code “atack”. Choose from: {', '.join(IncidentKind.values)}.",
        ),
        ("articles/market.yaml", "low: 2\n", "low: two\n", "CAS-000001, low: “two” value must be an integer."),
        (
            "articles/market.yaml",
            "high: 2\n",
            "high: 1\n",
            "CAS-000001: The figures must rise: lowest, then best, then highest.",
        ),
        ("articles/market.yaml", "locator: ¶1, ", "", "INC-000001 citations 1, locator: This field cannot be blank."),
        (
            "articles/market.yaml",
            "    title: Shots in the market\n",
            "",
            "INC-000001, title: This field cannot be blank.",
        ),
        ("articles/market.yaml", "outlet: gazette, ", "", "ART-000001, outlet: this field is needed."),
        ("articles/market.yaml", "uid: CLM-000001, ", "", "CAS-000001 claims 1, uid: this field is needed."),
        ("articles/market.yaml", "uid: CLM-000001", "uid: CLM-1", "CLM-1, uid: A uid looks like CLM-000001."),
        (
            "articles/market.yaml",
            "methods: [sniping]",
            "methods: sniping",
            "INC-000001, methods: write a list here.",
        ),
        (
            "articles/market.yaml",
            "place: market-square",
            "place: [market-square]",
            "INC-000001, place: write one value here.",
        ),
        (
            "articles/market.yaml",
            "- {locator: ¶1, supports: [when, place]}",
            "- ¶1",
            "INC-000001 citations 1: write “name: value” pairs here.",
        ),
        (
            "theatre.yaml",
            "parent: old-town",
            "state: approved",
            "market-square, state: this field cannot be set in a sheet.",
        ),
        (
            "theatre.yaml",
            "      - {name: ساحة السوق, language: ar}\n",
            "      - {name: Market, language: en}\n" * 2,
            "market-square names 2: This spelling is listed already. See theatre.yaml:10, market-square names 1.",
        ),
    ],
)
def test_error_names_sheet_record_and_field(sheets, sheet, old, new, sentence):
    replace(sheets / sheet, old, new)
    with pytest.raises(SheetsRefused) as error:
        read_sheets(sheets)
    assert [re.sub(r":[0-9]+", "", str(each), count=1) for each in error.value.errors] == [f"{sheet}, {sentence}"]


def test_each_place_of_a_circle_is_named(sheets):
    replace(sheets / "theatre.yaml", "pcode: XX01", "parent: market-square")
    with pytest.raises(SheetsRefused) as error:
        read_sheets(sheets)
    assert [str(each).partition(" would be part of itself ")[0] for each in error.value.errors] == [
        "theatre.yaml:8, market-square, parent: Market Square (settlement)",
        "theatre.yaml:11, old-town, parent: Old Town (second level)",
    ]


def test_all_errors_of_all_sheets_are_told_at_once_with_their_lines(sheets):
    market = sheets / "articles" / "market.yaml"
    for old, new in {
        "kind: armed_attack": "kind: atack",
        "place: market-square": "place: nowhere",
        "{locator: ¶1, supports: [when, place]}": "{supports: [when, plaec]}",
        "harm: killed": "harm: dead",
        "low: 2\n": "low: two\n",
    }.items():
        replace(market, old, new)
    replace(sheets / "theatre.yaml", "kind: settlement", "kind: town")
    (sheets / "broken.yaml").write_text("places:\n  - {slug: [}\n")
    with pytest.raises(SheetsRefused) as error:
        read_sheets(sheets)
    where = [str(each).partition(": ")[0] for each in error.value.errors]
    assert where == [
        "articles/market.yaml:10, INC-000001, kind",
        "articles/market.yaml:13, INC-000001, place",
        "articles/market.yaml:16, INC-000001 citations 1, locator",
        "articles/market.yaml:16, INC-000001 citations 1, supports",
        "articles/market.yaml:20, CAS-000001, harm",
        "articles/market.yaml:21, CAS-000001, low",
        "broken.yaml:2",
        "theatre.yaml:7, market-square, kind",
    ]


def test_sheet_can_name_what_only_the_database_has(sheets):
    PlaceFactory(slug="imported", name="Imported")
    replace(sheets / "articles" / "market.yaml", "place: market-square", "place: imported")
    texts = fixtures(read_sheets(sheets))
    assert [row["place"] for row in rows(texts, "incidents.incident")] == [["imported"]]


def sign(sheets, coder, reviewer):
    """Say in the article's sheet who coded and who reviewed it."""
    path = sheets / "articles" / "market.yaml"
    path.write_text(f"coded_by: {coder}\nreviewed_by: {reviewer}\n{path.read_text('utf-8')}", "utf-8")


def test_coder_and_reviewer_of_a_sheet_are_in_the_review_of_its_records_once(sheets, tmp_path):
    sign(sheets, "ana", "ben")
    replace(sheets / "articles" / "market.yaml", "high: 2}", "high: 2, credibility: 2}")
    get_user_model().objects.create_user("ben", password="chosen by ben")
    build(sheets, tmp_path / "fixtures")
    for _ in range(2):
        call_command("loaddata", *sorted((tmp_path / "fixtures").iterdir()), verbosity=0)
    steps = Review.objects.filter(uid="INC-000001").order_by("id")
    assert list(steps.values_list("before", "after", "by__username")) == [
        ("draft", "in_review", "ana"),
        ("in_review", "approved", "ben"),
    ]
    assert {review.kind for review in Review.objects.all()} == {"article", "incident"}
    ana, ben = get_user_model().objects.order_by("username")
    assert (ana.is_active, ana.has_usable_password(), ben.check_password("chosen by ben")) == (False, False, True)


@pytest.mark.parametrize(
    ("coder", "reviewer", "sentence"),
    [
        ("ana", "ana", "articles/market.yaml:2, reviewed_by: somebody else than the coder has to review a sheet."),
        ("ana", "[ben]", "articles/market.yaml:2, reviewed_by: name one account here: a sheet has both coded_by and"),
        ("a b", "ben", "articles/market.yaml:1, coded_by: Enter a valid username."),
    ],
)
def test_coder_and_reviewer_of_a_sheet_are_two_accounts(sheets, coder, reviewer, sentence):
    sign(sheets, coder, reviewer)
    with pytest.raises(SheetsRefused) as error:
        read_sheets(sheets)
    assert str(error.value).startswith(sentence)


def test_one_person_may_code_and_review_in_a_team_of_one(sheets, settings):
    settings.HAMRIN_SECOND_PERSON = False
    sign(sheets, "ana", "ana")
    assert rows(fixtures(read_sheets(sheets)), "auth.user") == [
        {"username": "ana", "password": "!", "is_active": False}
    ]


def test_uid_cannot_stand_in_two_sheets(sheets):
    (sheets / "articles" / "other.yaml").write_text(
        "incidents: [{uid: INC-000001, title: Again, kind: other}]", "utf-8"
    )
    with pytest.raises(SheetsRefused) as error:
        read_sheets(sheets)
    assert str(error.value) == (
        "articles/other.yaml:1, INC-000001, uid: “INC-000001” is taken: it is already in articles/market.yaml."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("places: [", ":1: this is not YAML: expected the node content, but found '<stream end>'."),
        ("places: []\nplaces: []", ":1: this is not YAML: a key is written twice."),
        ("plaecs: []", ":1, plaecs: no such list. The lists of a sheet are:"),
        ("places: here", ":1, places: write a list here."),
        ("places: [here]", ":1, places 1: write “name: value” pairs here."),
        ("article: here", ":1, article: write “name: value” pairs here."),
        ("", ": write “name: value” pairs here."),
        ("\x07", ": this is not YAML: special characters are not allowed."),
    ],
)
def test_error_names_sheet_and_line_if_the_sheet_cannot_be_read(tmp_path, text, sentence):
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    with pytest.raises(SheetsRefused) as error:
        read_sheets(tmp_path)
    assert str(error.value).startswith(f"x.yaml{sentence}")


def test_sheet_in_another_encoding_is_an_error(tmp_path):
    (tmp_path / "x.yaml").write_bytes("places: [{slug: süd}]".encode("latin-1"))
    with pytest.raises(SheetsRefused) as error:
        read_sheets(tmp_path)
    assert str(error.value) == "x.yaml: the sheet is not in UTF-8."


def build(sheets, output, **options):
    return call_command("build_fixtures", sheets=sheets, output=output, verbosity=0, **options)


def test_build_fixtures_writes_the_same_bytes_each_time(sheets, tmp_path):
    build(sheets, tmp_path / "one")
    build(sheets, tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    assert [(tmp_path / "one" / name).read_bytes() for name in names] == [
        (tmp_path / "two" / name).read_bytes() for name in names
    ]


def test_build_fixtures_writes_nothing_if_a_sheet_has_an_error(sheets, tmp_path):
    replace(sheets / "articles" / "market.yaml", "place: market-square", "place: market-sqare")
    with pytest.raises(CommandError) as error:
        build(sheets, tmp_path / "fixtures")
    assert str(error.value) == (
        "articles/market.yaml:13, INC-000001, place: no place “market-sqare”. Did you mean “market-square”?\n"
        "Nothing was written."
    )
    assert not (tmp_path / "fixtures").exists()


def test_build_fixtures_check_names_what_is_not_up_to_date(sheets, tmp_path):
    build(sheets, tmp_path / "fixtures")
    build(sheets, tmp_path / "fixtures", check=True)
    replace(sheets / "articles" / "market.yaml", "title: Shots in the market", "title: Shots on the square")
    (tmp_path / "fixtures" / "99_left_behind.json").write_text("[]")
    with pytest.raises(CommandError) as error:
        build(sheets, tmp_path / "fixtures", check=True)
    assert str(error.value) == ("Out of date: 06_incidents.json, 99_left_behind.json. Run “manage.py build_fixtures”.")


def test_build_fixtures_without_sheets_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        build(tmp_path / "nowhere", tmp_path / "fixtures")
