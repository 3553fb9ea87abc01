"""Writing Parquet: lines of JSON, given the types of their columns by DuckDB."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from .tables import Field


def open_duckdb(spill: Path) -> duckdb.DuckDBPyConnection:
    """Return an own DuckDB for writing Parquet: in little memory, with `spill` for what does not fit in it."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": "256MB",
        "temp_directory": str(spill),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    return duckdb.connect(config=config)


def typed_lines(database: duckdb.DuckDBPyConnection, fields: Iterable[Field], lines: Path) -> duckdb.DuckDBPyRelation:
    """Return files of lines of JSON as a relation of DuckDB whose columns have the types of the fields.

    `lines` may be a pattern such as `tolls/year=*/tolls.jsonl`.
    """
    types = {field.name: field.holds.parquet for field in fields}
    return database.read_json(str(lines), format="newline_delimited", columns=types, hive_partitioning=False)
