"""Which records cite which articles: asked of every table of citations, in whatever room it is."""

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import NamedTuple

from django.apps import apps
from django.db.models import CASCADE, BooleanField, ExpressionWrapper, F, Model, Q, QuerySet

from publication.documents import kind_of
from publication.log import body_of
from publication.models import Revision
from publication.tags import reference
from records.choices import CLOSED
from records.models import Reviewed

from .choices import RESTING_STANCES
from .models import Article, Citation


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
    """Return the rows of a table with what they point at, and whether their records rest on it, as `counts`."""
    # Prefetched, so that an article with its text is read once, however many passages of it are cited.
    rows = table._default_manager.exclude(article=None).prefetch_related("article__media")
    return rows.annotate(counts=ExpressionWrapper(table.rests(), BooleanField()))


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


class Resting(NamedTuple):
    """A passage of an article, and the record that cites it, itself or in one of its parts.

    `counts` says whether the record rests on the passage, `published` whether readers see that it cites the article.
    """

    whole: Reviewed
    citation: Citation
    counts: bool
    published: bool

    @property
    def table(self) -> str:
        """What the citation is, such as a claim."""
        return str(self.citation._meta.verbose_name)


def resting_on(article: Article) -> list[Resting]:
    """Return everything that cites an article, published or not, except in records that are withdrawn or merged."""
    seen = set(Revision.objects.served().filter(articles__contains=[article.uid]).values_list("kind", "uid"))
    found = []
    for model in citing_models():
        kind = kind_of(model())
        for rows, path in citing_rows(model):
            for citation in rows.filter(article=article).exclude(**{f"{path}__state__in": CLOSED}).select_related(path):
                whole = reduce(getattr, path.split("__"), citation)
                found.append(Resting(whole, citation, citation.counts, (kind.name, whole.public_name) in seen))
    return sorted(found, key=lambda each: (not each.counts, each.whole._meta.label, each.whole.public_name))


def what_rests_on(article: Article) -> list[str]:
    """Return the names of the records that rest on an article, in the working tables or as readers see them."""
    working = {each.whole.public_name for each in resting_on(article) if each.counts}
    working |= {copy.uid for copy in article.copies.exclude(state__in=CLOSED)}
    citing = Revision.objects.served().filter(references__contains=[reference("article", article.uid)])
    published = {
        revision.part_of or revision.uid
        for revision in citing.exclude(uid=article.uid)
        if _rests(body_of(revision), article.uid) or revision.kind == "article"
    }
    return sorted(working) + [f"{name} (as published)" for name in sorted(published - working)]


def _rests(value: object, article: str) -> bool:
    """Return whether a document, or a value in it, rests on an article: the same as Citation.rests says of rows."""
    if isinstance(value, list):
        return any(_rests(each, article) for each in value)
    if not isinstance(value, dict):
        return False
    if value.get("article") == article and value.get("stance") in RESTING_STANCES and value.get("used", True):
        return True
    return any(_rests(each, article) for each in value.values())
