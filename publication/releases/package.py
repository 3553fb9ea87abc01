"""How to cite a release, and the description of its tables."""

import re
from datetime import date

import yaml

from ..choices import Reason
from ..models import Release
from ..positions import Position, position_of
from ..tables import Field, Holds, all_tables

PROFILES = "https://datapackage.org/profiles/2.0"
MEDIA_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "md": "text/markdown",
    "cff": "application/yaml",
    "bib": "application/x-bibtex",
    "txt": "text/plain",
    "sums": "text/plain",
}
CHANGES_FIELDS = [
    Field(
        "change",
        Holds.TEXT,
        "What happened to the record since the release before.",
        {"added": "Added", "changed": "Changed", "withdrawn": "Withdrawn", "merged": "Merged into another"},
    ),
    Field("kind", Holds.TEXT, "The kind of record."),
    Field("uid", Holds.TEXT, "The record's uid or slug."),
    Field("fields", Holds.CODES, "The fields of its document that differ, where it changed."),
    Field("replaced_by", Holds.TEXT, "The surviving record's uid, where it was merged."),
    Field("reason_code", Holds.TEXT, "Why.", dict(Reason.choices)),
    Field("reason", Holds.TEXT, "Why, in a sentence."),
]


def citation(theatre: dict, release: Release) -> str:
    """Return how to cite a release, in a sentence."""
    what = f"version {release.version} [data set]. Log {position_of(release).words}, codebook {release.codebook}"
    return _sentences(f"{_cited(theatre, release.published_at.year)}, {what}", *_ends(theatre))


def citation_of_the_log(theatre: dict, accessed: date, position: Position, query: str = "") -> str:
    """Return how to cite what readers saw on the day `accessed`, or the answer to a query, in a sentence."""
    asked = f"data {position.words}{', query ' + query if query else ''}"
    return _sentences(f"{_cited(theatre, accessed.year)} [data set]", f"Accessed {accessed}, {asked}", *_ends(theatre))


def _cited(theatre, year):
    """Return what every citation begins with: who published what, and when."""
    publisher, title = theatre["publisher"], theatre["title"]
    return f"{publisher} ({year}). {title}" if publisher else f"{title} ({year})"


def _ends(theatre):
    """Return what every citation ends with: the licence and the theatre's own note, if there are any."""
    licence = theatre["licence"]
    return [*([licence["name"]] if licence else []), *filter(None, [theatre["citation_note"]])]


def _sentences(*sentences):
    return " ".join(f"{each.removesuffix('.')}." for each in sentences)


def bibtex(theatre: dict, release: Release) -> str:
    """Return how to cite a release, for BibTeX."""
    key = re.sub("[^a-z0-9]", "_", f"{theatre['slug']}_{release.version}")
    note = ["Data set", f"Log {position_of(release).words}, codebook {release.codebook}", *_ends(theatre)]
    author = f"  author = {{{{{theatre['publisher']}}}}},\n" if theatre["publisher"] else ""
    return (
        f"@misc{{{key},\n"
        f"{author}"
        f"  title = {{{{{theatre['title']}}}}},\n"
        f"  year = {{{release.published_at.year}}},\n"
        f"  month = {{{release.published_at.month}}},\n"
        f"  version = {{{release.version}}},\n"
        f"  note = {{{_sentences(*note).removesuffix('.')}}}\n"
        "}\n"
    )


def citation_file(theatre: dict, release: Release) -> str:
    """Return how to cite a release, in the Citation File Format, which wants an author: else the site itself."""
    message = "If you use these data, please cite them as below."
    content = {
        "cff-version": "1.2.0",
        "message": " ".join(filter(None, [message, theatre["citation_note"]])),
        "type": "dataset",
        "title": theatre["title"],
        "authors": [{"name": theatre["publisher"] or theatre["name"]}],
        "version": release.version,
        "date-released": release.published_at.date().isoformat(),
        **({"license": theatre["licence"]["name"]} if theatre["licence"] else {}),
        "abstract": f"What readers saw at log {position_of(release).words}, by codebook {release.codebook}.",
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def readme(theatre: dict, release: Release) -> str:
    """Return the page that a release opens with: what it is, whose, under which licence, and how to cite it."""
    licence, contact = theatre["licence"], theatre["contact"]
    terms = " ".join(filter(None, [licence["name"], licence["path"]])) if licence else "none is stated"
    lines = [
        f"# {theatre['title']}",
        f"Version {release.version}: what readers of {theatre['name']} saw at log sequence {release.seq}.",
        release.notes,
        f"Licence: {terms}.",
        f"Publisher: {theatre['publisher']}." if theatre["publisher"] else "",
        "".join(f"Contact: {each}.\n" for each in contact.values() if each).rstrip(),
        f"Cite it as: {citation(theatre, release)}",
        "The tables are in `csv/` and `parquet/`, the whole documents in `jsonl/`. `datapackage.json` describes every "
        "column, `CODEBOOK.md` every coding rule; `changes.csv` lists what differs from the release before.",
    ]
    return "\n\n".join(filter(None, lines)) + "\n"


def data_package(theatre, release, files):
    """Return the description of a release's tables as a Frictionless Data Package (version 2).

    Its resources are the CSV files, which every tool can read; `copies` names what holds the same in other formats.
    """
    described = [(table.name, table.rule, table.fields, table.key, table.references) for table in all_tables()]
    described.append(
        ("changes", "What happened to a record since the release before.", CHANGES_FIELDS, ("kind", "uid"), {})
    )
    keys = {table.name: table.key for table in all_tables()}
    licence, contact = theatre["licence"], theatre["contact"]
    publisher = {"title": theatre["publisher"], "roles": ["creator"]} | {
        name: value for name, value in (("email", contact["email"]), ("path", contact["url"])) if value
    }
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": theatre["slug"],
        "title": theatre["title"],
        "version": release.version,
        "created": release.published_at.isoformat(),
        "description": release.notes or f"What readers saw at log sequence {release.seq}.",
        **({"contributors": [publisher]} if theatre["publisher"] else {}),
        **({"licenses": [{name: value for name, value in licence.items() if value}]} if licence else {}),
        "seq": release.seq,
        "chain": release.chain,
        "log": release.log,
        "epoch": release.epoch,
        "codebook": release.codebook,
        "resources": [
            _resource(name, rule, _schema(fields, key, references, keys), files)
            for name, rule, fields, key, references in described
        ],
    }


def _resource(name, rule, schema, files):
    own = {file.format: file for file in files if file.table == name and file.format == "csv"}["csv"]
    copies = [file for file in files if file.table == name and file is not own]
    return {
        "name": name,
        "type": "table",
        "description": rule,
        **_whereabouts(own),
        "encoding": "utf-8",
        "schema": schema,
        "copies": [_whereabouts(copy) for copy in copies],
    }


def _whereabouts(file):
    return {
        "path": file.path,
        "format": file.format,
        "mediatype": MEDIA_TYPES[file.format],
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }


def _schema(fields, key, references, keys):
    """Return the Table Schema of a table; `keys` gives the key of each table that may be referred to."""
    schema = {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [_described(field, field.name in key) for field in fields],
        "missingValues": [""],
    }
    if key:
        schema["primaryKey"] = list(key)
    if references:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": list(keys[other])}}
            for column, other in references.items()
        ]
    return schema


def _described(field, required):
    described = {"name": field.name, "type": field.holds.schema, "description": field.rule}
    if field.holds is Holds.CODES:
        described["delimiter"] = ";"
    if field.codes:
        described["categories"] = [{"value": code, "label": label} for code, label in field.codes.items()]
    if required:
        described["constraints"] = {"required": True}
    return described
