"""Sums of incidents and of people harmed, group by group, over any state of the log.

What was summed once is kept with the seq at which it was: the next answer to the same question sums only the incidents
that changed since, as they were then and as they are now. So a sum over all incidents costs what changed, not what is
there, and stays exact.
"""

import hashlib
from collections import defaultdict
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, astuple, dataclass, field, replace
from datetime import date

import orjson
from django.db import connections, transaction
from django.db.models import Q

from operations.choices import PlaceKind
from operations.tags import KIND
from publication.log import body_of
from publication.models import Revision

from ..choices import Harm, VictimStatus
from ..models import KnownSums
from ..tags import HARM, SUBSET, SUBSET_OF, VICTIM_GROUP

#: How PostgreSQL writes the spans of time.
SPANS = {"year": "YYYY", "month": "YYYY-MM", "week": 'IYYY-"W"IW'}
LEVELS = [
    kind.value
    for kind in (
        PlaceKind.COUNTRY,
        PlaceKind.REGION,
        PlaceKind.GOVERNORATE,
        PlaceKind.DISTRICT,
        PlaceKind.SUBDISTRICT,
        PlaceKind.SETTLEMENT,
    )
]
DIMENSIONS = [*SPANS, *LEVELS, "place", "force", "victim", "harm", "kind", "operation", "phase"]

#: The columns of an incident that make groups, and of a casualty that count.
OWN = ("uid", "part_of", "earliest_on", "latest_on", "places", "forces", "tags", "operation", "phase")
NUMBERS = ("killed_low", "killed_best", "killed_high", "wounded_low", "wounded_best", "wounded_high", "document")

#: The filters of incidents that ask for nothing but what a casualty says too.
OF_CASUALTIES = {
    "date_from", "date_to", "date_match", "place", "disputed", "bbox", "near", "precision", "force", "role",
    "operation", "phase",
}  # fmt: skip

#: Sums over more changed incidents than this are computed again, and no more questions than that are kept.
MANY, QUESTIONS = 500, 1000


@dataclass
class Row:
    """One group: the sum, and how many incidents and estimates it rests on, and how many of these state no number."""

    total: int = 0
    n_incidents: int = 0
    n_estimates: int = 0
    n_without_figure: int = 0

    @property
    def value(self):
        """The sum; None if nothing is stated."""
        return self.total if self.n_estimates > self.n_without_figure else None

    def add(self, other, sign=1):
        self.total += sign * other.total
        self.n_incidents += sign * other.n_incidents
        self.n_estimates += sign * other.n_estimates
        self.n_without_figure += sign * other.n_without_figure


@dataclass
class SumsQuestion:
    """What is summed, by what, and which number of each estimate, at a seq of the log (None: now).

    `parameters` are the filters as they came in, `tags` those of the casualties that count.
    """

    measure: str
    by: list[str]
    estimate: str
    parameters: dict
    moment: int | None
    tags: list[str] = field(default_factory=list)

    @property
    def overlap(self):
        """Whether one incident may stand in several groups."""
        return "force" in self.by or (self.measure == "incidents" and not {"victim", "harm"}.isdisjoint(self.by))

    @property
    def name(self):
        """What tells this question from others, whenever it is asked."""
        asked = {name: value for name, value in asdict(self).items() if name != "moment"}
        return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def seen(self, kind):
        """Return what readers see, or saw then, of a kind."""
        revisions = Revision.objects.of(kind)
        return revisions.served() if self.moment is None else revisions.as_of(self.moment)


def sums(question, filtered):
    """Return Rows by tuples of keys in the order of `by`; None is a key that is not known.

    `filtered` takes revisions of incidents, or of casualties by what they say of their incident, and returns those that
    match the filters.
    """
    seq = Revision.objects.head() if question.moment is None else question.moment
    # What a word finds depends on all names that are known, so an incident may come or go without being changed.
    known = None if "q" in question.parameters else _known(question, seq)
    lasting = question.moment is None and "q" not in question.parameters
    if known is None:
        with unhurried() if lasting and not question.parameters else nullcontext():
            groups, changed = _grouped(question, filtered), None
    else:
        groups = {tuple(key): Row(*numbers) for key, numbers in orjson.loads(known.groups)}
        groups = defaultdict(Row, groups)
        changed = _changed(known.seq, seq)
        # The last condition is that of the index, which the database does not see in a long list by itself.
        among = Q(kind="incident", uid__in=changed) | Q(kind="casualty", part_of__in=changed) & ~Q(part_of="")
        for moment, sign in ((known.seq, -1), (seq, 1)) if changed else ():
            then = replace(question, moment=moment)
            for key, row in _grouped(then, lambda revisions: filtered(revisions).filter(among)).items():
                groups[key].add(row, sign)
    groups = {key: row for key, row in groups.items() if row.n_incidents}
    # If something was published meanwhile, nothing says at which seq these are the sums.
    if lasting and (changed is None or len(changed) > MANY) and seq == Revision.objects.head():
        _keep(question, seq, groups)
    return groups


@contextmanager
def unhurried():
    """Let the database take its time for the sums over everything: they are found once, and then kept."""
    using = Revision.objects.db
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def _known(question, seq):
    """Return what was summed before, unless the places or forces that make the groups were changed since."""
    known = KnownSums.objects.filter(question=question.name, seq__lte=seq).first()
    if known and Revision.objects.filter(seq__gt=known.seq, seq__lte=seq, kind__in=["place", "force"]).exists():
        return None
    return known


def _changed(since, seq):
    """Return the uids of the incidents of which a part changed after one seq and up to another."""
    changed = Revision.objects.filter(seq__gt=since, seq__lte=seq, kind__in=["incident", "casualty"])
    return {part_of or uid for uid, part_of in changed.values_list("uid", "part_of")}


def _keep(question, seq, groups):
    """Keep sums for the next time, instead of those that nobody asked for the longest."""
    text = orjson.dumps([[key, astuple(row)] for key, row in groups.items()]).decode()
    KnownSums.objects.update_or_create(question=question.name, defaults={"seq": seq, "groups": text})
    stale = KnownSums.objects.order_by("-summed_at").values("pk")[QUESTIONS:]
    KnownSums.objects.filter(pk__in=list(stale.values_list("pk", flat=True))).delete()


def _grouped(question, filtered):
    """Return the Rows by keys, straight from the log."""
    groups, keys = defaultdict(Row), Keys(question)
    for *columns, total, n_incidents, n_estimates, n_without_figure in _rows(question, filtered):
        row = Row(total or 0, n_incidents, n_estimates, n_without_figure)
        for key in keys.of(columns):
            groups[key].add(row)
    return groups


def _rows(question, filtered):
    """Return the groups as the database finds them; places, forces and tags are still lists (see Keys)."""
    keys = [f"key{number}" for number in range(len(question.by))]
    columns = "".join(f"{_column(name)} AS {key}, " for name, key in zip(question.by, keys, strict=True))
    listed = "".join(f"{key}, " for key in keys)
    grouped = f"GROUP BY {', '.join(keys)}" if keys else ""
    if question.measure == "incidents" and not {"victim", "harm"} & set(question.by):
        found, parameters = _sql(filtered(question.seen("incident")), OWN)
        line = f"SELECT {columns} 1 FROM ({found}) i"
        sql = f"SELECT {listed} count(*), count(*), count(*), 0 FROM ({line}) line {grouped}"
    else:
        total = "count(*)" if question.measure == "incidents" else "sum(total)::bigint"
        unknown = 0 if question.measure == "incidents" else "coalesce(sum(n_without_figure), 0)::bigint"
        source, parameters = _lines(question, filtered)
        # What a casualty lies within is looked up only where one lies within another.
        sql = f"""
            WITH line AS MATERIALIZED (
                SELECT {columns} {_value(question.estimate)} AS value, c.part_of
                FROM {source}
                WHERE CASE WHEN {SUBSET.sql_is("c.tags")} THEN
                    ({SUBSET_OF.sql("c.tags")}, {HARM.sql("c.tags")})
                        NOT IN (SELECT c.uid, {HARM.sql("c.tags")} FROM {source})
                    ELSE true END
            ), incident AS (
                SELECT {listed} sum(value) AS total, count(*) AS n_estimates,
                    count(*) FILTER (WHERE value IS NULL) AS n_without_figure
                FROM line GROUP BY {listed} part_of
            )
            SELECT {listed} {total}, count(*), coalesce(sum(n_estimates), 0)::bigint, {unknown}
            FROM incident {grouped}
        """
        parameters = [*parameters, *parameters]
    with connections[Revision.objects.db].cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _lines(question, filtered):
    """Return the SQL for the casualties that count (c) and their incidents (i), and its parameters."""
    casualties = question.seen("casualty").filter(tags__overlap=question.tags)
    if OF_CASUALTIES.issuperset(question.parameters) and "kind" not in question.by:
        # A casualty says all this of its incident.
        found, parameters = _sql(filtered(casualties), (*OWN, *NUMBERS))
        return f"({found}) c CROSS JOIN LATERAL (SELECT c.*) i", parameters
    found, parameters = _sql(casualties, ("uid", "part_of", "tags", *NUMBERS))
    incidents, more = _sql(filtered(question.seen("incident")), OWN)
    return f"({found}) c JOIN ({incidents}) i ON i.uid = c.part_of", [*parameters, *more]


def _sql(revisions, columns):
    """Return the SQL that selects columns of revisions, and its parameters."""
    return revisions.order_by().values(*columns).query.sql_with_params()


def _value(estimate):
    """Return the expression for a casualty's number; only the killed and the wounded have columns of their own."""
    return f"""CASE WHEN {HARM.sql_has("c.tags", Harm.KILLED)} THEN c.killed_{estimate}
        WHEN {HARM.sql_has("c.tags", Harm.WOUNDED)} THEN c.wounded_{estimate}
        ELSE (c.document::jsonb ->> '{estimate}')::int END"""


def _column(name):
    """Return the expression by which the database groups for one dimension."""
    if name in SPANS:
        first, last = (f"to_char({end}, '{SPANS[name]}')" for end in ("i.earliest_on", "i.latest_on"))
        return f"CASE WHEN {first} = {last} THEN {first} END"
    if name == "kind":
        return KIND.sql("i.tags")
    if name in {"operation", "phase"}:
        return f"nullif(i.{name}, '')"
    return {"force": "i.forces", "victim": "c.tags", "harm": "c.tags"}.get(name, "i.places")


class Keys:
    """From what the database groups by to the keys of groups."""

    def __init__(self, question):
        self.question = question
        names = set(question.by)
        self.places = self._lines("place", "places") if names & {*LEVELS, "place"} else {}
        self.forces = self._lines("force", "forces") if "victim" in names else {}
        self.depths = {uid: len(line) for line, uid in self.places.items()}
        kinds = question.seen("place").values_list("uid", "tags") if names & set(LEVELS) else []
        self.kinds = {uid: next(iter(KIND.codes(tags))) for uid, tags in kinds}

    def _lines(self, kind, column):
        """Return the slug of each record of a kind by its line: itself and all that it is part of."""
        return {frozenset(line): uid for uid, line in self.question.seen(kind).values_list("uid", column)}

    def of(self, columns):
        """Return the keys of the groups that a row of the database belongs to."""
        return self._spread(
            [column if name == "force" else self._key(name, column) for name, column in self._by(columns)]
        )

    def of_toll(self, toll):
        """Return the keys of the groups that a toll belongs to as a whole."""
        body = body_of(toll)
        return self._spread([self._key_of_toll(name, toll, body) for name in self.question.by])

    def _by(self, columns):
        return zip(self.question.by, columns, strict=True)

    def _spread(self, values):
        """Return the keys for the values of the dimensions: one, unless there are several forces."""
        keys = [()]
        for name, value in self._by(values):
            keys = [(*key, each) for key in keys for each in ((value or [None]) if name == "force" else [value])]
        return keys

    def _key(self, name, column):
        if name == "place":
            return self.places.get(frozenset(column))
        if name in LEVELS:
            return self._at_level(column, name)
        if name == "harm":
            return next(iter(HARM.codes(column)))
        if name == "victim":
            victims = set(VICTIM_GROUP.codes(column))
            forces = victims - set(VictimStatus.values)
            return self.forces.get(frozenset(forces)) if forces else next(iter(victims))
        return column

    def _at_level(self, line, level):
        """Return the innermost place of a level on a line of places; None if it has none."""
        fitting = [uid for uid in line if self.kinds.get(uid) == level]
        return max(fitting, key=self.depths.get, default=None)

    def _key_of_toll(self, name, toll, body):
        if name in {*LEVELS, "place"}:
            found = {self._key(name, [place["slug"], *place["within"]]) for place in body["places"]}
            return found.pop() if len(found) == 1 else None
        if name in SPANS:
            return _span(name, body["when"])
        if name in {"victim", "harm"}:
            return self._key(name, toll.tags)
        return {"force": toll.forces, "operation": body["operation"], "phase": body["phase"]}.get(name)


def _span(name, when):
    """Return the year, month or week that holds both days of a window; None if none does."""
    if when["earliest"] is None or when["latest"] is None:
        return None
    written = {
        "year": lambda day: f"{day:%Y}",
        "month": lambda day: f"{day:%Y-%m}",
        "week": lambda day: f"{day:%G-W%V}",
    }
    first, last = (written[name](date.fromisoformat(when[end])) for end in ("earliest", "latest"))
    return first if first == last else None
