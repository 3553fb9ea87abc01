"""Which database readers are served from: the alias `reading`, which is the curators' own database or a replica of it.

While a request of a reader is answered, the models of every room are read from there, so no view has to say so, and a
new one cannot forget it. SQL of one's own takes the connection of the queryset that it belongs to:
`connections[queryset.db]`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ALIAS = "reading"

_for_reader: ContextVar[bool] = ContextVar("for_reader", default=False)


@contextmanager
def for_reader() -> Iterator[None]:
    """Read from the readers' database in this block."""
    token = _for_reader.set(True)
    try:
        yield
    finally:
        _for_reader.reset(token)


class Router:
    """Sends what a reader's request asks to the alias, and would send there what it writes, where nothing can be."""

    def db_for_read(self, model, **hints):
        return ALIAS if _for_reader.get() else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        return False if db == ALIAS else None
