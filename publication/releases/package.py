"""How to cite a release, and the description of its tables."""

import yaml

from ..choices import Reason
from ..models import Release
from ..tables import Field, Holds, all_tables

TITLE = "Hamrin: military operations and attacks, and the passages that report them"
AUTHORS = "The Hamrin contributors"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
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


def citation(release: Release) -> str:
    """Return how to cite a release, in a sentence."""
    return (
        f"{AUTHORS} ({release.published_at.year}). {TITLE}, version {release.version} [data set]. "
        f"Log sequence {release.seq}, codebook {release.codebook}. {LICENCE['name']}."
    )


def citation_of_the_log(accessed, seq, query=""):
    """Return how to cite what readers saw at a seq on the day `accessed`, or the answer to a query, in a sentence."""
    return (
        f"{AUTHORS} ({accessed.year}). {TITLE} [data set]. "
        f"Accessed {accessed}, data sequence {seq}{', query ' + query if query else ''}. {LICENCE['name']}."
    )


def bibtex(release: Release) -> str:
    """Return how to cite a release, for BibTeX."""
    return (
        f"@misc{{hamrin_{release.version.replace('.', '_')},\n"
        f"  author = {{{{{AUTHORS}}}}},\n"
        f"  title = {{{{{TITLE}}}}},\n"
        f"  year = {{{release.published_at.year}}},\n"
        f"  month = {{{release.published_at.month}}},\n"
        f"  version = {{{release.version}}},\n"
        f"  note = {{Data set. Log sequence {release.seq}, codebook {release.codebook}. {LICENCE['name']}}}\n"
        "}\n"
    )


def citation_file(release: Release) -> str:
    """Return how to cite a release, in the Citation File Format."""
    content = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": TITLE,
        "authors": [{"name": AUTHORS}],
        "version": release.version,
        "date-released": release.published_at.date().isoformat(),
        "license": LICENCE["name"],
        "abstract": f"What readers saw at log sequence {release.seq}, by codebook {release.codebook}.",
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def data_package(release, files):
    """Return the description of a release's tables as a Frictionless Data Package (version 2).

    Its resources are the CSV files, which every tool can read; `copies` names what holds the same in other formats.
    """
    described = [(table.name, table.rule, table.fields, table.key, table.references) for table in all_tables()]
    described.append(
        ("changes", "What happened to a record since the release before.", CHANGES_FIELDS, ("kind", "uid"), {})
    )
    keys = {table.name: table.key for table in all_tables()}
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": "hamrin",
        "title": TITLE,
        "version": release.version,
        "created": release.published_at.isoformat(),
        "description": release.notes or f"What readers saw at log sequence {release.seq}.",
        "contributors": [{"title": AUTHORS, "roles": ["creator"]}],
        "licenses": [LICENCE],
        "seq": release.seq,
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
