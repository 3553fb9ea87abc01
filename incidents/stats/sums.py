"""Sums of incidents and of people harmed, group by group, over any state of the log.

Where incidents stay whole, the killed and the wounded are summed from the incidents, as their documents count them.
Where victims or harms are told apart, they are summed from the casualties: those that lie within others one by one (see
`incidents.figures.parts`), all others by the database.

A few questions without filters have sums that the publishing transaction keeps (`incidents.stats.keeping`): those are
looked up, so that they cost as little at a million incidents as at a thousand.
"""

import hashlib
from collections import defaultdict
from copy import copy
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from itertools import groupby

import orjson
from django.db import connections

from operations.choices import PlaceKind
from operations.tags import KIND
from publication.log import body_of
from publication.models import HEAD, Revision

from ..choices import Clarity, CountedAs, Harm
from ..figures.bounds import COUNTED, Counted
from ..figures.parts import by_group, line_of_document
from ..models import KnownGroup, KnownSums
from ..tags import (
    AGE_GROUP,
    AMONG_PARTS,
    AT_LEAST,
    CLARITY,
    COUNTED_AS,
    COUNTED_HARM,
    GROUPED_VICTIM,
    HARM,
    OF_CONFLICT,
    SEX,
    VIOLENCE_TYPE,
    VIOLENT,
    WITHOUT_FIGURE,
)

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
    *SPANS, *LEVELS, "place", "party", "victim", "age_group", "sex", "harm", "kind", "clarity", "conflict",
    "violence_type", "operation", "phase",
]  # fmt: skip

#: The dimensions, and filters, that tell people of one incident apart.
OF_PEOPLE = {"victim", "age_group", "sex", "counted_as", "harm"}

#: The kinds of harm that the log counts in columns of their own.
IN_COLUMNS = (Harm.KILLED, Harm.WOUNDED)

#: The columns of an incident that make groups, and of a casualty that count.
OWN = (
    "uid", "part_of", "earliest_on", "latest_on", "places", "forces", "tags", "operation", "phase", "killed_low",
    "killed_best", "killed_high", "wounded_low", "wounded_best", "wounded_high",
)  # fmt: skip

#: The filters of incidents that ask for nothing but what a casualty says too.
OF_CASUALTIES = {
    "date_from", "date_to", "date_match", "place", "disputed", "bbox", "near", "precision", "force", "role",
    "conflict", "violence_type", "operation", "phase", "violent",
}  # fmt: skip


@dataclass
class Row:
    """One group of sums.

    `high` is the sum of the highest numbers that are closed, and `n_open` says how many incidents have an open one.
    """

    low: int = 0
    best: int = 0
    high: int = 0
    n_open: int = 0
    n_incidents: int = 0
    n_aggregated: int = 0
    n_at_least: int = 0
    n_without_figure: int = 0

    @classmethod
    def of(cls, counted: Counted):
        """Return the row of one incident that counts so many people."""
        return cls(
            counted.low,
            counted.best,
            counted.high or 0,
            counted.high is None,
            1,
            n_at_least=int(counted.at_least),
            n_without_figure=int(counted.missing),
        )

    def value(self, estimate, also=False):
        """Return one number of the sum: None if nothing is stated, `also` by a toll, or if the highest is open."""
        if estimate == "high":
            return None if self.n_open or not (self.n_incidents or also) else self.high
        stated = also or self.n_incidents > self.n_without_figure or self.best
        return getattr(self, estimate) if stated else None

    def add(self, other, sign=1):
        for name in NUMBERS:
            setattr(self, name, getattr(self, name) + sign * getattr(other, name))


NUMBERS = [each.name for each in fields(Row)]


@dataclass
class SumsQuestion:
    """What is summed and by what, at a seq of the log (None: now).

    `parameters` are the filters as they came in. The casualties that count have one of the `tags`, and one of each list
    in `also`.
    """

    measure: str
    by: list[str]
    parameters: dict
    moment: int | None
    tags: list[str] = field(default_factory=list)
    also: list[list[str]] = field(default_factory=list)

    @property
    def overlap(self):
        """Whether one incident may stand in several groups."""
        return not {"party", "place", *LEVELS}.isdisjoint(self.by) or (
            self.measure == "incidents" and not OF_PEOPLE.isdisjoint(self.by)
        )

    @property
    def whole(self):
        """Whether the people are those of whole incidents, with the bounds that are stated for all of them."""
        return self.measure in IN_COLUMNS and OF_PEOPLE.isdisjoint({*self.by, *self.parameters})

    @property
    def across(self):
        """Whether people of all harms are counted together, each once."""
        return self.measure == "casualties" and "harm" not in self.by

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


def asked(measure, by):
    """Return the question for a measure without filters."""
    victims = [COUNTED_AS.of(CountedAs.VICTIMS)]
    return SumsQuestion(measure, by, {}, None, [HARM.of(harm) for harm in harms_of(measure)], [victims])


def harms_of(measure):
    """Return the harms whose people a measure counts."""
    return list(COUNTED.get(measure, [measure])) if measure in Harm.values else Harm.values


def sums(question, filtered):
    """Return Rows by tuples of keys in the order of `by`; None is a key that is not known.

    `filtered` takes revisions of incidents, or of casualties by what they say of their incident, and returns those that
    match the filters.
    """
    kept = kept_sums(question)
    return grouped(question, filtered) if kept is None else kept


def kept_sums(question):
    """Return the sums that are kept of a question; None if they are not, or if the log does not stand there."""
    if question.parameters:
        return None
    seq = HEAD if question.moment is None else question.moment
    known = KnownSums.objects.filter(question=question.name, seq=seq)
    groups = KnownGroup.objects.filter(sums__in=known).values_list("key", *NUMBERS)
    found = {tuple(orjson.loads(key)): Row(*numbers) for key, *numbers in groups}
    return found if found or known.exists() else None


def grouped(question, filtered, keys=None):
    """Return the Rows by keys, straight from the log."""
    groups, keys = defaultdict(Row), keys or Keys(question)
    for columns, row in rows_of(question, filtered):
        for key in keys.of(columns):
            groups[key].add(row)
    if question.measure != "incidents" and not question.whole:
        for _, among, counted in shares_within(question, filtered, keys):
            for key in among:
                groups[key].add(Row.of(counted))
    return groups


def rows_of(question, filtered):
    """Yield the groups as the database finds them, with their Rows; places, forces and tags are still lists (see Keys).

    Beside its dimensions, a question may group by `incident` here: by the incident's uid. Estimates of incidents that
    have some within others are left out (see `shares_within`).
    """
    keys = [f"key{number}" for number in range(len(question.by))]
    columns = "".join(f"{_column(name)} AS {key}, " for name, key in zip(question.by, keys, strict=True))
    listed = "".join(f"{key}, " for key in keys)
    group_by = f"GROUP BY {', '.join(keys)}" if keys else ""
    if question.measure == "incidents":
        sql, parameters = _incidents(question, filtered, columns, listed, group_by)
    elif question.whole:
        sql, parameters = _wholes(question, filtered, columns, listed, group_by)
    else:
        sql, parameters = _simple_lines(question, filtered, columns, listed, group_by)
    for *found, low, best, high, n_open, n, n_aggregated, n_at_least, n_without_figure in _rows(sql, parameters):
        if n:
            numbers = (int(number or 0) for number in (low, best, high))
            yield found, Row(*numbers, n_open, n, n_aggregated, n_at_least, n_without_figure)


def _rows(sql, parameters):
    with connections[Revision.objects.db].cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _incidents(question, filtered, columns, listed, group_by):
    """Return the SQL that counts incidents, and its parameters."""
    if OF_PEOPLE.isdisjoint(question.by):
        found, parameters = _sql(filtered(question.counted("incident")), OWN)
        source = f"SELECT {columns} i.tags FROM ({found}) i"
    else:
        # Each incident once in each group, however many estimates it has there.
        lines, parameters = _lines(question, filtered)
        source = (
            f"SELECT DISTINCT ON ({listed} incident) {columns} {_column('incident')} AS incident, i.tags FROM {lines}"
        )
    aggregated = f"count(*) FILTER (WHERE {CLARITY.sql_has('tags', Clarity.AGGREGATED)})"
    return f"SELECT {listed} 0, 0, 0, 0, count(*), {aggregated}, 0, 0 FROM ({source}) line {group_by}", parameters


def _wholes(question, filtered, columns, listed, group_by):
    """Return the SQL that sums what whole incidents count, and its parameters."""
    harm = question.measure
    incidents = filtered(question.counted("incident")).filter(tags__contains=[COUNTED_HARM.of(harm)])
    found, parameters = _sql(incidents, OWN)
    low, best, high = (f"i.{harm}_{bound}" for bound in ("low", "best", "high"))
    sql = f"""
        SELECT {listed} sum(low), sum(best), sum(high), count(*) FILTER (WHERE high IS NULL), count(*), 0,
            count(*) FILTER (WHERE {AT_LEAST.sql_has("tags", harm)}),
            count(*) FILTER (WHERE {WITHOUT_FIGURE.sql_has("tags", harm)})
        FROM (SELECT {columns} {low} AS low, {best} AS best, {high} AS high, i.tags FROM ({found}) i) line {group_by}
    """
    return sql, parameters


def _simple_lines(question, filtered, columns, listed, group_by):
    """Return the SQL that sums estimates of incidents in which none lies within another, and its parameters."""
    source, parameters = _lines(question, filtered, nested=False)
    low, best, high = (_bound(question, bound) for bound in ("low", "best", "high"))
    floor = f"({AT_LEAST.sql_has('c.tags', 'yes')} OR {best} IS NULL AND {low} IS NOT NULL)"
    sql = f"""
        WITH line AS MATERIALIZED (
            SELECT {columns} {low} AS low, {best} AS best, {high} AS high, {floor} AS floor, c.part_of FROM {source}
        ), incident AS (
            SELECT {listed} sum(low) AS low, sum(coalesce(best, low)) AS best, sum(high) AS high,
                bool_or(high IS NULL) AS open, bool_or(floor) AS floor, bool_or(best IS NULL AND low IS NULL) AS missing
            FROM line GROUP BY {listed} part_of
        )
        SELECT {listed} sum(low), sum(best), sum(high), count(*) FILTER (WHERE open), count(*), 0,
            count(*) FILTER (WHERE floor), count(*) FILTER (WHERE missing)
        FROM incident {group_by}
    """
    return sql, parameters


def _lines(question, filtered, nested=None):
    """Return the SQL for the casualties that count (c) and their incidents (i), and its parameters."""
    casualties = question.counted("casualty")
    for tags in (question.tags, *question.also):
        casualties = casualties.filter(tags__overlap=tags)
    if nested is False:
        casualties = casualties.exclude(tags__contains=[AMONG_PARTS.text])
    return _with_incidents(question, filtered, casualties)


def _with_incidents(question, filtered, casualties):
    """Return the SQL for some casualties (c) and their incidents (i), as far as these match, and its parameters."""
    if OF_CASUALTIES.issuperset(question.parameters) and {"kind", "clarity"}.isdisjoint(question.by):
        # A casualty says all this of its incident.
        found, parameters = _sql(filtered(casualties), (*OWN, "document"))
        return f"({found}) c CROSS JOIN LATERAL (SELECT c.*) i", parameters
    found, parameters = _sql(casualties, (*OWN, "document"))
    incidents, more = _sql(filtered(question.counted("incident")), OWN)
    return f"({found}) c JOIN ({incidents}) i ON i.uid = c.part_of", [*parameters, *more]


def shares_within(question, filtered, keys, casualties=None):
    """Yield what incidents add to groups: their uids, lists of keys, and Counted.

    They are the incidents that have estimates within others; or all that have some of these casualties.
    """
    if casualties is None:
        casualties = question.counted("casualty").filter(tags__contains=[AMONG_PARTS.text])
    for uid, lines in lines_by_incident(question, filtered, casualties):
        for (matched, among), counted in by_group(
            lines, lambda line: keys_of_line(line, keys), question.across
        ).items():
            if matched:
                yield uid, among, counted


def keys_of_line(line, keys):
    """Return whether a line of `lines_by_incident` is asked for, and the keys of its groups."""
    columns, matched = line.row[:2]
    return matched, tuple(keys.of(columns))


def lines_by_incident(question, filtered, casualties):
    """Yield incidents by uid with all of some casualties, as Lines.

    Their rows are (columns of the question, whether they are asked for, tags, document).
    """
    columns = "".join(f"{_column(name)}, " for name in question.by)
    source, parameters = _with_incidents(question, filtered, casualties)
    rows = _rows(f"SELECT {columns} c.part_of, c.tags, c.document FROM {source} ORDER BY c.part_of, c.uid", parameters)
    for uid, group in groupby(rows, key=lambda row: row[-3]):
        yield uid, [_line(question, *row[-2:], row[:-3]) for row in group]


def _line(question, tags, document, columns):
    stated = orjson.loads(document)
    has = set(tags)
    matched = all(not has.isdisjoint(each) for each in (question.tags, *question.also))
    return line_of_document(stated, (columns, matched, has, stated))


def _sql(revisions, columns):
    """Return the SQL that selects columns of revisions, and its parameters."""
    return revisions.order_by().values(*columns).query.sql_with_params()


def _bound(question, bound):
    """Return the expression for one number of a casualty. Only the killed and the wounded have columns of their own."""
    if question.measure in IN_COLUMNS:
        return f"c.{question.measure}_{bound}"
    written = f"(c.document::jsonb ->> '{bound}')::int"
    if question.measure not in {"casualties", Harm.KILLED_OR_WOUNDED}:
        return written
    whens = (f"WHEN {HARM.sql_has('c.tags', harm)} THEN c.{harm}_{bound}" for harm in IN_COLUMNS)
    return f"CASE {' '.join(whens)} ELSE {written} END"


def _column(name):
    """Return the expression by which the database groups for one dimension."""
    if name in SPANS:
        first, last = (f"to_char({end}, '{SPANS[name]}')" for end in ("i.earliest_on", "i.latest_on"))
        return f"CASE WHEN {first} = {last} THEN {first} END"
    if name in _TAGS:
        tag, table = _TAGS[name]
        return tag.sql(f"{table}.tags")
    if name in {"operation", "phase"}:
        return f"nullif(i.{name}, '')"
    if name == "incident":
        return "coalesce(nullif(i.part_of, ''), i.uid)"
    return "i.forces" if name == "party" else "i.places"


#: The dimensions that are a tag: of the incident (i), or of the casualty (c).
_TAGS = {
    "kind": (KIND, "i"),
    "clarity": (CLARITY, "i"),
    "conflict": (OF_CONFLICT, "i"),
    "violence_type": (VIOLENCE_TYPE, "i"),
    "victim": (GROUPED_VICTIM, "c"),
    "harm": (HARM, "c"),
    "age_group": (AGE_GROUP, "c"),
    "sex": (SEX, "c"),
}


class Keys:
    """From what the database groups by to the keys of groups; `among` are the places and forces that can occur."""

    def __init__(self, question, among=None):
        self.question, self.among = question, among
        names = set(question.by)
        lines = self._seen("place").values_list("uid", "places") if names & {*LEVELS, "place"} else []
        #: The slug of each place by its line: itself and all that it is part of.
        self.places = {frozenset(line): uid for uid, line in lines}
        self.depths = {uid: len(line) for line, uid in self.places.items()}
        kinds = self._seen("place").values_list("uid", "tags") if names & set(LEVELS) else []
        self.kinds = {uid: next(iter(KIND.codes(tags))) for uid, tags in kinds}

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
            [column if name == "party" else self._key(name, column) for name, column in self._by(columns)]
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
        if name in _TAGS:
            return next(iter(_TAGS[name][0].codes(toll.tags)), None)
        return {"party": toll.forces, "operation": body["operation"], "phase": body["phase"]}.get(name)


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
