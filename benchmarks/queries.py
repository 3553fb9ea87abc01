"""The lists of incidents that are measured, and what the rivals are asked instead."""

from dataclasses import dataclass
from urllib.parse import quote

from django.db import connection

from incidents.tags import TARGET
from operations.tags import KIND
from publication.models import CURRENT, Revision

SERVED = f"superseded_at = {CURRENT} AND document IS NOT NULL"
INCIDENTS = f"kind = 'incident' AND {SERVED}"


@dataclass(frozen=True)
class Query:
    """One list of incidents: Hamrin's parameters, how many records it must give, and what others call the same."""

    name: str
    hamrin: str
    rows: int = 100
    where: str = ""
    stock: str | None = None
    datasette: str | None = None


def queries():
    """Return the lists to measure: every filter alone, three together, words, and what they need to be selective."""
    busy = _common("places", "place", "first_level")
    quiet = _common("places", "place", "settlement", order="ASC")
    town = Revision.objects.served().of("place").get(uid=_common("places", "place", "settlement"))
    force, rare = (_common("forces", "force", order=order) for order in ("DESC", "ASC"))
    south, west = town.latitude - 0.5, town.longitude - 0.5
    word = quote(town.title)
    return [
        Query("list of 100", "", where="true", stock="", datasette=""),
        Query("kind", "kind=armed_attack", where=KIND.sql_has("tags", "armed_attack"),
              stock="kind=armed_attack", datasette="kind=armed_attack"),
        Query("target", "target=patrol", where=TARGET.sql_has("tags", "patrol"), stock="target=patrol",
              datasette="target=patrol"),
        Query("method", "method=suicide"),
        Query("weapon", "weapon=ied"),
        Query("violent", "violent=true"),
        Query("part of the day, of which there are none", "part_of_day=dawn", 0),
        Query("standing", "standing=took_part"),
        Query("result, of which there are none", "result=weapons_seized", 0),
        Query("link, of which there are none", "link=follows", 0),
        Query("linked_to, of which there are none", "linked_to=INC-000001", 0),
        Query("attribution", "attribution=weak", datasette="attribution=weak"),
        Query("clarity", "clarity=individual", datasette="clarity=individual"),
        Query("place, busy", f"place={busy}", where=f"places && '{{{busy}}}'"),
        Query("place, one town", f"place={town.uid}", where=f"places && '{{{town.uid}}}'", stock=f"place={town.uid}",
              datasette=f"place_slug={town.uid}"),
        Query("place, quiet (5)", f"place={quiet}&limit=5", 5),
        Query("disputed, of which there are none", "disputed=true", 0),
        Query("not disputed", "disputed=false"),
        Query("bbox", f"bbox={west:.2f},{south:.2f},{west + 1:.2f},{south + 1:.2f}"),
        Query("near", f"near={town.latitude},{town.longitude},25"),
        Query("precision", "precision=exact", datasette="location_precision=exact"),
        Query("force, common", f"force={force}", where=f"forces && '{{{force}}}'", stock=f"force={force}"),
        Query("force, rare (5)", f"force={rare}&limit=5", 5),
        Query("force and role", f"force={force}&role=initiator"),
        Query("operation (5)", "operation=OPN-000002&limit=5", 5),
        Query("phase (2)", "phase=PHS-000001&limit=2", 2),
        Query("article (1)", f"article={_cited()}&limit=1", 1),
        Query("days", "date_from=2003-03-01&date_to=2003-06-30&date_match=possible",
              where="latest_on >= '2003-03-01' AND earliest_on <= '2003-06-30'",
              stock="date_from=2003-03-01&date_to=2003-06-30",
              datasette="when_latest__gte=2003-03-01&when_earliest__lte=2003-06-30"),
        Query("days, certain", "date_from=2003-03-01&date_to=2003-06-30"),
        Query("external_id (1)", "external_id=diary:INC-000001&limit=1", 1),
        Query("killed_min", "killed_min=10", where="killed_best >= 10", datasette="killed_best__gte=10"),
        Query("killed_max", "killed_max=2"),
        Query("wounded_min", "wounded_min=10"),
        Query("victim", "victim=civilian"),
        Query("harm", "harm=abducted"),
        Query("victim and harm", "victim=civilian&harm=killed"),
        Query("age_group", "age_group=child"),
        Query("sex", "sex=female"),
        Query("counted_as", "counted_as=victims"),
        Query("conflict", "conflict=war"),
        Query("violence_type", "violence_type=state_based"),
        Query("dataset_code", "dataset_code=ucdp_dyad:1"),
        Query("contested", "contested=figures"),
        Query("updated_since", "updated_since=2020-01-01T00:00:00Z"),
        Query("three filters", f"kind=armed_attack&place={busy}&date_from=2003-02-01&date_match=possible",
              where=f"{KIND.sql_has('tags', 'armed_attack')} AND places && '{{{busy}}}' AND latest_on >= '2003-02-01'"),
        Query("words, common", "q=hospital"),
        Query("words, a name", f"q={word}", datasette=f"_search={word}"),
        Query("by killed", "order=-killed", datasette="_sort_desc=killed_best"),
        Query("by uid", "order=uid", stock=None),
    ]  # fmt: skip


def _common(column, record, kind=None, order="DESC"):
    """Return the place or force that is most often in a column of the incidents; with the order ASC, the rarest."""
    uids = Revision.objects.served().of(record).filter(**({"tags__contains": [KIND.of(kind)]} if kind else {}))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT code FROM publication_revision, unnest({column}) AS code WHERE {INCIDENTS} AND seq < 30000 "
            f"AND code = ANY(%s) GROUP BY code ORDER BY count(*) {order}, code LIMIT 1",
            [list(uids.values_list("uid", flat=True))],
        )
        return cursor.fetchone()[0]


def _cited():
    return Revision.objects.served().of("incident").order_by("seq").first().articles[0]
