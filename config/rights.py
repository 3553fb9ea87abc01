"""What the role of the web site may do in the database, which belongs to another role: read and write rows, no more.

It makes no table and drops none, switches no trigger off, and empties no table; the log, the reviews, the merges, the
releases and the history of edits it can only add to, but for the columns that publishing has to renew.
"""

import pgtrigger
from django.conf import settings
from django.db import connections

#: The columns of tables that only grow which publishing, undoing a merge and withdrawing a release have to write.
RENEWED = {
    "publication_revision": ["superseded_at", "search"],
    "publication_merge": ["undone_at"],
    "publication_release": ["withdrawn_at", "withdrawn_because"],
}
#: What tells whether the database is up to date is for the owner alone to write.
READ_ONLY = {"django_migrations"}


def grant_to_web(using: str = "default", **kwargs: object) -> None:
    """Give the role that HAMRIN_WEB_ROLE names its rights to all tables as they are now; called after each migrate."""
    role, connection = settings.HAMRIN_WEB_ROLE, connections[using]
    if not role:
        return
    quote = connection.ops.quote_name
    only_growing = {
        model._meta.db_table for model, trigger in pgtrigger.registered() if trigger.name == "never_emptied"
    }
    with connection.cursor() as cursor:
        to = f"TO {quote(role)}"
        cursor.execute(f"GRANT USAGE ON SCHEMA public {to}")
        cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public {to}")
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"REVOKE ALL ON {quote(table)} FROM {quote(role)}")
            rights = ["SELECT"]
            if table in only_growing:
                rights += ["INSERT", *(f"UPDATE ({quote(column)})" for column in RENEWED.get(table, []))]
            elif table not in READ_ONLY:
                rights += ["INSERT", "UPDATE", "DELETE"]
            cursor.execute(f"GRANT {', '.join(rights)} ON {quote(table)} {to}")
