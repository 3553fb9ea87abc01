"""Database triggers: a state changes only by review, and an edit ends an approval, or the review that is under way."""

from collections.abc import Iterator
from contextlib import contextmanager

import pgtrigger
from django.db import connection, transaction

#: The setting of a transaction in which states can be written and edits do not end approvals.
REVIEWING = "hamrin.reviewing"

_ON = f"(current_setting('{REVIEWING}', true) IS NOT DISTINCT FROM 'on')"

# The function note_edit(table, row) of sql/edits.sql keeps in records_recordversion who edited a reviewed row since its
# last approval, and how often it was edited, its parts included. The docstring of each trigger is its sentence in
# docs/database.md.

WHOLE = f"""
    IF TG_OP = 'UPDATE' AND NOT {_ON} THEN
        NEW.state := OLD.state;
    END IF;
    IF TG_OP = 'INSERT' OR (to_jsonb(NEW) - 'state') <> (to_jsonb(OLD) - 'state') THEN
        PERFORM note_edit(TG_TABLE_NAME, NEW.id);
        IF TG_OP = 'UPDATE' AND NOT {_ON} THEN
            NEW.state := state_after_edit(TG_TABLE_NAME, NEW.id, OLD.state);
        END IF;
    END IF;
    IF NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'approved') THEN
        PERFORM note_approval(TG_TABLE_NAME, NEW.id);
    END IF;
    RETURN NEW;
"""

PART = """
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM note_edit('{table}', ({old}));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM note_edit('{table}', ({new}));
    END IF;
    IF {on} THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('{setting}', 'on', true);
    IF TG_OP <> 'INSERT' THEN
        UPDATE {table} SET state = state_after_edit('{table}', id, state)
        WHERE state IN ('approved', 'in_review') AND id = ({old});
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE {table} SET state = state_after_edit('{table}', id, state)
        WHERE state IN ('approved', 'in_review') AND id = ({new});
    END IF;
    PERFORM set_config('{setting}', 'off', true);
    RETURN NULL;
"""


QUOTED = """
    IF NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NULL;
    END IF;
    PERFORM note_edit('{table}', id) FROM {table} WHERE {column} = NEW.id;
    IF {on} THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('{setting}', 'on', true);
    UPDATE {table} SET state = state_after_edit('{table}', id, state)
    WHERE state IN ('approved', 'in_review') AND {column} = NEW.id;
    PERFORM set_config('{setting}', 'off', true);
    RETURN NULL;
"""


@contextmanager
def reviewing() -> Iterator[None]:
    """Run the block in a transaction that can write states and in which edits do not end approvals."""
    with transaction.atomic():
        _set("on")
        yield
        _set("off")


def _set(value):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [REVIEWING, value])


def reviewed(model):
    """Decorate a model with reviewed rows."""
    return pgtrigger.register(OnlyReviewApproves())(model)


def part_of(*paths):
    """Decorate a model with rows that are reviewed as parts of others, which these paths of foreign keys lead to."""
    return pgtrigger.register(*(EditEndsApproval(path) for path in paths))


class NeverEmptied(pgtrigger.Trigger):
    """Refuses TRUNCATE, which fires no trigger of a row."""

    name = "never_emptied"
    when = pgtrigger.Before
    operation = pgtrigger.Truncate
    level = pgtrigger.Statement
    func = "RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME;"


class AwaitsSeal(pgtrigger.Trigger):
    """Notes a new row in records_unsealed, from where the next publication takes it into the chain of the log."""

    name = "awaits_seal"
    when = pgtrigger.After
    operation = pgtrigger.Insert

    def get_func(self, model):
        """Return the body of the trigger."""
        key = model._meta.pk.column
        return f'INSERT INTO records_unsealed ("table", row) VALUES (TG_TABLE_NAME, NEW.{key}); RETURN NULL;'


class OnlyReviewApproves(pgtrigger.Trigger):
    """The state changes only by review. An edit is counted, and ends an approval (“changed”) or a review (“draft”)."""

    name = "edit_ends_approval"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    func = WHOLE


class EditEndsApproval(pgtrigger.Trigger):
    """An edit of a part counts as an edit of its whole, and ends the approval or the review of the whole."""

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, path):
        self.path = path.split("__")
        super().__init__(name=f"edit_ends_approval_of_{path}")

    def get_func(self, model):
        """Return the body of the trigger: the whole is found from a row by following the foreign keys of the path."""
        row = "{row}"
        for position, name in enumerate(self.path):
            field = model._meta.get_field(name)
            table = model._meta.db_table
            row = f"SELECT {field.column} FROM {table} WHERE id = ({row})" if position else f"{row}.{field.column}"
            model = field.related_model
        whole = {"table": model._meta.db_table, "old": row.format(row="OLD"), "new": row.format(row="NEW")}
        return PART.format(on=_ON, setting=REVIEWING, **whole)


def shown_by(related_name):
    """Decorate a model without review, with rows that appear in the documents of reviewed rows that refer to them."""
    return pgtrigger.register(EditEndsApprovals(related_name))


class EditEndsApprovals(pgtrigger.Trigger):
    """An edit counts as an edit of every reviewed row that points at this one, and ends their approval or review."""

    when = pgtrigger.After
    operation = pgtrigger.Update

    def __init__(self, related_name):
        self.related_name = related_name
        super().__init__(name=f"edit_ends_approvals_of_{related_name}")

    def get_func(self, model):
        """Return the body of the trigger."""
        relation = model._meta.get_field(self.related_name)
        table, column = relation.related_model._meta.db_table, relation.field.column
        return QUOTED.format(on=_ON, setting=REVIEWING, table=table, column=column)
