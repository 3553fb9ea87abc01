"""The reading API: filters, pages, errors, and what never leaves the working tables."""

import pytest

from publication.models import Revision
from records.choices import State
from tests.incidents.factories import IncidentFactory, InvolvementFactory
from tests.operations.factories import ForceFactory
from tests.theatre import approve_and_publish

pytestmark = pytest.mark.django_db

LISTS = ["articles", "casualties", "forces", "incidents", "operations", "phases", "places", "tolls"]

BOX = "Write a box as west,south,east,north in degrees, such as 42,34,46,37."
ORDER = "Order by one of: date, killed, published, uid; with “-” in front for the reverse."


@pytest.fixture
def uids(get):
    """Return the uids or slugs that a list gives for some parameters."""

    def uids(kind, **parameters):
        return [row.get("uid") or row["slug"] for row in get(f"{kind}/", **parameters)["results"]]

    return uids


@pytest.mark.parametrize("name", LISTS)
def test_every_kind_has_a_list_and_details(theatre, get, name):
    page = get(f"{name}/")
    assert (page["next"], page["previous"], page["seq"]) == (None, None, 16)
    for row in page["results"]:
        assert get(f"{name}/{row.get('uid') or row['slug']}/") == row


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_log_gives_empty_lists(get, name):
    assert get(f"{name}/") == {"results": [], "next": None, "previous": None, "seq": 0}


def test_an_incident_speaks_the_documented_vocabulary(theatre, get):
    incident = get(f"incidents/{theatre.incident.uid}/")
    assert incident["when"] == {
        "edtf": "2021-12-07", "earliest": "2021-12-07", "latest": "2021-12-07", "precision": "day", "as_reported": "",
    }  # fmt: skip
    assert incident["place"] == {
        "slug": "dibis", "name": "Dibis", "within": ["kirkuk", "iraq"], "lat": 35.67, "lon": 44.07, "disputed": True,
    }  # fmt: skip
    assert [[force[key] for key in ("slug", "name", "role", "standing")] for force in incident["forces"]] == [
        ["isis", "Islamic State", "initiator", "took_part"],
        ["8th-division", "8th Infantry Division", "target", "took_part"],
    ]
    assert incident["operation"] == theatre.operation.uid
    assert incident["killed"] == {"low": 4, "best": 4, "high": 4, "at_least": False, "contradictory": None}
    assert incident["casualties"][0]["victim"] == {
        "force": "8th-division", "status": "security_force_member", "group": "", "occupation": "",
        "age_group": "unknown", "sex": "unknown",
    }  # fmt: skip


@pytest.mark.parametrize("query", ["hashd", "الحشد", "PMF", "Hashed", "Hashd al Shabi", "الحشد الشعبي", "mobilisation"])
def test_a_force_is_found_by_every_name_and_near_spelling(theatre, uids, query):
    assert uids("forces", q=query) == ["pmf"]


@pytest.mark.parametrize("query", ["Yehia", "Yahya", "Yahia Rasoul"])
def test_an_operation_is_found_by_who_spoke_of_it(theatre, uids, query):
    assert uids("operations", q=query) == [theatre.operation.uid]


def test_a_place_is_found_under_the_name_of_what_it_lies_in(theatre, uids):
    assert uids("places", q="الدبس") == ["dibis"]
    assert uids("places", q="Kerkuk") == ["dibis", "kirkuk"]


def test_a_parent_force_finds_the_incidents_of_its_children(theatre, uids):
    assert uids("incidents", force="iraqi-army") == [theatre.incident.uid]


def test_role_narrows_force(theatre, uids):
    assert uids("incidents", force="iraqi-army", role="target") == [theatre.incident.uid]
    assert uids("incidents", force="iraqi-army", role="initiator") == []
    assert uids("incidents", role="initiator") == [theatre.incident.uid]


def test_a_force_said_to_be_absent_is_found_only_as_absent(theatre, uids):
    assert uids("operations", force="peshmerga") == []
    assert uids("operations", force="peshmerga", standing="absent") == [theatre.operation.uid]


def test_a_parent_place_finds_what_lies_in_it(theatre, uids):
    assert uids("incidents", place="kirkuk") == [theatre.incident.uid]
    assert uids("incidents", place="kirkuk,diyala", order="uid") == [theatre.incident.uid, theatre.arson.uid]


def test_possible_and_certain_days_differ_for_an_incident_without_a_day(theatre, uids):
    span = {"date_from": "2020-05-01", "date_to": "2020-05-31"}
    assert uids("incidents", **span, date_match="possible") == [theatre.arson.uid]
    assert uids("incidents", **span, date_match="certain") == uids("incidents", **span) == []
    assert uids("incidents", date_from="2021-12-07", date_to="2021-12-07") == [theatre.incident.uid]


def test_a_box_finds_points_and_may_cross_the_date_line(theatre, uids):
    assert uids("incidents", bbox="44,35,45,36") == [theatre.incident.uid]
    assert uids("incidents", bbox="45,35,46,36") == []
    assert uids("incidents", bbox="44,35,-170,36") == [theatre.incident.uid]


def test_disputed_splits_the_incidents_in_two(theatre, uids):
    assert uids("incidents", disputed="true") == [theatre.incident.uid]
    assert uids("incidents", disputed="false") == [theatre.arson.uid]


def test_bounds_on_killed_leave_out_what_has_no_number(theatre, uids):
    assert uids("incidents", killed_min=4) == [theatre.incident.uid]
    assert uids("incidents", killed_max=3) == []


def test_victim_and_harm_speak_of_the_same_people(theatre, uids):
    assert uids("casualties", victim="iraqi-army", harm="killed") == [theatre.casualty.uid]
    assert uids("incidents", victim="security_force_member", harm="wounded") == []


def test_operation_phase_and_article_find_what_belongs_to_them(theatre, uids):
    assert uids("incidents", operation=theatre.operation.uid) == [theatre.incident.uid]
    assert uids("casualties", phase=theatre.phase.uid) == [theatre.casualty.uid]
    assert len(uids("incidents", article=theatre.article.uid)) == 2


def test_updated_since_finds_what_was_published_later(theatre, uids):
    moment = Revision.objects.latest("seq").published_at
    assert len(uids("incidents", updated_since=moment.isoformat())) == 2
    assert uids("incidents", updated_since="2999-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    ("kind", "parameters", "named"),
    [
        ("incidents", {"plcae": "kirkuk"}, {"plcae": ["There is no such parameter."]}),
        ("incidents", {"date_from": "12/07/2021"}, {"date_from": ["Write a day as 2021-12-07."]}),
        ("incidents", {"date_from": "2021-02-30"}, {"date_from": ["Write a day as 2021-12-07."]}),
        ("incidents", {"bbox": "garbage"}, {"bbox": [BOX]}),
        ("incidents", {"limit": "0"}, {"limit": ["Give a whole number from 1 to 1000."]}),
        ("incidents", {"limit": "5000"}, {"limit": ["Give a whole number from 1 to 1000."]}),
        ("incidents", {"place": "kirkuk,nowhere"}, {"place": ["There is no place “nowhere”."]}),
        ("incidents", {"place": "50%P"}, {"place": ["There is no place “50%P”."]}),
        ("incidents", {"updated_since": ""}, {"updated_since": ["Give it a value, or leave it out."]}),
        ("incidents", {"near": "35.47,44.39, 25"}, None),
        ("incidents", {"force": "nobody"}, {"force": ["There is no force “nobody”."]}),
        ("incidents", {"victim": "nobody"}, {"victim": ["There is no force “nobody”."]}),
        ("tolls", {"operation": "OPN-999999"}, {"operation": ["There is no operation “OPN-999999”."]}),
        ("incidents", {"order": "colour"}, {"order": [ORDER]}),
        ("incidents", {"cursor": "x"}, {"cursor": ["This is not a cursor. Follow the link in “next” as it is."]}),
        ("incidents", {"cursor": "x" * 501}, None),
        ("incidents", {"count": "yes"}, {"count": ["Write count=exact, or leave it out."]}),
        ("forces", {"fields": "slug,id"}, None),
        ("incidents", {"kind": "picnic"}, None),
        ("incidents", {"disputed": "maybe"}, None),
        ("incidents", {"killed_min": "-1"}, None),
        ("incidents", {"format": "xml"}, None),
    ],
)  # fmt: skip
def test_bad_input_is_a_400_that_names_the_parameter(theatre, client, kind, parameters, named):
    response = client.get(f"/api/v1/{kind}/", parameters)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert list(body["errors"]) == list(parameters)
    if named:
        assert body["errors"] == named


def test_more_values_than_anyone_means_are_refused(theatre, client):
    answer = client.get("/api/v1/incidents/", {"place": ",".join(["kirkuk"] * 101)})
    assert answer.json()["errors"] == {"place": ["Give at most 100 values at a time."]}
    assert client.get("/api/v1/incidents/", {"place": ",".join(["kirkuk"] * 100)}).status_code == 200


@pytest.mark.parametrize("address", ["incidents/?release=%00", "releases/%00/"])
def test_a_value_that_the_database_cannot_read_is_a_400(transactional_db, client, address):
    answer = client.get(f"/api/v1/{address}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_parameter_given_twice_is_refused(theatre, client):
    response = client.get("/api/v1/incidents/?place=kirkuk&place=diyala")
    assert response.json()["errors"] == {"place": ["Give it once; separate several values with commas."]}


@pytest.mark.parametrize("name", LISTS)
def test_an_unknown_detail_is_a_404_in_json(theatre, client, name):
    response = client.get(f"/api/v1/{name}/XXX-000000/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_a_removed_part_answers_410_with_the_reason(theatre, get):
    uid = theatre.casualty.uid
    theatre.casualty.delete()
    approve_and_publish(theatre.incident)
    assert get(f"casualties/{uid}/", status=410) == {
        "uid": uid, "op": "withdraw", "reason_code": "removed", "reason": "", "replaced_by": "",
    }  # fmt: skip
    assert get("casualties/")["results"] == []


def test_pages_walk_there_and_back_without_losing_a_row(client):
    names = [f"f{number:02}" for number in range(7)]
    approve_and_publish(*(ForceFactory(slug=slug) for slug in names))
    seen, url, pages = [], "/api/v1/forces/?limit=3", []
    while url:
        page = client.get(url).json()
        pages.append([row["slug"] for row in page["results"]])
        seen, url, back = seen + pages[-1], page["next"], page["previous"]
    assert seen == names
    assert [row["slug"] for row in client.get(back).json()["results"]] == pages[1]
    first = client.get(client.get(back).json()["previous"]).json()
    assert ([row["slug"] for row in first["results"]], first["previous"]) == (pages[0], None)


def test_a_cursor_of_another_query_is_refused(client):
    approve_and_publish(*(ForceFactory() for _ in range(3)))
    cursor = client.get("/api/v1/forces/?limit=1").json()["next"].rpartition("cursor=")[2].partition("&")[0]
    response = client.get(f"/api/v1/forces/?limit=1&order=-uid&cursor={cursor}")
    assert response.json()["errors"] == {
        "cursor": ["This cursor belongs to another query. Follow the link in “next” as it is."]
    }


@pytest.mark.parametrize("order", ["date", "-date", "killed", "-killed", "published", "-published", "uid", "-uid"])
def test_every_order_pages_through_all_incidents_once(theatre, client, order):
    approve_and_publish(*(IncidentFactory(when="2021-12-07") for _ in range(3)))
    whole = [row["uid"] for row in client.get(f"/api/v1/incidents/?order={order}").json()["results"]]
    seen, url = [], f"/api/v1/incidents/?order={order}&limit=2"
    while url:
        page = client.get(url).json()
        seen, url = seen + [row["uid"] for row in page["results"]], page["next"]
    assert seen == whole
    assert len(set(seen)) == 5


def test_fields_cuts_documents(theatre, get):
    assert get("forces/", fields="slug,name", q="pmf")["results"] == [
        {"slug": "pmf", "name": "Popular Mobilization Forces"}
    ]


def test_count_is_given_only_when_asked_for(theatre, get):
    assert "count" not in get("places/")
    assert get("places/", count="exact", limit=1)["count"] == 4


@pytest.mark.parametrize("incidents", [1, 100])
@pytest.mark.parametrize(("parameters", "queries"), [({}, 2), ({"force": "isis"}, 3), ({"count": "exact"}, 3)])
def test_a_list_takes_the_same_queries_for_one_and_a_hundred(
    client, django_assert_num_queries, incidents, parameters, queries
):
    involvements = InvolvementFactory.create_batch(incidents, force=ForceFactory(slug="isis"))
    approve_and_publish(involvements[0].force, *(involvement.incident for involvement in involvements))
    with django_assert_num_queries(queries):
        client.get("/api/v1/incidents/", parameters)


def test_the_seq_is_in_the_page_and_in_the_header(theatre, client):
    response = client.get(f"/api/v1/incidents/{theatre.incident.uid}/")
    assert response["X-Data-Seq"] == "16"
    assert client.get("/api/v1/incidents/")["X-Data-Seq"] == "16"


def test_writing_is_not_allowed(theatre, client):
    for method in (client.post, client.put, client.patch, client.delete, client.trace):
        answer = method("/api/v1/incidents/?format=csv")
        assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
        assert answer["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("address", ["incidents/", "stats/?format=csv", "codelists/?format=csv"])
def test_what_may_be_done_with_an_address_can_be_asked(client, address):
    answer = client.options(f"/api/v1/{address}")
    assert (answer.status_code, answer["Allow"], answer["Content-Type"]) == (
        200,
        "GET, HEAD, OPTIONS",
        "application/json",
    )
    assert answer.json()["description"]


def test_any_site_may_read(theatre, client):
    assert client.get("/api/v1/incidents/")["Access-Control-Allow-Origin"] == "*"


def everything(client):
    """Return the text of every list, detail and description that the API gives."""
    texts = [client.get("/api/v1/schema/").content.decode()]
    for name in LISTS:
        response = client.get(f"/api/v1/{name}/?limit=1000")
        texts.append(response.content.decode())
        for row in response.json()["results"]:
            texts.append(client.get(f"/api/v1/{name}/{row.get('uid') or row['slug']}/").content.decode())
    return "\n".join(texts)


def keys(value):
    """Return every key in a JSON value, however deep."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_no_draft_text_note_or_primary_key_is_ever_served(theatre, client, get):
    IncidentFactory(title="Secret draft", state=State.IN_REVIEW)
    theatre.incident.title = "Secret correction"
    theatre.incident.save()
    theatre.casualty.note = "Secret note"
    theatre.casualty.save()
    served = everything(client)
    assert "Secret" not in served
    assert theatre.article.text not in served
    for name in LISTS:
        assert not keys(get(f"{name}/", limit=1000)["results"]) & {
            "id",
            "pk",
            "state",
            "text",
            "normalised",
            "published_by",
        }
