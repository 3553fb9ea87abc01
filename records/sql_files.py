"""Loading SQL that outlives a migration: the files in the `sql/` folder of each room."""

from pathlib import Path

from django.apps import apps
from django.db.migrations.operations import RunSQL


def sql_files(app_label: str) -> list[Path]:
    """Return the SQL files of a room, in the order in which they are loaded."""
    return sorted(Path(apps.get_app_config(app_label).path, "sql").glob("*.sql"))


def load_sql(app_label: str) -> list[RunSQL]:
    """Return the migration operations that run each SQL file of a room; running them backwards does nothing."""
    return [RunSQL(path.read_text(encoding="utf-8"), RunSQL.noop) for path in sql_files(app_label)]
