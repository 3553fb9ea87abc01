"""Sums over what readers see: incidents or people harmed, by one or two of time, place, force and the like.

People are summed from the casualties of the incidents alone (basis `incident`), or with what adopted tolls count beyond
them (basis `reconciled`). A toll is added only where all of its people surely are among those asked for; each toll that
may count some of them and is not added is named, with the reason.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import connection

from operations.choices import PlaceKind
from publication.log import body_of
from publication.models import CURRENT, Revision

from .choices import Harm, VictimStatus

#: Every harm by itself; `casualties` are all of them, never added to each other.
MEASURES = ["incidents", *Harm.values, "casualties"]
ESTIMATES = ["low", "best", "high"]
BASES = ["incident", "reconciled"]

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


@dataclass
class Row:
    """One group: how many people or incidents, in how many incidents, and how many estimates state no number."""

    value: int | None = None
    n_incidents: int = 0
    n_without_figure: int = 0
    residual: int | None = 0

    def add(self, value, n_incidents, n_without_figure):
        if value is not None:
            self.value = (self.value or 0) + value
        self.n_incidents += n_incidents
        self.n_without_figure += n_without_figure

    def reconcile(self, number):
        """Add what a toll counts beyond its incidents; None leaves the sum open."""
        self.residual = None if None in (number, self.residual) else self.residual + number


@dataclass
class Question:
    """What is asked: `parameters` are the filters as they came in, `tags` those of the casualties that count."""

    measure: str
    by: list[str]
    estimate: str
    basis: str
    parameters: dict
    moment: int | None
    tags: list[str] = field(default_factory=list)

    @property
    def overlap(self):
        """Whether one incident may stand in several groups."""
        return "force" in self.by or (self.measure == "incidents" and not {"victim", "harm"}.isdisjoint(self.by))

    def seen(self, kind):
        """Return what readers see, or saw then, of a kind."""
        revisions = Revision.objects.of(kind)
        return revisions.served() if self.moment is None else revisions.as_of(self.moment)


@dataclass
class Answer:
    """Groups by tuples of keys in the order of `by`, where None is not known, and what the groups leave out.

    `tolls_left_out` are (uid, reason).
    """

    groups: dict[tuple, Row]
    n_without_figure: int
    n_undated: int
    tolls_added: list[str]
    tolls_left_out: list[tuple[str, str]]


def answer(question, incidents):
    """Return the Answer for the incidents that match the filters."""
    groups = defaultdict(Row)
    keys = Keys(question)
    for *columns, value, n_incidents, n_without_figure in _rows(question, incidents):
        for key in keys.of(columns):
            groups[key].add(value, n_incidents, n_without_figure)
    spans = replace(question, by=[name for name in question.by if name in SPANS])
    sums = _rows(spans, incidents)
    added, left_out = [], []
    for toll in _tolls(question):
        why = _not_added(question, toll)
        if why is None:
            continue
        if why:
            left_out.append((toll.uid, why))
            continue
        added.append(toll.uid)
        for key in keys.of_toll(toll):
            groups[key].reconcile(body_of(toll)["adds"][question.estimate])
    return Answer(
        dict(groups),
        n_without_figure=sum(row[-1] for row in sums),
        n_undated=sum(row[-2] for row in sums if None in row[: len(spans.by)]),
        tolls_added=added,
        tolls_left_out=left_out,
    )


def _rows(question, incidents):
    """Return the groups as the database finds them; places, forces and tags are still lists (see Keys)."""
    incidents = incidents.values("uid", "earliest_on", "latest_on", "places", "forces", "tags", "operation", "phase")
    found, parameters = incidents.order_by().query.sql_with_params()
    columns = ", ".join([*(_column(name) for name in question.by), ""])
    grouped = f"GROUP BY {', '.join(str(place) for place in range(1, len(question.by) + 1))}" if question.by else ""
    if question.measure == "incidents" and not {"victim", "harm"} & set(question.by):
        sql = f"WITH i AS ({found}) SELECT {columns} count(*), count(*), 0 FROM i {grouped}"
    else:
        value = "NULL::int" if question.measure == "incidents" else _value(question.estimate)
        sums = "count(DISTINCT part_of)" if question.measure == "incidents" else "sum(value)"
        missing = "0" if question.measure == "incidents" else "count(*) FILTER (WHERE value IS NULL)"
        if question.moment is None:
            moment, when = "c.superseded_at = %s", [CURRENT]
        else:
            moment, when = "c.seq <= %s AND c.superseded_at > %s", [question.moment] * 2
        sql = f"""
            WITH i AS ({found}),
            line AS (
                SELECT i.*, c.uid AS line, c.part_of, c.tags AS whom, {value} AS value
                FROM publication_revision c JOIN i ON i.uid = c.part_of
                WHERE c.kind = 'casualty' AND c.document IS NOT NULL AND {moment} AND c.tags && %s
            ),
            subset AS (
                SELECT part.line FROM line part, line whole
                WHERE part.whom @> ARRAY['subset:yes'] AND whole.part_of = part.part_of
                    AND part.whom @> ARRAY['within:' || whole.line]
                    AND {_harm("part.whom")} = {_harm("whole.whom")}
            )
            SELECT {columns} {sums}, count(DISTINCT part_of), {missing}
            FROM line i WHERE line NOT IN (SELECT line FROM subset) {grouped}
        """
        parameters = [*parameters, *when, question.tags]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _harm(tags):
    return f"(SELECT tag FROM unnest({tags}) tag WHERE tag LIKE 'harm:%%' LIMIT 1)"


def _value(estimate):
    """Return the expression for a casualty's number; only the killed and the wounded have columns of their own."""
    return f"""CASE WHEN c.tags @> ARRAY['harm:killed'] THEN c.killed_{estimate}
        WHEN c.tags @> ARRAY['harm:wounded'] THEN c.wounded_{estimate}
        ELSE (c.document::jsonb ->> '{estimate}')::int END"""


def _column(name):
    """Return the expression by which the database groups for one dimension."""
    if name in SPANS:
        first, last = (f"to_char({end}, '{SPANS[name]}')" for end in ("i.earliest_on", "i.latest_on"))
        return f"CASE WHEN {first} = {last} THEN {first} END"
    if name == "kind":
        return "(SELECT substr(tag, 6) FROM unnest(i.tags) tag WHERE tag LIKE 'kind:%%' LIMIT 1)"
    if name in {"operation", "phase"}:
        return f"nullif(i.{name}, '')"
    return {"force": "i.forces", "victim": "whom", "harm": "whom"}.get(name, "i.places")


class Keys:
    """From what the database groups by to the keys of groups."""

    def __init__(self, question):
        self.question = question
        names = set(question.by)
        self.places = self._lines("place", "places") if names & {*LEVELS, "place"} else {}
        self.forces = self._lines("force", "forces") if "victim" in names else {}
        kinds = question.seen("place").values_list("uid", "tags") if names & set(LEVELS) else []
        self.kinds = {uid: next(tag[5:] for tag in tags if tag.startswith("kind:")) for uid, tags in kinds}

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
            return next(tag[5:] for tag in column if tag.startswith("harm:"))
        if name == "victim":
            victims = {tag[7:] for tag in column if tag.startswith("victim:") and "|" not in tag}
            forces = victims - set(VictimStatus.values)
            return self.forces.get(frozenset(forces)) if forces else next(iter(victims))
        return column

    def _at_level(self, line, level):
        """Return the innermost place of a level on a line of places; None if it has none."""
        lengths = {uid: len(known) for known, uid in self.places.items()}
        fitting = [uid for uid in line if self.kinds.get(uid) == level]
        return max(fitting, key=lengths.get, default=None)

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


def _tolls(question):
    """Return the tolls of these harms."""
    if question.measure == "incidents":
        return []
    harms = {tag.rpartition("harm:")[2] for tag in question.tags}
    return question.seen("toll").filter(tags__overlap=[f"harm:{harm}" for harm in harms]).order_by("uid")


def _not_added(question, toll):
    """Return why a toll is not added, empty if it is; None if it counts nobody who was asked for."""
    body = body_of(toll)
    beyond = []
    for name, value in question.parameters.items():
        where = _lies(question, name, value, toll, body)
        if where == "apart":
            return None
        if where == "beyond":
            beyond.append(name)
    if question.basis == "incident":
        return "These sums are of incidents only."
    if not body["usable"]:
        return f"It cannot be used: {body['unusable_because']}"
    if not body["adopted"]:
        return "It is not adopted."
    if "adds" not in body:
        return "It was published before tolls said what they add."
    if beyond:
        return f"Nothing says how many of its people lie within {', '.join(beyond)}."
    return ""


def _lies(question, name, value, toll, body):
    """Return whether the people of a toll lie within a filter, apart from it, or beyond what is known of the toll."""
    asked = set(value.split(","))
    if name == "date_match":
        return "within"
    if name in {"date_from", "date_to"}:
        return _lies_in_time(name, value, body["when"])
    if name in {"operation", "phase"}:
        return "beyond" if body[name] is None else "within" if body[name] in asked else "apart"
    if name == "place":
        lines = [{place["slug"], *place["within"]} for place in body["places"]]
        return _lies_below(question, "place", asked, lines)
    if name == "victim":
        victims = {tag[7:] for tag in toll.tags if tag.startswith("victim:") and "|" not in tag}
        if victims & asked:
            return "within"
        anyone = body["victim"]["force"] is None and (
            victims == {VictimStatus.UNKNOWN} or asked - set(VictimStatus.values)
        )
        return "beyond" if anyone else _lies_below(question, "force", asked, [victims - set(VictimStatus.values)])
    if name == "force":
        return "within" if asked & set(toll.forces) else "beyond" if body["perpetrator"] is None else "apart"
    return "beyond"


def _lies_in_time(name, value, when):
    bound = date.fromisoformat(value)
    first, last = (when[end] and date.fromisoformat(when[end]) for end in ("earliest", "latest"))
    if name == "date_from":
        return "apart" if last and last < bound else "within" if first and first >= bound else "beyond"
    return "apart" if first and first > bound else "within" if last and last <= bound else "beyond"


def _lies_below(question, kind, asked, lines):
    """Return whether all lines of places or forces run through one of those asked for, or end around one of them."""
    if lines and all(line & asked for line in lines):
        return "within"
    above = question.seen(kind).filter(uid__in=asked).values_list(f"{kind}s", flat=True)
    around = {slug for line in above for slug in line}
    return "beyond" if not lines or any(line <= around or line & asked for line in lines) else "apart"
