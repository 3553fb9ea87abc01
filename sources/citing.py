"""Which records cite which articles: asked of every table of citations, in whatever room it is."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db.models import CASCADE, F, Model, Q, QuerySet

from records.models import Reviewed

from .models import Citation


def citing_tables() -> list[type[Citation]]:
    """Return the tables with a row for each cited passage."""
    return [model for model in apps.get_models() if issubclass(model, Citation) and not model._meta.proxy]


def paths_to_wholes(table: type[Model]) -> dict[str, type[Reviewed]]:
    """Return the paths of foreign keys from the rows of a table to the reviewed records that they are part of."""
    paths: dict[str, type[Reviewed]] = {}
    for field in table._meta.concrete_fields:
        if field.is_relation and field.remote_field.on_delete is CASCADE:
            above = field.related_model
            if issubclass(above, Reviewed):
                paths[field.name] = above
            else:
                paths |= {f"{field.name}__{path}": whole for path, whole in paths_to_wholes(above).items()}
    return paths


def citing_models() -> list[type[Reviewed]]:
    """Return the models of the reviewed records that cite articles."""
    wholes = {whole for table in citing_tables() for whole in paths_to_wholes(table).values()}
    return sorted(wholes, key=lambda model: model._meta.label)


def cited_passages(table: type[Citation]) -> QuerySet[Citation]:
    """Return the rows of a table with what they point at."""
    return table._default_manager.select_related("article").prefetch_related("article__media")


def citing_rows(model: type[Model]) -> Iterator[tuple[QuerySet[Citation], str]]:
    """Yield the rows of each table of citations that are part of records of a model, and the path to these records."""
    for table in citing_tables():
        for path, whole in paths_to_wholes(table).items():
            if whole is model:
                yield cited_passages(table).filter(**{f"{path}__isnull": False}), path


def citations_of(records: Iterable[Model], condition: Q | None = None) -> Iterator[tuple[Model, Citation]]:
    """Yield each record of one model with the citations in it and in its parts, in the order of its tables."""
    by_key = {record.pk: record for record in records}
    for model in {type(record) for record in by_key.values()}:
        for rows, path in citing_rows(model):
            of_records = rows.filter(condition or Q(), **{f"{path}__in": by_key}).annotate(whole_key=F(path))
            for citation in of_records:
                yield by_key[citation.whole_key], citation
