"""Mappings: they say which column of a table holds which of our fields, so that any table can be imported.

A mapping is YAML (docs/import.md has an example). `dataset` says what is imported, `columns` names the column of each
field, `constants` gives a field the same value in every row, `values` translates the table's words into our codes,
`casualties` lists the columns that count people, and `results` those that count things.
"""

from dataclasses import dataclass

import yaml
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from operations.choices import ForceKind, ResultKind
from sources import days, hours
from sources.choices import OutletKind

from ..choices import (
    Attribution,
    Clarity,
    Harm,
    IncidentKind,
    InvolvementRole,
    LocationPrecision,
    Method,
    PartOfDay,
    Target,
    VictimStatus,
    ViolenceType,
    Weapon,
)
from ..models.incident import SCHEME
from . import cells
from .statements import Figure, ImportLayout, NamedForce, RowError, Stated, Things, Where, bounded, left_out

#: The coded fields, each with its vocabulary.
VOCABULARIES = {
    "kind": IncidentKind,
    "methods": Method,
    "weapons": Weapon,
    "target": Target,
    "precision": LocationPrecision,
    "attribution": Attribution,
    "clarity": Clarity,
    "part_of_day": PartOfDay,
    "violence_type": ViolenceType,
}

#: The fields that name forces, several of them separated by semicolons, each with its role.
FORCE_FIELDS = {role.value: role for role in InvolvementRole if role != InvolvementRole.TARGET} | {
    "target_force": InvolvementRole.TARGET
}

MAPPED_FIELDS = (
    "id", "uid", "title", "summary", *VOCABULARIES, "when", "date_start", "date_end", "time",
    "time_as_reported", "country", "adm1", "adm2", "adm3",
    "place", "pcode", "latitude", "longitude", "place_as_reported", *FORCE_FIELDS, "said_by",
)  # fmt: skip

DATASET = ("scheme", "outlet", "title", "licence")
BOUNDS = ("low", "best", "high")
#: The columns of the number of things: one for the number itself, or for its bounds.
NUMBER_KEYS = ("number", "low", "high")


class MappingError(Exception):
    """Raised if a mapping cannot be used. The message names the line and the key, and says what to write there."""


@dataclass(frozen=True)
class Mapping:
    """Which columns of a table hold our fields."""

    columns: dict[str, str]
    constants: dict[str, str]
    values: dict[str, dict[str, str]]
    casualties: tuple[dict[str, str], ...]
    results: tuple[dict[str, str], ...]

    def of(self, row, name):
        """Return the value of one of our fields in a row, in our codes; empty text if it has none."""
        text = row[self.columns[name]] if name in self.columns else ""
        text = text or self.constants.get(name, "")
        return self.values.get(name, {}).get(text, text)

    def column(self, name):
        """Return the name of a field in error messages: the column of the table, if it has one."""
        return self.columns.get(name, name)

    def states(self, scheme):
        """Return the function that says what a row states."""
        return lambda row: _states(self, scheme, row)


def mapped_layout(path):
    """Return the layout that a mapping describes. Raises MappingError."""
    reader = _Reader(path)
    found = reader.sections()
    dataset = found["dataset"]
    mapping = Mapping(found["columns"], found["constants"], found["values"], found["casualties"], found["results"])
    return ImportLayout(
        name="table",
        scheme=dataset["scheme"],
        outlet={
            "slug": slugify(dataset["outlet"])[:50] or dataset["scheme"],
            "name": dataset["outlet"],
            "kind": OutletKind.DATASET,
        },
        title=dataset["title"],
        licence=dataset["licence"],
        columns=list(
            dict.fromkeys(
                [mapping.columns["id"], *mapping.columns.values()]
                + [each[bound] for each in mapping.casualties for bound in BOUNDS if bound in each]
                + [each[bound] for each in mapping.results for bound in NUMBER_KEYS if bound in each]
            )
        ),
        states=mapping.states(dataset["scheme"]),
    )


def _states(mapping, scheme, row):
    earliest, latest = _when(mapping, row)
    earliest_at, latest_at = _clock(mapping, row)
    part_of_day = _code(mapping, row, "part_of_day") or PartOfDay.UNKNOWN
    forces = {field: _parties(mapping, row, field) for field in FORCE_FIELDS}
    parties = tuple(party for each in forces.values() for party in each)
    figures, killed_low, killed_high, remarks = _figures(mapping, row, forces)
    uid = mapping.of(row, "uid")
    if uid and not cells.OUR_UID.fullmatch(uid):
        raise RowError(f"{mapping.column('uid')}: “{uid}” is not the uid of an incident, such as INC-000001.")
    return Stated(
        scheme=scheme,
        code=cells.identifier(row, mapping.columns["id"]),
        uid=uid,
        title=cells.short(mapping.of(row, "title") or _title(mapping, row, parties), 200),
        summary=mapping.of(row, "summary"),
        kind=_code(mapping, row, "kind") or IncidentKind.UNKNOWN,
        methods=_codes(mapping, row, "methods"),
        weapons=_codes(mapping, row, "weapons"),
        target=_code(mapping, row, "target") or Target.UNKNOWN,
        earliest_on=earliest,
        latest_on=latest,
        earliest_at=earliest_at,
        latest_at=latest_at,
        # A clock time gives the part of the day.
        part_of_day=part_of_day if earliest_at is None else PartOfDay.UNKNOWN,
        time_as_reported=cells.short(mapping.of(row, "time_as_reported"), 100),
        violence_type=_code(mapping, row, "violence_type"),
        where=_where(mapping, row),
        parties=parties,
        figures=figures,
        killed_low=killed_low,
        killed_high=killed_high,
        results=_results(mapping, row),
        attribution=_code(mapping, row, "attribution") or _attribution(parties),
        clarity=_code(mapping, row, "clarity") or Clarity.INDIVIDUAL,
        said_by=cells.short(mapping.of(row, "said_by"), 200),
        remarks=remarks,
    )


def _attribution(parties):
    return (
        Attribution.WEAK
        if any(party.role == InvolvementRole.INITIATOR for party in parties)
        else (Attribution.UNATTRIBUTED)
    )


def _title(mapping, row, parties):
    kind = IncidentKind(_code(mapping, row, "kind") or IncidentKind.UNKNOWN)
    what = "Incident" if kind == IncidentKind.UNKNOWN else kind.label
    place = next(filter(None, (mapping.of(row, name) for name in ("place", "adm3", "adm2", "adm1", "country"))), "")
    return ", ".join(filter(None, [what, " and ".join(party.name for party in parties), place]))


def _when(mapping, row):
    if text := mapping.of(row, "when"):
        try:
            return days.parse(text)
        except ValidationError as error:
            raise RowError(f"{mapping.column('when')}: {' '.join(error.messages)}") from error
    if "date_start" not in mapping.columns:
        return None, None
    first = mapping.columns["date_start"]
    return cells.days_between(row, first, mapping.columns.get("date_end", first))


def _clock(mapping, row):
    try:
        return hours.read_clock(mapping.of(row, "time"))
    except ValidationError as error:
        raise RowError(f"{mapping.column('time')}: {' '.join(error.messages)}") from error


def _results(mapping, row):
    """Return how many things the columns of the results count; an empty cell and 0 count none."""
    results = []
    for each in mapping.results:
        number, low, high = (cells.whole(row, each[name]) if name in each else None for name in NUMBER_KEYS)
        if number or low or high:
            low, high = (number, number) if number else (low, high)
            if low is not None and high is not None and low > high:
                raise RowError(f"{each['low']}: the lowest number {low} is above the highest {high}.")
            results.append(Things(each["kind"], each.get("what", ""), low, high, each.get("unit", "")))
    return tuple(results)


def _code(mapping, row, name):
    """Return a code of our vocabulary, or empty text."""
    return _known(mapping, name, mapping.of(row, name))


def _codes(mapping, row, name):
    written = [each.strip() for each in mapping.of(row, name).split(";")]
    ours = mapping.values.get(name, {})
    return tuple(sorted({_known(mapping, name, ours.get(each, each)) for each in written if each}))


def _known(mapping, name, text):
    if text and text not in VOCABULARIES[name].values:
        raise RowError(
            f"{mapping.column(name)}: “{text}” is not one of our codes. Say under `values: {name}:` what it means: "
            f"{', '.join(VOCABULARIES[name].values)}."
        )
    return text


def _parties(mapping, row, field):
    names = [each.strip() for each in mapping.of(row, field).split(";")]
    return [NamedForce(name, FORCE_FIELDS[field], kind=ForceKind.UNIDENTIFIED) for name in dict.fromkeys(names) if name]


def _where(mapping, row):
    point = None
    if {"latitude", "longitude"} <= set(mapping.columns):
        point = cells.point(row, mapping.columns["latitude"], mapping.columns["longitude"])
    levels = {name: mapping.of(row, name) for name in ("country", "adm1", "adm2", "adm3", "pcode")}
    name = mapping.of(row, "place")
    precision = _code(mapping, row, "precision")
    if not precision:
        finest = [
            (name, LocationPrecision.SETTLEMENT),
            (levels["adm3"], LocationPrecision.THIRD_LEVEL),
            (levels["adm2"], LocationPrecision.SECOND_LEVEL),
            (levels["adm1"], LocationPrecision.FIRST_LEVEL),
            (levels["country"], LocationPrecision.COUNTRY),
        ]
        precision = next((code for text, code in finest if text), LocationPrecision.UNKNOWN)
    return Where(
        **levels,
        name=name,
        point=point,
        precision=precision,
        as_reported=cells.short(mapping.of(row, "place_as_reported") or name, 200),
        exact=precision in {LocationPrecision.EXACT, LocationPrecision.SETTLEMENT, LocationPrecision.NEAR_SETTLEMENT},
    )


def _figures(mapping, row, forces):
    """Return the figures, the bounds of all killed together, and remarks.

    A bound that contradicts its best number is one of all killed together, if there is no other figure of the killed.
    """
    figures, killed, remarks = [], [], []
    for each in mapping.casualties:
        low, best, high = (cells.whole(row, each[bound]) if bound in each else None for bound in BOUNDS)
        if low is None and best is None and high is None:
            continue
        party = None
        if "force" in each:
            named = forces[each["force"]]
            if len(named) > 1:
                raise RowError(
                    f"{mapping.column(each['force'])}: it names several forces, so it is unclear whose the dead were."
                )
            party = named[0] if named else None
        written = Figure(each["status"], each["harm"], low, best, high, party)
        figure, remark = bounded(written, each.get("best") or each.get("low") or each["high"])
        figures.append(figure)
        killed += [left_out(written, figure)] if figure.harm == Harm.KILLED else []
        remarks += [remark] if remark else []
    return tuple(figures), *(killed[0] if len(killed) == 1 else (None, None)), tuple(remarks)


class _Reader:
    """Reads a mapping, and knows the line of each key."""

    def __init__(self, path):
        self.path = path

    def error(self, node, key, sentence):
        return MappingError(f"{self.path.name}, line {node.start_mark.line + 1}, {key}: {sentence}")

    def sections(self):
        """Return the checked sections of the mapping."""
        try:
            root = yaml.compose(self.path.read_text("utf-8"), yaml.BaseLoader)
        except OSError as error:
            raise MappingError(f"{self.path} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise MappingError(f"{self.path.name} is not in UTF-8.") from error
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            raise MappingError(f"{self.path.name}{line}: this is not YAML.") from error
        if root is None:
            raise MappingError(f"{self.path.name} is empty. It needs `dataset` and `columns`.")
        sections = self.pairs(
            root, "the mapping", ("dataset", "columns", "constants", "values", "casualties", "results")
        )
        for name in ("dataset", "columns"):
            if name not in sections:
                raise self.error(root, name, "this section is required.")
        columns = {
            name: self.text(node, name).lower()
            for name, node in self.pairs(sections["columns"], "columns", MAPPED_FIELDS).items()
        }
        if "id" not in columns:
            raise self.error(
                sections["columns"],
                "id",
                "name the column of ids. Without it, a second import could not recognise a row.",
            )
        return {
            "dataset": self.dataset(sections["dataset"]),
            "columns": columns,
            "constants": self.texts(sections.get("constants"), "constants", MAPPED_FIELDS),
            "values": {
                name: self.words(node, name)
                for name, node in self.pairs(sections.get("values"), "values", tuple(VOCABULARIES)).items()
            },
            "casualties": self.casualties(sections.get("casualties")),
            "results": self.results(sections.get("results")),
        }

    def dataset(self, node):
        found = self.texts(node, "dataset", DATASET)
        if missing := [key for key in DATASET if not found.get(key)]:
            raise self.error(node, missing[0], "this key is required.")
        try:
            SCHEME(found["scheme"])
        except ValidationError as error:
            raise self.error(node, "scheme", error.message) from error
        return found

    def words(self, node, name):
        """Return the code of ours that each of the table's words means."""
        found = {}
        for word, code in self.pairs(node, name).items():
            found[word] = self.text(code, name)
            if found[word] not in VOCABULARIES[name].values:
                raise self.error(
                    code, name, f"“{found[word]}” is not a code. Choose one of: {', '.join(VOCABULARIES[name].values)}."
                )
        return found

    def casualties(self, node):
        found = []
        for each in self.listed(node, "casualties"):
            keys = self.texts(each, "casualties", ("harm", "status", "force", *BOUNDS))
            for key, vocabulary in (("harm", Harm), ("status", VictimStatus)):
                if keys.get(key) not in vocabulary.values:
                    raise self.error(each, key, f"choose one of: {', '.join(vocabulary.values)}.")
            if "force" in keys and keys["force"] not in FORCE_FIELDS:
                raise self.error(
                    each, "force", f"name the field that holds the victims' force: {', '.join(FORCE_FIELDS)}."
                )
            if not any(bound in keys for bound in BOUNDS):
                raise self.error(each, "best", "name at least one column: low, best or high.")
            found.append(keys | {bound: keys[bound].lower() for bound in BOUNDS if bound in keys})
        groups = [(each["harm"], each["status"], each.get("force")) for each in found]
        if len(set(groups)) < len(groups):
            raise self.error(node, "casualties", "the same victims and the same harm are listed twice.")
        return tuple(found)

    def results(self, node):
        found = []
        for each in self.listed(node, "results"):
            keys = self.texts(each, "results", ("kind", "what", "unit", *NUMBER_KEYS))
            if keys.get("kind") not in ResultKind.values:
                raise self.error(each, "kind", f"choose one of: {', '.join(ResultKind.values)}.")
            if keys["kind"] == ResultKind.OTHER and not keys.get("what"):
                raise self.error(each, "what", "say what is counted.")
            if not any(name in keys for name in NUMBER_KEYS):
                raise self.error(each, "number", "name the column of the number, or those of its bounds: low, high.")
            found.append(keys | {name: keys[name].lower() for name in NUMBER_KEYS if name in keys})
        things = [(each["kind"], each.get("what")) for each in found]
        if len(set(things)) < len(things):
            raise self.error(node, "results", "the same things are listed twice. Say under `what` how they differ.")
        return tuple(found)

    def listed(self, node, name):
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(node, name, "write a list here.")
        return node.value

    def texts(self, node, name, allowed):
        return {key: self.text(value, key) for key, value in self.pairs(node, name, allowed).items()}

    def pairs(self, node, name, allowed=()):
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise self.error(node, name, "write “name: value” pairs here.")
        found = {}
        for key, value in node.value:
            if key.value in found:
                raise self.error(key, key.value, "this key is written twice.")
            if allowed and key.value not in allowed:
                raise self.error(key, key.value, f"no such key. The keys are: {', '.join(allowed)}.")
            found[key.value] = value
        return found

    def text(self, node, key):
        if not isinstance(node, yaml.ScalarNode):
            raise self.error(node, key, "write one value here.")
        return node.value.strip()
