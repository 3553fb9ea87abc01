"""Every coded field has its place in the document, the tables, the admin, the sheets and the factories.

`docs/adding-a-field.md` is the checklist that this test holds a new field to. Filters have a test of their own.
"""

from collections import defaultdict
from itertools import chain

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import CASCADE
from factory.django import DjangoModelFactory
from rest_framework.serializers import BaseSerializer, SerializerMethodField

import tests.incidents.factories
import tests.operations.factories
import tests.publication.factories  # noqa: F401  their factories are found among the subclasses
from incidents.sheets import FIXTURES
from publication.documents import KINDS
from publication.tables import TABLES
from records.keys import Keyed
from sources.days import Window
from sources.serializers import PublishedSerializer, WindowSerializer

#: What a document says by a method instead of a field of the serializer: the key, and the columns behind it.
METHODS = {
    "killed": {"killed_low", "killed_high"},
    "operation": {"operation"},
    "paragraphs": {"retelling"},
    "parts_of_day": {"part_of_day"},
    "point": {"latitude", "longitude"},
    "violence_type": {"violence_type"},
}

DECISION = "Why two records are no duplicates is for curators."

#: Columns that documents leave out, and why.
WHOLE = "The passage speaks of the row that it is part of, as a whole."
NOT_IN_DOCUMENTS = {
    "distinctarticles.reason": DECISION,
    "distinctincidents.reason": DECISION,
    "claim.supports": WHOLE,
    "incidentlink.supports": WHOLE,
    "incidentresult.supports": WHOLE,
    "involvement.supports": WHOLE,
    "participation.supports": WHOLE,
    "placecontrol.supports": WHOLE,
    "regionmember.supports": WHOLE,
    "result.supports": WHOLE,
    "sidemember.supports": WHOLE,
    "article.text": "Copied text belongs to its publisher and never leaves the working tables.",
    "media.kept": "Copies belong to their publishers and never leave the working tables; readers get their sums.",
    "outlet.feed_group": "It tells independent sources apart; the suggested estimate says what follows from it.",
    "outlet.url": "An article carries its own address.",
}

#: Why a column of a membership is in no table.
PASSAGE_OF_MEMBER = "Readers find the passage in the document of the conflict."

#: Columns that documents have but flat tables leave out, and why.
NOT_IN_TABLES = {
    "distinctarticles.reason": DECISION,
    "distinctincidents.reason": DECISION,
    "conflictcode.code": "Readers find the codes of a conflict in its document.",
    "conflictcode.scheme": "Readers find the codes of a conflict in its document.",
    "conflictcode.verified": "Readers find the codes of a conflict in its document.",
    "sidemember.article": PASSAGE_OF_MEMBER,
    "sidemember.credibility": PASSAGE_OF_MEMBER,
    "sidemember.locator": PASSAGE_OF_MEMBER,
    "sidemember.quote": PASSAGE_OF_MEMBER,
    "sidemember.said_by": PASSAGE_OF_MEMBER,
    "sidemember.stance": PASSAGE_OF_MEMBER,
    "forcecode.code": "Readers find the codes of a force in its document.",
    "forcecode.scheme": "Readers find the codes of a force in its document.",
    "forcecode.verified": "Readers find the codes of a force in its document.",
}

#: Columns that no form of the admin shows, and why.
NOT_IN_ADMIN = {
    "distinctarticles.reason": "The page of the decision asks for it, as the comment.",
    "distinctincidents.reason": "The page of the decision asks for it, as the comment.",
}


def keyed_models():
    """Return the tables that curators fill."""
    models = chain.from_iterable(
        apps.get_app_config(app).get_models() for app in ("publication", "sources", "operations", "incidents")
    )
    return [model for model in models if issubclass(model, Keyed) and not model._meta.proxy]


def coded(model):
    """Return the columns in which curators code something, apart from the one that leads from a part to its whole."""
    own = [*model._meta.concrete_fields, *model._meta.local_many_to_many]
    return [
        field
        for field in own
        if field.help_text and field.editable and getattr(field.remote_field, "on_delete", None) is not CASCADE
    ]


MODELS = pytest.mark.parametrize("model", keyed_models(), ids=lambda model: model._meta.model_name)


def names(model, fields):
    """Return the names of fields of a model, such as `incident.kind`."""
    return {f"{model._meta.model_name}.{field.name}" for field in fields}


def listed(model, *lists):
    """Return the names on the lists of exceptions that are of a model."""
    return {name for name in chain(*lists) if name.startswith(f"{model._meta.model_name}.")}


def said(serializer, model, path=()):
    """Yield what a serializer says of a model and its parts: the model, the name of the field, and its path."""
    for name, field in serializer.fields.items():
        here = (*path, name)
        if isinstance(field, WindowSerializer):
            if field.source == "*":
                yield from ((model, column, here) for column in columns_of(field))
        elif isinstance(field, SerializerMethodField):
            yield from ((model, column, here) for column in METHODS.get(name, ()))
        elif field.source == "*":
            yield from said(field, model, here)
        else:
            source = field.source.partition(".")[0]
            yield model, source, here
            relation = next((each for each in model._meta.get_fields() if accessor(each) == source), None)
            nested = getattr(field, "child", field)
            if relation and relation.is_relation and isinstance(nested, BaseSerializer):
                yield from said(nested, relation.related_model, here)


def columns_of(window):
    """Return the columns that a window of days says."""
    how = ["published_basis", "published_note"] if isinstance(window, PublishedSerializer) else []
    words = [window.words] if hasattr(window, "words") else []
    return [window.window.first, window.window.last, *how, *words]


def accessor(relation):
    return relation.get_accessor_name() if relation.auto_created and relation.is_relation else relation.name


@pytest.fixture(scope="module")
def documents():
    """Where documents say each field: for a model and a name, the kinds and paths."""
    found = defaultdict(set)
    for kind in KINDS.values():
        for model, name, path in said(kind.serializer(), kind.model):
            found[model, name].add((kind.name, path))
    return found


@pytest.fixture(scope="module")
def columns():
    """The kinds and paths that the flat tables have columns for, and the beginnings of these paths."""
    paths = [
        (kind, column.path_in(kind))
        for table in TABLES.values()
        for kind in table.rows
        for column in table.columns
        if column.path_in(kind)
    ]
    return {(kind, tuple(path[: length + 1])) for kind, path in paths for length in range(len(path))}


@pytest.fixture(scope="module")
def inputs():
    """The names of the fields that forms of the admin show, by model; None if a form shows all."""
    pages = [*admin.site._registry.values()]
    pages += [inline for page in admin.site._registry.values() for inline in page.inlines]
    found = defaultdict(set)
    for page in pages:
        shown = flatten_fieldsets(page.fieldsets) if page.fieldsets else flatten_fieldsets([("", fields_of(page))])
        for name in shown:
            window = getattr(page.model, name, None)
            found[page.model] |= {window.first, window.last} if isinstance(window, Window) else {name}
    return found


def fields_of(page):
    """Return the fields of a page without fieldsets; one that names none shows them all."""
    return {"fields": page.fields or [field.name for field in coded(page.model)]}


@MODELS
def test_documents_say_it(model, documents):
    left_out = [field for field in coded(model) if not documents[model, field.name]]
    assert names(model, left_out) == listed(model, NOT_IN_DOCUMENTS)


@MODELS
def test_flat_tables_have_it(model, documents, columns):
    left_out = [field for field in coded(model) if not documents[model, field.name] & columns]
    assert names(model, left_out) == listed(model, NOT_IN_DOCUMENTS, NOT_IN_TABLES)


@MODELS
def test_a_form_of_the_admin_shows_it(model, inputs):
    left_out = [field for field in coded(model) if field.name not in inputs[model]]
    assert names(model, left_out) == listed(model, NOT_IN_ADMIN)


@MODELS
def test_sheets_can_write_its_table(model):
    """A sheet takes every field that can be edited, by its name, of every table that has a fixture."""
    assert model in set(chain.from_iterable(FIXTURES.values()))


@MODELS
def test_a_factory_gives_it_if_it_is_required(model):
    factories = [factory for factory in all_subclasses(DjangoModelFactory) if factory._meta.model is model]
    given = set().union(*(factory._meta.pre_declarations for factory in factories))
    required = [field for field in coded(model) if not (field.blank or field.null or field.has_default())]
    assert factories
    assert names(model, (field for field in required if field.name not in given)) == set()


@MODELS
def test_the_database_refuses_other_codes(model):
    closed = {constraint.name for constraint in model._meta.constraints}
    vocabularies = [field for field in coded(model) if getattr(field, "base_field", field).choices]
    open_ones = [field for field in vocabularies if f"{model._meta.model_name}_{field.name}_known" not in closed]
    assert names(model, open_ones) == set()


def all_subclasses(cls):
    return set(cls.__subclasses__()).union(*(all_subclasses(each) for each in cls.__subclasses__()))
