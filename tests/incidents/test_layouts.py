"""The layouts of other datasets: every code has its place, every sum adds up, and whatever is lost is noted."""

import csv
from itertools import combinations, product, takewhile

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from incidents.choices import (
    Attribution,
    Basis,
    Clarity,
    DatasetScheme,
    Harm,
    IncidentKind,
    InvolvementRole,
    LocationPrecision,
    Loss,
    Method,
    Target,
    VictimStatus,
    ViolenceType,
    Weapon,
)
from incidents.figures.alliances import of_one_of
from incidents.figures.parts import line_of_document, total_of
from incidents.layouts import EXPORT_LAYOUTS, acled, ucdp
from incidents.layouts.crosswalk import COUNTRIES, DYADS
from incidents.layouts.published import PARTIES, PARTY_OF_STATUS, PRECISION_OF, Party, PublishedIncident
from operations.choices import ForceKind, PlaceKind, Qualifier
from sources.choices import OutletKind, Precision, Stance

SAMPLE = settings.BASE_DIR.parent / "shared" / "data" / "ucdp_ged231_sample1000_49cols.csv"

needs_sample = pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample of UCDP GED is not part of the project")


def sample():
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Documents as the log holds them


def force(slug, kind, *codes, within=()):
    """Return the document of a force; a code is (scheme, code) and verified unless a third value says otherwise."""
    listed = [dict(zip(("scheme", "code", "verified"), (*code, True)[:3], strict=True)) for code in codes]
    return {"slug": slug, "name": slug.title(), "kind": kind, "within": list(within), "codes": listed}


def place(slug, kind, point=(None, None), within=(), pcode=""):
    lat, lon = point
    return {
        "slug": slug, "name": slug.title(), "kind": kind, "within": list(within), "lat": lat, "lon": lon, "pcode": pcode
    }  # fmt: skip


FORCES = [
    force("government", "government", ("ucdp_actor", "116")),
    force("army", "army", within=["government"]),
    force("division", "army", within=["army", "government"]),
    force("militia", "militia", within=["government"]),
    force("krg", "regional_government"),
    force("peshmerga", "regional_forces", within=["krg"]),
    force("coalition", "coalition"),
    force("isis", "armed_group", ("ucdp_actor", "234")),
    force("rivals", "armed_group"),
    force("gunmen", "unidentified"),
    force("civilians", "civilians"),
]
PLACES = [
    place("iraq", "country", (33.0, 43.75), pcode="IQ"),
    place("kirkuk", "first_level", (35.25, 44.25), within=["iraq"]),
    place("hawija", "second_level", (35.325, 43.774), within=["kirkuk", "iraq"]),
    place("riyadh", "third_level", within=["hawija", "kirkuk", "iraq"]),
    place("village", "settlement", within=["hawija", "kirkuk", "iraq"]),
    place("front", "front", within=["kirkuk", "iraq"]),
]


def article(uid, title="A headline", day="2021-12-08", outlet="Rudaw", kind="party_media"):
    published = {"edtf": day, "earliest": day, "latest": day, "precision": "day"}
    return {
        "uid": uid,
        "title": title,
        "published": published,
        "outlet": {"slug": outlet, "name": outlet, "kind": kind},
    }


ARTICLE = article("ART-000001")


def passage(uid="ART-000001", **changes):
    return {"article": uid, "said_by": "", "stance": "supports"} | changes


def claim(**changes):
    return passage() | {
        "uid": "CLM-000001", "low": 1, "high": 1, "qualifier": "exact", "supersedes": None, "used": True
    } | changes  # fmt: skip


def casualty(force=None, status="unknown", low=1, best=1, high=1, harm="killed", **changes):
    victim = {"force": force, "status": status, "group": "", "occupation": "", "age_group": "unknown", "sex": "unknown"}
    return {
        "uid": "CAS-000001", "victim": victim, "harm": harm, "basis": "single_claim", "counted_as": "victims",
        "low": low, "best": best, "high": high, "at_least": False, "claims": [], "within": None,
    } | changes  # fmt: skip


def incident(*forces, **changes):
    """Return the document of an incident; a force is written as `slug:role`."""
    involved = [dict(zip(("slug", "role"), text.split(":"), strict=True)) for text in forces]
    document = {
        "uid": "INC-000007",
        "kind": "armed_attack",
        "title": "Attack on a post",
        "summary": "",
        "when": {"edtf": "2021-12-07", "earliest": "2021-12-07", "latest": "2021-12-07", "precision": "day"},
        "place": at("hawija"),
        "place_as_reported": "",
        "location_precision": "second_level",
        "point": None,
        "operation": None,
        "phase": None,
        "methods": [],
        "weapons": [],
        "target": "unknown",
        "attribution": "fair",
        "clarity": "individual",
        "forces": [{**each, "name": each["slug"].title(), "standing": "took_part"} for each in involved],
        "other_places": [],
        "conflict": None,
        "violence_type": {"code": "unknown", "stated": False},
        "external_ids": [],
        "dataset_codes": [],
        "time": {"clock": None, "parts_of_day": ["unknown"], "as_reported": ""},
        "casualties": [],
        "citations": [passage()],
        "revision": 2,
        "published_at": "2021-12-09T00:00:00Z",
    } | changes
    return {"killed": killed(document, "victims"), "attackers_killed": killed(document, "attackers")} | document


def killed(document, counted_as):
    lines = [line_of_document({"at_least": False} | each, each) for each in document["casualties"]]
    found = total_of(lines, lambda line: (line.harm, line.row["counted_as"]) == (Harm.KILLED, counted_as))
    stated = [line.row for line in lines if (line.harm, line.row["counted_as"]) == (Harm.KILLED, counted_as)]
    return {
        "low": found.low if any(each["low"] is not None for each in stated) else None,
        "best": found.best if any(each["best"] is not None for each in stated) else None,
        "high": found.high if stated else None,
        "at_least": found.at_least,
    }


def at(slug):
    return {"slug": slug, "name": slug.title()}


def when(earliest, latest, precision):
    edtf = earliest if earliest == latest else f"{earliest or '..'}/{latest or '..'}"
    return {"edtf": edtf, "earliest": earliest, "latest": latest, "precision": precision}


#: A busy machine takes its time to draw an incident with all that belongs to it.
slowly = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: What makes the rows of each layout.
ROWS = {acled: acled.acled_rows, ucdp: ucdp.ucdp_rows}


def laid(layout, document, *others):
    """Return the Rows of a document; `others` are documents of forces, places and articles to read instead or too."""
    named = {}
    for each in [*FORCES, *PLACES, ARTICLE, *others]:
        kind = (
            "article" if "uid" in each else "conflict" if "sides" in each else "force" if "codes" in each else "place"
        )
        named[kind, each.get("slug") or each["uid"]] = each
    return list(ROWS[layout](PublishedIncident(document, named)))


def only(layout, document, *others):
    (row,) = laid(layout, document, *others)
    return row


def lost(row):
    return {(note.column, note.code) for note in row.notes}


# Codes


@needs_sample
def test_the_header_is_that_of_ucdp_ged():
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        assert tuple(next(csv.reader(file))) == ucdp.UCDP_COLUMNS


def test_the_layouts_have_as_many_columns_as_the_datasets():
    assert {name: len(set(layout.columns)) for name, layout in EXPORT_LAYOUTS.items()} == {"ucdp-ged": 49, "acled": 31}


@pytest.mark.parametrize(
    ("mapping", "vocabulary"),
    [
        (ucdp.WHERE_PREC, LocationPrecision),
        (ucdp.DATE_PREC, Precision),
        (ucdp.EVENT_CLARITY, Clarity),
        (ucdp.CODE_STATUS, Attribution),
        (acled.GEO_PRECISION, LocationPrecision),
        (acled.TIME_PRECISION, Precision),
        (acled.OF_KIND, IncidentKind),
        (acled.OF_METHOD, Method),
        (acled.OF_WEAPON, Weapon),
        (acled.INTER_OF_KIND, ForceKind),
        (acled.SCALE, OutletKind),
        (PARTIES, ForceKind),
        (PARTY_OF_STATUS, VictimStatus),
        (PRECISION_OF, PlaceKind),
    ],
)
def test_every_code_has_its_place(mapping, vocabulary):
    assert set(mapping) == set(vocabulary)


#: The tables of the page on crosswalks, by the first cell of their header, and the vocabulary that each goes through.
CROSSWALKS = {
    "`kind`": IncidentKind,
    "`methods`": Method,
    "`weapons`": Weapon,
    "`target`": Target,
    "force `kind`": ForceKind,
    "victim `status`": VictimStatus,
    "`harm`": Harm,
    "`location_precision`": LocationPrecision,
    "`code` of a note": Loss,
}


def crosswalk(header):
    """Return the rows of a table of the page by our code."""
    lines = (settings.BASE_DIR / "docs" / "crosswalks.md").read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {header} |"))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in takewhile(bool, lines[start + 2 :])]
    return {code.strip("`"): cells for code, *cells in rows}


@pytest.mark.parametrize("header", CROSSWALKS)
def test_the_page_on_crosswalks_has_every_code(header):
    assert set(crosswalk(header)) == set(CROSSWALKS[header].values)


def test_the_page_on_crosswalks_says_what_the_layouts_do():
    for code, (event, _, violent) in crosswalk("`kind`").items():
        assert (violent == "yes") == (code in IncidentKind.violent())
        if code not in {"other", "unknown"}:
            assert acled.OF_KIND[code] in event
    for header, mapping in (("`methods`", acled.OF_METHOD), ("`weapons`", acled.OF_WEAPON)):
        for code, (event, *_) in crosswalk(header).items():
            assert event.startswith(mapping[code] or "none")
    for code, (meaning,) in crosswalk("`code` of a note").items():
        assert meaning == Loss(code).rule
    for code, (in_ucdp, in_acled) in crosswalk("`location_precision`").items():
        assert in_ucdp == str(ucdp.WHERE_PREC[code])
        assert in_acled == str(acled.GEO_PRECISION[code] or "no row")


def test_precision_never_gets_finer_by_a_map():
    for mapping in (ucdp.WHERE_PREC, ucdp.DATE_PREC, acled.GEO_PRECISION, acled.TIME_PRECISION):
        codes = [9 if code is None else code for code in mapping.values()]
        assert codes == sorted(codes)


def test_every_kind_with_any_methods_and_weapons_is_an_event_of_acled():
    means = [list(each) for count in range(3) for each in combinations([*Method, *Weapon], count)]
    attackers = [set(), {Party.STATE}, {Party.GROUP}, {Party.STATE, Party.GROUP}]
    for kind, used, parties, civilians in product(IncidentKind, means, attackers, (True, False)):
        event = acled.EVENT_TYPE[acled.sub_event_type(kind, used, parties, civilians)]
        destruction = kind in {"arson", "looting"} or {"fire", "looting"} & set(used)
        assert (event == "Strategic developments") <= (kind not in IncidentKind.violent() or bool(destruction))


@pytest.mark.parametrize(
    ("kind", "means", "civilians", "sub_event"),
    [
        ("armed_attack", [], False, "Armed clash"),
        ("armed_attack", ["drone"], False, "Armed clash"),
        ("armed_attack", [], True, "Attack"),
        ("armed_clash", [], True, "Armed clash"),
        ("bombing", [], True, "Remote explosive/landmine/IED"),
        ("bombing", ["vehicle_bomb", "suicide"], False, "Suicide bomb"),
        ("bombing", ["small_arms"], False, "Armed clash"),
        ("shelling", ["mortar"], False, "Shelling/artillery/missile attack"),
        ("killing", ["small_arms"], False, "Attack"),
        ("killing", ["ied"], False, "Remote explosive/landmine/IED"),
        ("abduction", ["abduction", "small_arms"], True, "Abduction/forced disappearance"),
        ("arson", ["fire"], False, "Looting/property destruction"),
        ("arson", ["small_arms"], True, "Looting/property destruction"),
        ("unknown", [], False, "Armed clash"),
        ("unknown", [], True, "Attack"),
        ("unknown", ["mortar"], False, "Shelling/artillery/missile attack"),
        ("other", ["grenade"], False, "Grenade"),
        ("other", ["chemical"], True, "Chemical weapon"),
        ("armed_attack", ["rpg", "disguise"], False, "Armed clash"),
        ("sexual_violence", ["small_arms"], True, "Sexual violence"),
        ("agreement", [], False, "Agreement"),
        ("arrests", ["small_arms"], True, "Arrests"),
        ("seizure", ["ied"], False, "Disrupted weapons use"),
        ("force_change", [], False, "Change to group/activity"),
        ("transfer", [], False, "Non-violent transfer of territory"),
        ("statement", [], False, "Other"),
    ],
)
def test_the_event_of_acled_follows_its_precedence(kind, means, civilians, sub_event):
    assert acled.sub_event_type(kind, means, {Party.GROUP}, civilians) == sub_event


def test_a_change_of_control_is_named_by_who_brought_it_about():
    def named(*attackers):
        return acled.sub_event_type("territory", [], set(attackers), False)

    assert named(Party.STATE) == "Government regains territory"
    assert named(Party.GROUP) == "Non-state actor overtakes territory"
    assert named(Party.STATE, Party.GROUP) == named() == "Armed clash"


# Numbers of grid cells, and what is taken from the other dataset


@pytest.mark.parametrize(
    ("lat", "lon", "cell"), [(34.5311, 69.1628, 179779), (34.3333, 70.4167, 179061), (36.75, 68.75, 182658)]
)
def test_points_have_the_priogrid_number_of_ucdp(lat, lon, cell):
    assert ucdp.priogrid(lat, lon) == cell


@needs_sample
def test_every_point_of_the_sample_has_its_priogrid_number():
    rows = sample()
    cells = [ucdp.priogrid(float(row["latitude"]), float(row["longitude"])) for row in rows]
    assert cells == [int(row["priogrid_gid"]) for row in rows]


@needs_sample
def test_dyads_and_countries_are_as_ucdp_writes_them():
    rows = sample()
    seen = {(int(row["type_of_violence"]), row["side_a_new_id"], row["side_b_new_id"]): row for row in rows}
    for key, cells in DYADS.items():
        assert cells.items() <= seen[key].items()
    countries = {(row["ucdp_country"], row["ucdp_country_id"], row["ucdp_region"]) for row in COUNTRIES.values()}
    assert {(row["country"], row["country_id"], row["region"]) for row in rows} <= countries


@needs_sample
def test_no_id_can_be_one_of_theirs():
    highest = max(int(row["id"]) for row in sample())
    assert highest * 10 < ucdp.FIRST_ID


# Whatever is recorded, rows add up


def codes(vocabulary):
    return st.sampled_from(vocabulary.values)


SLUGS = [each["slug"] for each in FORCES]


@st.composite
def bounds(draw):
    """Three numbers in order, any of them null."""
    low, best, high = sorted(draw(st.lists(st.integers(0, 400), min_size=3, max_size=3)))
    return {
        name: draw(st.sampled_from([None, value])) for name, value in (("low", low), ("best", best), ("high", high))
    }


@st.composite
def casualties(draw):
    found = []
    for number in range(draw(st.integers(0, 5))):
        claims = [
            claim(
                uid=f"CLM-{number}{each}",
                qualifier=draw(codes(Qualifier)),
                low=draw(st.none() | st.integers(0, 400)),
                stance=draw(codes(Stance)),
                used=draw(st.booleans()),
                supersedes=draw(st.sampled_from([None, f"CLM-{number}0"])),
            )
            for each in range(draw(st.integers(0, 2)))
        ]
        found.append(
            casualty(
                draw(st.sampled_from([None, *SLUGS])),
                draw(codes(VictimStatus)),
                harm=draw(codes(Harm)),
                basis=draw(codes(Basis)),
                uid=f"CAS-{number}",
                claims=claims,
                **draw(bounds()),
            )
        )
    return found


@st.composite
def incidents(draw):
    days = st.dates().map(str)
    earliest, latest = sorted([draw(days), draw(days)])
    precision = draw(codes(Precision))
    if precision == Precision.UNKNOWN:
        earliest, latest = draw(st.sampled_from([(None, latest), (earliest, None), (None, None)]))
    slug = draw(st.sampled_from([None, *(each["slug"] for each in PLACES)]))
    text = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n";,'), max_size=12)
    pairs = draw(st.lists(st.tuples(st.sampled_from(SLUGS), codes(InvolvementRole)), max_size=5, unique=True))
    document = incident(
        *(f"{force}:{role}" for force, role in pairs),
        uid=f"INC-{draw(st.integers(1, 10**7)):06}",
        kind=draw(codes(IncidentKind)),
        methods=draw(st.lists(codes(Method), unique=True, max_size=3)),
        weapons=draw(st.lists(codes(Weapon), unique=True, max_size=3)),
        when=when(earliest, latest, precision),
        place=slug and at(slug),
        location_precision=draw(codes(LocationPrecision)) if slug else "unknown",
        place_as_reported=draw(text),
        summary=draw(text),
        attribution=draw(codes(Attribution)),
        clarity=draw(codes(Clarity)),
        casualties=draw(casualties()),
        citations=[passage(said_by=draw(text), stance=draw(codes(Stance)))],
        violence_type={"code": draw(codes(ViolenceType)), "stated": draw(st.booleans())},
        external_ids=[{"scheme": "ucdp_ged", "code": code} for code in draw(st.sampled_from([[], ["77"]]))],
        dataset_codes=[
            {"scheme": scheme.value, "code": draw(st.sampled_from(["116", "234", "5", "524", "259", "1"]))}
            for scheme in draw(st.lists(st.sampled_from(list(DatasetScheme)), unique=True))
        ],
    )
    together = draw(bounds())
    stated = {bound: together[bound] for bound in ("low", "high") if together[bound] is not None}
    return document | {"killed": document["killed"] | stated}


@slowly
@given(incidents())
def test_every_row_of_ucdp_adds_up(document):
    rows = laid(ucdp, document)
    numbers = [row.id for row in rows if row.cells]
    assert len(numbers) == len(set(numbers))
    for row in rows:
        if row.cells:
            cells = row.cells
            assert tuple(cells) == ucdp.UCDP_COLUMNS
            assert cells["best"] == sum(cells[name] for name in ucdp.DEATHS)
            in_order = cells["low"] <= cells["best"] <= cells["high"]
            assert in_order != (Loss.CONTRADICTORY in {note.code for note in row.notes})
            assert max(cells["low"], cells["best"], cells["high"]) >= 1 or row.id == "77"
            assert cells["number_of_sources"] >= 1
            assert (row.uid, row.id, "id", "row") in {note[:4] for note in row.notes}
        else:
            assert {note.code for note in row.notes} == {"no_row"}


@slowly
@given(incidents())
def test_every_death_is_in_exactly_one_row_of_ucdp_or_noted_to_be_in_none(document):
    rows = laid(ucdp, document)
    counted = [note.note.partition(":")[0] for row in rows for note in row.notes if note.code == Loss.COUNTED]
    killed = [each["uid"] for each in document["casualties"] if each["harm"] == Harm.KILLED]
    assert len(counted) == len(set(counted))
    assert set(counted) <= set(killed)
    assert set(counted) == set(killed) or any(note.code == Loss.NO_ROW for row in rows for note in row.notes)


@slowly
@given(incidents())
def test_every_incident_has_one_row_of_acled_or_a_reason_why_not(document):
    row = only(acled, document)
    if row.cells:
        assert tuple(row.cells) == acled.ACLED_COLUMNS
        assert row.cells["fatalities"] >= 0
        assert row.cells["time_precision"]
        assert row.cells["geo_precision"]
        assert (row.uid, row.uid, "event_id_cnty", "row") in {note[:4] for note in row.notes}
    else:
        assert {note.code for note in row.notes} == {"no_row"}


# UCDP


def test_deaths_stand_with_the_side_that_suffered_them():
    row = only(
        ucdp,
        incident(
            "isis:initiator",
            "army:target",
            casualties=[
                casualty("army", "security_force_member", 3, 4, 5, uid="CAS-1"),
                casualty(None, "armed_group_member", 1, 1, 1, uid="CAS-2"),
                casualty(None, "civilian", 2, 2, 2, uid="CAS-3"),
                casualty(None, "unknown", 1, 1, 9, uid="CAS-4"),
                casualty("army", "off_duty", 1, 1, 1, uid="CAS-5"),
                casualty("army", "security_force_member", 7, 7, 7, harm="wounded", uid="CAS-6"),
            ],
        ),
    )
    cells = row.cells
    assert (cells["type_of_violence"], cells["dyad_new_id"], cells["gwnoa"]) == (1, "524", "645")
    assert [cells[name] for name in ucdp.DEATHS] == [5, 1, 2, 1]
    assert [cells[name] for name in ("low", "best", "high")] == [8, 9, 18]
    assert {
        ("deaths_a", "off_duty"),
        ("high", "bounds_added"),
        ("best", "harm_left_out"),
        ("side_a", "forces_folded"),
    } <= lost(row)


def test_enemies_and_civilians_hit_at_once_are_two_rows():
    document = incident(
        "isis:initiator",
        "army:target",
        "civilians:target",
        casualties=[casualty("army", "security_force_member", uid="CAS-1"), casualty(None, "civilian", 2, 2, 2)],
    )
    fight, one_sided = laid(ucdp, document)
    assert (fight.id, fight.cells["deaths_a"], fight.cells["best"]) == ("9000071", 1, 1)
    assert (one_sided.id, one_sided.cells["deaths_civilians"], one_sided.cells["best"]) == ("9000073", 2, 2)
    assert (one_sided.cells["conflict_name"], one_sided.cells["side_b"]) == ("IS - Civilians", "Civilians")


def test_an_attacker_who_dies_among_civilians_is_counted_on_his_side():
    dead = [casualty("isis", "armed_group_member", uid="CAS-1"), casualty(None, "civilian", 5, 5, 5)]
    row = only(ucdp, incident("isis:initiator", "civilians:target", casualties=dead))
    assert (row.cells["type_of_violence"], row.cells["deaths_a"], row.cells["deaths_civilians"]) == (3, 1, 5)


def test_two_armed_groups_are_a_conflict_without_a_state():
    row = only(ucdp, incident("isis:initiator", "rivals:target", casualties=[casualty("rivals", "armed_group_member")]))
    assert (row.id, row.cells["type_of_violence"], row.cells["deaths_b"]) == ("9000072", 2, 1)
    assert row.cells["dyad_name"] == row.cells["side_b"] == ""


def test_two_groups_accused_of_one_attack_are_not_enemies():
    row = only(
        ucdp,
        incident("isis:accused", "rivals:accused", attribution="contested", casualties=[casualty(None, "civilian")]),
    )
    assert (row.cells["type_of_violence"], row.cells["side_a_new_id"], row.cells["code_status"]) == (3, "234", "")


def stated(violence, a, b, **changes):
    """Return what the document of an event of UCDP says beside the forces: its type of violence and ids."""
    codes = {"ucdp_conflict": "259", "ucdp_dyad": "524", "ucdp_side_a": a, "ucdp_side_b": b}
    return {
        "violence_type": {"code": violence, "stated": True},
        "dataset_codes": [{"scheme": scheme, "code": code} for scheme, code in codes.items()],
        "external_ids": [{"scheme": "ucdp_ged", "code": "300380"}],
    } | changes  # fmt: skip


RIVALS = force("rivals", "armed_group", ("ucdp_actor", "77"))


def test_two_parties_of_one_kind_are_enemies_by_their_ids_in_ucdp():
    dead = [casualty("rivals", "armed_group_member", 3, 3, 3), casualty("isis", "armed_group_member", uid="CAS-2")]
    document = incident("isis:party", "rivals:party", casualties=dead, **stated("non_state", "77", "234"))
    row = only(ucdp, document, RIVALS)
    assert (row.id, row.cells["type_of_violence"]) == ("300380", 2)
    assert [row.cells[name] for name in ucdp.DEATHS] == [3, 1, 0, 0]
    assert [row.cells[f"side_{side}"] for side in "ab"] == ["Rivals", "IS"]
    ids = [row.cells[name] for name in ("conflict_new_id", "dyad_new_id", "side_a_new_id", "side_b_new_id")]
    assert ids == ["259", "524", "77", "234"]
    assert row.cells["conflict_dset_id"] == "524"
    assert ("side_a", "own_name") in lost(row)


def test_a_side_of_several_forces_is_what_remains_beside_the_other():
    words = of_one_of(["Gunmen", "Rivals"])
    dead = [casualty(None, "armed_group_member", 3, 3, 3), casualty("isis", "armed_group_member", uid="CAS-2")]
    dead[0]["victim"]["group"] = words
    parties = ("gunmen:party", "isis:party", "rivals:party")
    row = only(ucdp, incident(*parties, casualties=dead, **stated("non_state", "234", "5001")))
    assert [row.cells[name] for name in ucdp.DEATHS] == [1, 3, 0, 0]
    assert (row.cells["side_b"], row.cells["side_b_new_id"]) == ("Gunmen, Rivals", "5001")


def test_dead_of_a_force_whose_side_no_id_says_are_noted():
    document = incident("gunmen:party", "rivals:party", casualties=[casualty("rivals", "armed_group_member")])
    row = only(ucdp, document | stated("non_state", "77", "234"))
    assert (row.cells["deaths_unknown"], row.cells["side_b"]) == (1, "IS")
    assert {("deaths_unknown", "unverified"), ("side_a", "unverified")} <= lost(row)


def test_two_governments_are_enemies_with_the_numbers_of_their_states():
    dead = [casualty(None, "unknown", 3, 3, 3)]
    iran = force("iran", "government", ("ucdp_actor", "114")) | {"name": "Government of Iran"}
    document = incident("government:party", "iran:party", casualties=dead, **stated("state_based", "114", "116"))
    row = only(ucdp, document, iran)
    assert [row.cells[name] for name in ("type_of_violence", "gwnoa", "gwnob", "deaths_unknown")] == [
        1, "630", "645", 3
    ]  # fmt: skip


def test_all_dead_of_a_type_that_is_stated_are_in_its_row():
    dead = [casualty("army", "security_force_member", uid="CAS-1"), casualty(None, "civilian", 2, 2, 2)]
    forces = ("isis:initiator", "army:target", "civilians:target")
    row = only(ucdp, incident(*forces, casualties=dead, **stated("state_based", "116", "234")))
    assert [row.cells[name] for name in ("type_of_violence", *ucdp.DEATHS)] == [1, 1, 0, 2, 0]


def test_parties_of_one_kind_are_enemies_by_the_sides_of_the_conflict():
    def side(slug):
        period = {"earliest": "2021-01-01", "latest": None}
        return {"slug": slug, "name": slug, "members": [{"force": at(slug), "period": period}]}

    war = {"slug": "war", "name": "War", "codes": [], "sides": [side("isis"), side("rivals")]}
    dead = [casualty("rivals", "armed_group_member")]
    document = incident("isis:party", "rivals:party", casualties=dead, conflict=at("war"))
    assert only(ucdp, document, war).cells["deaths_b"] == 1
    before = when("2020-12-31", "2020-12-31", "day")
    assert only(ucdp, document | {"when": before}, war).cells == {}


def test_bounds_that_contradict_the_best_number_are_written_as_they_are_and_noted():
    dead = [casualty("army", "security_force_member", None, 4, 5)]
    document = incident("isis:party", "army:party", casualties=dead)
    document["killed"] = {"low": 4, "best": 4, "high": 5, "contradictory": {"low": 1, "high": 0}}
    row = only(ucdp, document)
    assert [row.cells[name] for name in ("low", "best", "high")] == [5, 4, 5]
    assert ("low", "contradictory") in lost(row)


def test_a_row_of_theirs_comes_back_even_if_nobody_was_killed():
    document = incident("isis:party", "army:party", casualties=[casualty(None, "unknown", 0, 0, 0)])
    assert only(ucdp, document).cells == {}
    assert only(ucdp, document | stated("state_based", "116", "234")).cells["best"] == 0


@pytest.mark.parametrize("slug", ["peshmerga", "militia", "coalition"])
def test_a_force_whose_filing_is_not_verified_leaves_its_side_blank(slug):
    row = only(ucdp, incident("isis:initiator", f"{slug}:target", casualties=[casualty(slug, "security_force_member")]))
    blank = [name for name in ucdp.UCDP_COLUMNS if name.startswith(("side_a", "dyad", "conflict", "gwno"))]
    assert {row.cells[name] for name in blank} == {""}
    assert (row.cells["side_b"], row.cells["deaths_a"]) == ("IS", 1)
    assert {("side_a_new_id", "unverified"), ("dyad_new_id", "unverified")} <= lost(row)


def test_its_own_verified_code_fills_the_side_of_such_a_force_and_an_unverified_one_does_not():
    document = incident("isis:initiator", "peshmerga:target", casualties=[casualty("peshmerga", "off_duty")])
    verified = only(ucdp, document, force("peshmerga", "regional_forces", ("ucdp_actor", "116")))
    assert (verified.cells["side_a"], verified.cells["dyad_new_id"]) == ("Government of Iraq", "524")
    unverified = only(ucdp, document, force("peshmerga", "regional_forces", ("ucdp_actor", "116", False)))
    assert unverified.cells["side_a"] == unverified.cells["dyad_new_id"] == ""


def test_forces_folded_into_one_side_are_named():
    dead = [casualty("peshmerga", "security_force_member"), casualty("division", "security_force_member", uid="CAS-2")]
    row = only(ucdp, incident("isis:initiator", "peshmerga:target", "division:target", casualties=dead))
    assert (row.cells["side_a"], row.cells["deaths_a"]) == ("Government of Iraq", 2)
    assert [note.note for note in row.notes if note.code == "forces_folded"] == ["Side A is Peshmerga, Division."]


@pytest.mark.parametrize(
    ("estimate", "cells", "losses"),
    [
        ((2, None, 5), (2, 2, 5), {("best", "best_blank")}),
        ((7, None, None), (7, 7, 7), {("best", "best_blank"), ("high", "high_open")}),
        ((None, 3, 4), (0, 3, 4), {("low", "low_blank")}),
        ((None, None, 4), (0, 0, 4), {("low", "low_blank"), ("best", "best_blank")}),
        ((1, 2, None), (1, 2, 2), {("high", "high_open")}),
    ],
)
def test_blank_numbers_are_filled_by_rule_and_noted(estimate, cells, losses):
    row = only(ucdp, incident("isis:initiator", "army:target", casualties=[casualty("army", "unknown", *estimate)]))
    assert tuple(row.cells[name] for name in ("low", "best", "high")) == cells
    assert {each for each in lost(row) if each[0] in {"low", "best", "high"}} == losses


def test_bounds_of_all_killed_together_are_those_of_the_row():
    dead = [casualty("army", "unknown", None, 2, None, uid="CAS-1"), casualty("isis", "unknown", None, 5, None)]
    document = incident("isis:party", "army:party", casualties=dead, killed={"low": 4, "best": 7, "high": 12})
    row = only(ucdp, document)
    assert [row.cells[name] for name in ("low", "best", "high")] == [4, 7, 12]
    assert {column for column, _ in lost(row)}.isdisjoint({"low", "high"})


def test_bounds_of_all_killed_together_stand_in_no_column_of_two_rows():
    dead = [casualty("army", "unknown", 2, 2, 2, uid="CAS-1"), casualty(None, "civilian", 5, 5, 5)]
    forces = ("isis:initiator", "army:target", "civilians:target")
    rows = laid(ucdp, incident(*forces, casualties=dead, killed={"low": 4, "best": 7, "high": 7}))
    assert [row.cells["low"] for row in rows] == [2, 5]
    assert all(("", "field_dropped") in lost(row) for row in rows)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (incident("isis:initiator", "army:target"), "Nobody is said to have been killed."),
        (incident("isis:initiator", casualties=[casualty()]), "Only one side is known."),
        (incident(casualties=[casualty(None, "civilian")]), "Only one side is known."),
        (
            incident("isis:initiator", "army:target", casualties=[casualty("army", "unknown", None, None, None)]),
            "No number of killed is stated in CAS-000001.",
        ),
        (
            incident("isis:initiator", "army:target", casualties=[casualty("army")], citations=[]),
            "No passage supports it.",
        ),
    ],
)
def test_an_incident_without_a_row_of_ucdp_says_why(document, why):
    row = only(ucdp, document)
    assert (row.cells, [note.note for note in row.notes]) == ({}, [why])


def test_sources_stand_in_the_order_of_publication_and_keep_their_marks():
    document = incident(
        "isis:initiator",
        "army:target",
        casualties=[casualty("army", claims=[claim(article="ART-000003", said_by="Police")])],
        citations=[passage(said_by="Army"), passage("ART-000002", stance="contradicts")],
    )
    late = article("ART-000001", 'He said "no"; then left', "2021-12-09", "Rudaw")
    early = article("ART-000003", "هجوم", "2021-12-08", "Wire; World")
    cells = (row := only(ucdp, document, late, early)).cells
    assert cells["number_of_sources"] == 2
    assert cells["source_article"] == '"Wire; World,2021-12-08,هجوم";"Rudaw,2021-12-09,He said ""no""; then left"'
    assert cells["source_office"] == "Wire, World;Rudaw"
    assert cells["source_date"] == "2021-12-08;2021-12-09"
    assert cells["source_headline"] == 'هجوم;He said "no", then left'
    assert cells["source_original"] == "Army, Police"
    assert {("source_office", "separator"), ("source_headline", "separator")} <= lost(row)


def test_open_days_stay_blank():
    document = incident(
        "isis:initiator", "army:target", casualties=[casualty("army")], when=when(None, "2021-12-07", "unknown")
    )
    row = only(ucdp, document)
    assert [row.cells[name] for name in ("year", "date_prec", "date_start", "date_end")] == [
        "2021", 5, "", "2021-12-07"
    ]  # fmt: skip
    assert {("date_start", "day_open"), ("date_prec", "precision_merged")} <= lost(row)


# Places


@pytest.mark.parametrize("layout", [ucdp, acled])
def test_a_place_without_a_point_stands_at_the_nearest_place_around_it_no_more_exactly(layout):
    document = incident(
        "isis:initiator",
        "army:target",
        casualties=[casualty("army")],
        place=at("village"),
        location_precision="settlement",
    )
    row = only(layout, document)
    assert (row.cells["latitude"], row.cells["longitude"]) == (35.325, 43.774)
    assert ("latitude", "point_from_above") in lost(row)
    finest = {ucdp: ("where_prec", 3), acled: ("geo_precision", 2)}
    assert row.cells[finest[layout][0]] == finest[layout][1]


def test_the_point_of_an_incident_comes_before_that_of_its_place():
    document = incident(
        "isis:initiator",
        "army:target",
        casualties=[casualty("army")],
        place=at("village"),
        location_precision="exact",
        point={"lat": 35.5, "lon": 44.123456},
    )
    cells = only(ucdp, document).cells
    assert (cells["where_prec"], cells["geom_wkt"]) == (1, "POINT (44.123456 35.5)")
    assert only(acled, document).cells["longitude"] == 44.1235


def test_administrative_units_and_the_country_stand_by_their_kind():
    document = incident("isis:initiator", "army:target", casualties=[casualty("army")], place=at("riyadh"))
    of_ucdp, of_acled = only(ucdp, document).cells, only(acled, document).cells
    assert [of_ucdp[name] for name in ("adm_1", "adm_2", "country", "country_id", "region")] == [
        "Kirkuk province", "Hawija district", "Iraq", "645", "Middle East"
    ]  # fmt: skip
    assert of_ucdp["where_coordinates"] == "Hawija district"
    assert [of_acled[name] for name in ("admin1", "admin2", "admin3", "country", "iso", "region")] == [
        "Kirkuk", "Hawija", "Riyadh", "Iraq", "368", "Middle East"
    ]  # fmt: skip


# ACLED


def test_names_that_are_not_verified_stay_blank():
    row = only(acled, incident("isis:initiator", "peshmerga:target"))
    assert {row.cells[name] for name in ("actor1", "inter1", "actor2", "inter2", "interaction")} == {""}
    assert {("actor1", "unverified"), ("inter1", "unverified"), ("actor2", "unverified")} <= lost(row)


def test_verified_names_hold_in_their_years_and_for_parts_of_the_force():
    named = force(
        "army",
        "army",
        ("acled_actor", "Military Forces of Iraq (2018-2020)"),
        ("acled_actor", "Military Forces of Iraq (2020-2022)"),
        within=["government"],
    )
    group = force("isis", "armed_group", ("acled_actor", "Islamic State (Iraq)"), ("acled_inter", "2"))
    document = incident("isis:initiator", "division:target", "coalition:responder")
    row = only(acled, document, named, group)
    assert [row.cells[name] for name in ("actor1", "inter1", "actor2", "inter2", "interaction")] == [
        "Islamic State (Iraq)", "Rebel group", "Military Forces of Iraq (2020-2022)", "State forces",
        "State forces-Rebel group",
    ]  # fmt: skip
    ambiguous = only(acled, document | {"when": when("2020-03-01", "2020-03-01", "day")}, named, group)
    assert ambiguous.cells["actor2"] == ""


def test_civilians_stand_second_where_they_alone_are_the_target():
    dead = [casualty(None, "civilian", 3, 3, 3)]
    cells = only(acled, incident("coalition:initiator", "civilians:target", kind="air_strike", casualties=dead)).cells
    assert (cells["actor2"], cells["inter2"]) == ("Civilians (Iraq)", "Civilians")
    assert cells["interaction"] == "External/Other forces-Civilians"
    assert cells["civilian_targeting"] == "Civilians targeted"


def test_civilians_beside_soldiers_are_associated_with_them_unless_it_is_a_battle():
    both = ("isis:initiator", "army:target", "civilians:target")
    bombing = only(acled, incident(*both, kind="bombing"))
    assert (bombing.cells["assoc_actor_2"], bombing.cells["civilian_targeting"]) == ("Civilians (Iraq)", "")
    battle = only(acled, incident(*both))
    assert battle.cells["assoc_actor_2"] == ""
    assert ("actor2", "civilians_dropped") in lost(battle)


def test_one_side_alone_is_said_to_be_alone():
    assert only(acled, incident("army:initiator", kind="shelling")).cells["interaction"] == "State forces only"


@pytest.mark.parametrize(
    ("estimate", "dead"),
    [
        (casualty(low=5, best=7, high=9), 5),
        (casualty(low=5, best=7, high=9, basis="sources_agree"), 7),
        (casualty(claims=[claim(low=9, high=9), claim(uid="CLM-2", low=6, high=6)]), 6),
        (casualty(claims=[claim(low=6, high=6), claim(uid="CLM-2", low=8, high=8, supersedes="CLM-000001")]), 8),
        (casualty(low=4, claims=[claim(low=3, used=False), claim(low=2, stance="contradicts")]), 4),
        (casualty(low=3, best=None, high=None, claims=[claim(low=3, high=None, qualifier="several")]), 3),
        (casualty(low=24, best=None, high=None, claims=[claim(low=24, high=None, qualifier="dozens")]), 12),
        (casualty(low=200, best=None, high=None, claims=[claim(low=200, high=None, qualifier="hundreds")]), 100),
        (casualty(low=None, best=None, high=None), 0),
        (casualty(harm="wounded", low=8, best=8, high=8), 0),
    ],
)
def test_fatalities_are_the_lowest_figure_unless_sources_agree(estimate, dead):
    assert only(acled, incident(casualties=[estimate])).cells["fatalities"] == dead


@pytest.mark.parametrize(
    ("days", "cells"),
    [
        (when("2021-12-07", "2021-12-07", "day"), ("2021-12-07", 2021, 1)),
        (when("2021-12-06", "2021-12-12", "week"), ("2021-12-09", 2021, 2)),
        (when("2021-12-01", "2021-12-31", "month"), ("2021-12-16", 2021, 3)),
    ],
)
def test_the_middle_of_the_possible_days_stands_for_them(days, cells):
    row = only(acled, incident(when=days))
    assert tuple(row.cells[name] for name in ("event_date", "year", "time_precision")) == cells
    assert (("event_date", "day_collapsed") in lost(row)) == (days["precision"] != "day")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"when": when("2021-10-01", "2021-12-31", "more")}, "Its day is too vague: 2021-10-01/2021-12-31."),
        ({"when": when(None, None, "unknown") | {"edtf": ""}}, "Its day is too vague: not known."),
        ({"location_precision": "country"}, "Its place is too vague: country."),
        ({"place": None, "location_precision": "unknown"}, "Its place is too vague: unknown."),
    ],
)
def test_what_is_too_vague_for_acled_has_no_row_and_says_why(changes, why):
    row = only(acled, incident("isis:initiator", **changes))
    assert (row.cells, [note.note for note in row.notes]) == ({}, [why])


def test_the_rest_of_an_acled_row_is_the_record_in_our_words():
    cells = only(
        acled,
        incident(summary="In our words.", operation="OPN-000001", phase="PHS-000002", target="patrol"),
        article("ART-000001", outlet="Wire", kind="national_media"),
    ).cells
    assert cells["event_id_cnty"] == "INC-000007"
    assert cells["notes"] == "In our words."
    assert cells["tags"] == "operation=OPN-000001; phase=PHS-000002; target=patrol"
    assert (cells["source"], cells["source_scale"], cells["timestamp"]) == ("Wire", "National", 1639008000)


@pytest.mark.parametrize("layout", ["ucdp-ged", "acled"])
def test_two_officers_among_ten_dead_are_counted_once_and_noted(layout):
    whole = casualty("army", low=10, best=10, high=10)
    officers = casualty("division", low=2, best=2, high=2, uid="CAS-000002", within="CAS-000001")
    rows = laid(
        {"ucdp-ged": ucdp, "acled": acled}[layout],
        incident("isis:initiator", "army:target", casualties=[whole, officers]),
    )
    (row,) = [each for each in rows if each.cells]
    assert row.cells["best" if layout == "ucdp-ged" else "fatalities"] == 10
    assert [note.note for note in row.notes if note.code == "subset"] == [
        "CAS-000002: 2 of division (unknown), within CAS-000001."
    ]
