"""Rows that lead back to themselves by a foreign key to their own table."""

from collections.abc import Iterable, Iterator

from django.db.models import Model


def circles(records: Iterable[Model], relation: str) -> Iterator[tuple[Model, Model]]:
    """Yield each of the saved records of one table from which `relation`, followed row by row, comes to a row twice.

    With it comes the last row before that: the one that leads back to the record, if the record is in the circle. The
    rows of each level are read by one query, however many records there are.
    """
    records = list(records)
    if not records:
        return
    model = type(records[0])
    column = model._meta.get_field(relation).attname  # type: ignore[union-attr]
    above: dict[int, int | None] = {}
    level = {record.pk for record in records}
    while level:
        above |= dict(model._base_manager.filter(pk__in=level).values_list("pk", column))
        level = {pk for pk in above.values() if pk is not None} - set(above)
    for record in records:
        seen, here = [record.pk], above.get(record.pk)
        while here is not None and here not in seen:
            seen.append(here)
            here = above[here]
        if here is not None:
            yield record, model._base_manager.get(pk=seen[-1])
