"""Sums of incidents and of people harmed, group by group, over any state of the log.

They are summed from the log, but for a few questions without filters whose sums the publishing transaction keeps
(`incidents.stats.keeping`): those are looked up, so that they cost as little at a million incidents as at a thousand.
"""

import hashlib
from collections import defaultdict
from copy import copy
from dataclasses import asdict, dataclass, field
from datetime import date

import orjson
from django.db import connections

from operations.choices import PlaceKind
from operations.tags import KIND
from publication.log import body_of
from publication.models import HEAD, Revision

from ..choices import Harm, VictimStatus
from ..models import KnownGroup
from ..tags import AGE_GROUP, HARM, HAS_PARTS, IN_WHOLE, OF_CONFLICT, SEX, VICTIM_GROUP, VIOLENCE_TYPE, VIOLENT

#: How PostgreSQL writes the spans of time.
SPANS = {"year": "YYYY", "month": "YYYY-MM", "week": 'IYYY-"W"IW'}
LEVELS = [
    kind.value
    for kind in (
        PlaceKind.COUNTRY,
        PlaceKind.REGION,
        PlaceKind.FIRST_LEVEL,
        PlaceKind.SECOND_LEVEL,
        PlaceKind.THIRD_LEVEL,
        PlaceKind.SETTLEMENT,
    )
]
DIMENSIONS = [
    *SPANS, *LEVELS, "place", "force", "victim", "age_group", "sex", "harm", "kind", "conflict", "violence_type",
    "operation", "phase",
]  # fmt: skip

#: The dimensions, and filters, that tell people of one incident and harm apart; with harm, all that split an incident.
OF_VICTIMS = {"victim", "age_group", "sex"}
OF_PEOPLE = {*OF_VICTIMS, "harm"}

#: The columns of an incident that make groups, and of a casualty that count.
OWN = ("uid", "part_of", "earliest_on", "latest_on", "places", "forces", "tags", "operation", "phase")
NUMBERS = ("killed_low", "killed_best", "killed_high", "wounded_low", "wounded_best", "wounded_high", "document")

#: The filters of incidents that ask for nothing but what a casualty says too.
OF_CASUALTIES = {
    "date_from", "date_to", "date_match", "place", "disputed", "bbox", "near", "precision", "force", "role",
    "conflict", "violence_type", "operation", "phase", "violent",
}  # fmt: skip


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

    `parameters` are the filters as they came in. The casualties that count have one of the `tags`, and one of each list
    in `also`.
    """

    measure: str
    by: list[str]
    estimate: str
    parameters: dict
    moment: int | None
    tags: list[str] = field(default_factory=list)
    also: list[list[str]] = field(default_factory=list)

    @property
    def overlap(self):
        """Whether one incident may stand in several groups."""
        return not {"force", "place", *LEVELS}.isdisjoint(self.by) or (
            self.measure == "incidents" and not OF_PEOPLE.isdisjoint(self.by)
        )

    @property
    def tells_apart(self):
        """Whether it tells apart people of one incident and harm, so that parts of an estimate count by themselves."""
        return not OF_VICTIMS.isdisjoint({*self.by, *self.parameters})

    @property
    def name(self):
        """What tells this question from others, whenever it is asked."""
        asked = {name: value for name, value in asdict(self).items() if name != "moment"}
        return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def seen(self, kind):
        """Return what readers see, or saw then, of a kind."""
        revisions = Revision.objects.of(kind)
        return revisions.served() if self.moment is None else revisions.as_of(self.moment)

    def counted(self, kind):
        """Return those of a kind that count: incidents are the violent ones unless the parameters say otherwise."""
        revisions = self.seen(kind)
        if self.measure != "incidents" or "violent" in self.parameters:
            return revisions
        return revisions.filter(tags__contains=[VIOLENT.text])


def sums(question, filtered):
    """Return Rows by tuples of keys in the order of `by`; None is a key that is not known.

    `filtered` takes revisions of incidents, or of casualties by what they say of their incident, and returns those that
    match the filters.
    """
    return _kept(question) or grouped(question, filtered)


def _kept(question):
    """Return the sums that are kept of a question; nothing if they are not, or if the log does not stand there."""
    if question.parameters:
        return {}
    seq = HEAD if question.moment is None else question.moment
    groups = KnownGroup.objects.filter(sums__question=question.name, sums__seq=seq)
    return {
        tuple(orjson.loads(key)): Row(*numbers)
        for key, *numbers in groups.values_list("key", "total", "n_incidents", "n_estimates", "n_without_figure")
    }


def grouped(question, filtered):
    """Return the Rows by keys, straight from the log."""
    groups, keys = defaultdict(Row), Keys(question)
    for columns, row in rows_of(question, filtered):
        for key in keys.of(columns):
            groups[key].add(row)
    return groups


def rows_of(question, filtered):
    """Yield the groups as the database finds them, with their Rows; places, forces and tags are still lists (see Keys).

    Beside its dimensions, a question may group by `incident` here: by the incident's uid.
    """
    keys = [f"key{number}" for number in range(len(question.by))]
    columns = "".join(f"{_column(name)} AS {key}, " for name, key in zip(question.by, keys, strict=True))
    listed = "".join(f"{key}, " for key in keys)
    grouped = f"GROUP BY {', '.join(keys)}" if keys else ""
    if question.measure == "incidents" and OF_PEOPLE.isdisjoint(question.by):
        found, parameters = _sql(filtered(question.counted("incident")), OWN)
        line = f"SELECT {columns} 1 FROM ({found}) i"
        sql = f"SELECT {listed} count(*), count(*), count(*), 0 FROM ({line}) line {grouped}"
    else:
        total = "count(*)" if question.measure == "incidents" else "sum(total)::bigint"
        unknown = 0 if question.measure == "incidents" else "coalesce(sum(n_without_figure), 0)::bigint"
        source, parameters = _lines(question, filtered)
        # What a part does not state is counted by its whole, unless the two are told apart.
        counted_by_whole = "false" if question.tells_apart else IN_WHOLE.sql_is("tags")
        # An estimate whose parts count everybody adds nothing, and makes no group.
        sql = f"""
            WITH line AS MATERIALIZED (
                SELECT {columns} {_value(question.estimate)} AS value, c.part_of, c.tags
                FROM {source}
            ), incident AS (
                SELECT {listed} sum(value) AS total,
                    count(*) FILTER (WHERE value IS NOT NULL OR NOT {counted_by_whole}) AS n_estimates,
                    count(*) FILTER (WHERE value IS NULL AND NOT {counted_by_whole}) AS n_without_figure
                FROM line WHERE value IS DISTINCT FROM 0 OR NOT {HAS_PARTS.sql_is("tags")}
                GROUP BY {listed} part_of
            )
            SELECT {listed} {total}, count(*), coalesce(sum(n_estimates), 0)::bigint, {unknown}
            FROM incident {grouped}
        """
    with connections[Revision.objects.db].cursor() as cursor:
        cursor.execute(sql, parameters)
        found = cursor.fetchall()
    for *columns, total, n_incidents, n_estimates, n_without_figure in found:
        yield columns, Row(total or 0, n_incidents, n_estimates, n_without_figure)


def _lines(question, filtered):
    """Return the SQL for the casualties that count (c) and their incidents (i), and its parameters."""
    casualties = question.counted("casualty")
    for tags in (question.tags, *question.also):
        casualties = casualties.filter(tags__overlap=tags)
    if OF_CASUALTIES.issuperset(question.parameters) and "kind" not in question.by:
        # A casualty says all this of its incident.
        found, parameters = _sql(filtered(casualties), (*OWN, *NUMBERS))
        return f"({found}) c CROSS JOIN LATERAL (SELECT c.*) i", parameters
    found, parameters = _sql(casualties, ("uid", "part_of", "tags", *NUMBERS))
    incidents, more = _sql(filtered(question.counted("incident")), OWN)
    return f"({found}) c JOIN ({incidents}) i ON i.uid = c.part_of", [*parameters, *more]


def _sql(revisions, columns):
    """Return the SQL that selects columns of revisions, and its parameters."""
    return revisions.order_by().values(*columns).query.sql_with_params()


def _value(estimate):
    """Return the expression for what a casualty adds to sums: its number, less that of its parts.

    Only the killed and the wounded have columns of their own.
    """
    return f"""CASE WHEN {HAS_PARTS.sql_is("c.tags")} THEN (c.document::jsonb -> 'rest' ->> '{estimate}')::int
        WHEN {HARM.sql_has("c.tags", Harm.KILLED)} THEN c.killed_{estimate}
        WHEN {HARM.sql_has("c.tags", Harm.WOUNDED)} THEN c.wounded_{estimate}
        ELSE (c.document::jsonb ->> '{estimate}')::int END"""


def _column(name):
    """Return the expression by which the database groups for one dimension."""
    if name in SPANS:
        first, last = (f"to_char({end}, '{SPANS[name]}')" for end in ("i.earliest_on", "i.latest_on"))
        return f"CASE WHEN {first} = {last} THEN {first} END"
    if name == "kind":
        return KIND.sql("i.tags")
    if name == "conflict":
        return OF_CONFLICT.sql("i.tags")
    if name == "violence_type":
        return VIOLENCE_TYPE.sql("i.tags")
    if name in {"operation", "phase"}:
        return f"nullif(i.{name}, '')"
    if name == "incident":
        return "coalesce(nullif(i.part_of, ''), i.uid)"
    if name in {"age_group", "sex"}:
        return {"age_group": AGE_GROUP, "sex": SEX}[name].sql("c.tags")
    return {"force": "i.forces", "victim": "c.tags", "harm": "c.tags"}.get(name, "i.places")


class Keys:
    """From what the database groups by to the keys of groups; `among` are the places and forces that can occur."""

    def __init__(self, question, among=None):
        self.question, self.among = question, among
        names = set(question.by)
        self.places = self._lines("place", "places") if names & {*LEVELS, "place"} else {}
        self.forces = self._lines("force", "forces") if "victim" in names else {}
        self.depths = {uid: len(line) for line, uid in self.places.items()}
        kinds = self._seen("place").values_list("uid", "tags") if names & set(LEVELS) else []
        self.kinds = {uid: next(iter(KIND.codes(tags))) for uid, tags in kinds}

    def _lines(self, kind, column):
        """Return the slug of each record of a kind by its line: itself and all that it is part of."""
        return {frozenset(line): uid for uid, line in self._seen(kind).values_list("uid", column)}

    def _seen(self, kind):
        revisions = self.question.seen(kind)
        return revisions if self.among is None else revisions.filter(uid__in=self.among)

    def asked(self, question):
        """Return the same for a question that groups by some of these dimensions."""
        keys = copy(self)
        keys.question = question
        return keys

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
        """Return the keys for the values of the dimensions: one, unless there are several forces or places."""
        keys = [()]
        for value in values:
            keys = [(*key, each) for key in keys for each in _several(value)]
        return keys

    def _key(self, name, column):
        if name == "place" or name in LEVELS:
            return self._places_in(name, column)
        if name == "harm":
            return next(iter(HARM.codes(column)))
        if name == "victim":
            victims = set(VICTIM_GROUP.codes(column))
            forces = victims - set(VictimStatus.values)
            return self.forces.get(frozenset(forces)) if forces else _innermost(victims)
        return column

    def _places_in(self, name, slugs):
        """Return the places of a level, or of any, that a record has, which are several if it happened in several."""
        line = frozenset(slugs)
        lines = [line] if line in self.places else self._innermost(line)
        found = [self.places.get(each) if name == "place" else self._at_level(each, name) for each in lines]
        return list(dict.fromkeys(found))

    def _innermost(self, slugs):
        """Return the lines of the places among these that no other of them lies in."""
        lines = [line for line, uid in self.places.items() if uid in slugs]
        return [line for line in lines if not any(line < other for other in lines)]

    def _at_level(self, line, level):
        """Return the innermost place of a level on a line of places; None if it has none."""
        fitting = [uid for uid in line if self.kinds.get(uid) == level]
        return max(fitting, key=self.depths.get, default=None)

    def _key_of_toll(self, name, toll, body):
        if name in {*LEVELS, "place"}:
            lines = ([place["slug"], *place["within"]] for place in body["places"])
            found = {each for line in lines for each in self._places_in(name, line)}
            return found.pop() if len(found) == 1 else None
        if name in SPANS:
            return _span(name, body["when"])
        if name in {"victim", "harm"}:
            return self._key(name, toll.tags)
        if name == "conflict":
            return body["conflict"] and body["conflict"]["slug"]
        return {"force": toll.forces, "operation": body["operation"], "phase": body["phase"]}.get(name)


def _innermost(statuses):
    """Return of a status of victims and the wider one to which it belongs the former."""
    return max(map(VictimStatus, statuses), key=lambda status: len(status.line())).value


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


def _several(value):
    """Return the values of a dimension: one, or any number of forces or places."""
    return (value or [None]) if isinstance(value, list | tuple) else [value]
