"""The codebook: every table, field and code with its rule, read from the models themselves."""

from inspect import getdoc

from django.apps import apps
from django.contrib.postgres.fields import ArrayField

from .choices import Vocabulary

#: Raised whenever the shape or the meaning of a published document changes.
VERSION = "1.1"

HEADING = f"""# Codebook

Version {VERSION}. Written by `manage.py codebook` from the models; edit the rules there.

An empty number means that no source states it; it never means 0. Days are EDTF (ISO 8601-2): `2021-12-07`, `2021-12`,
`2020-05-11/2020-05-20` for one day in a span, `../2020-06-02` for one day up to then.
"""


def vocabularies(app):
    """Return the vocabularies that an app's `choices` module defines, in its order."""
    module = apps.get_app_config(app).module.choices
    return [item for item in vars(module).values() if _is_vocabulary(item) and item.__module__ == module.__name__]


def _is_vocabulary(item):
    return isinstance(item, type) and issubclass(item, Vocabulary) and item is not Vocabulary


def tables(app):
    """Return an app's models that curators fill, in the order in which they are written."""
    return [model for model in apps.get_app_config(app).get_models() if hasattr(model, "natural_key")]


def fields(model):
    """Return a model's fields that carry a coding rule."""
    own = [*model._meta.concrete_fields, *model._meta.local_many_to_many]
    return [field for field in own if field.help_text]


def kind_of(field):
    """Return in a few words what a field holds."""
    if field.is_relation:
        many = "several " if field.many_to_many else ""
        return f"{many}{field.related_model._meta.verbose_name}"
    if isinstance(field, ArrayField):
        return f"several of {_codes(field.base_field)}"
    if field.choices:
        return f"one of {_codes(field)}"
    return {
        "DateField": "day",
        "FloatField": "number",
        "PositiveIntegerField": "whole number",
        "PositiveSmallIntegerField": "whole number",
        "BooleanField": "yes or no",
        "URLField": "address",
    }.get(field.get_internal_type(), "text")


def _codes(field):
    return ", ".join(f"`{code}`" for code, _ in field.flatchoices)


def markdown():
    """Return the whole codebook as Markdown."""
    parts = [HEADING]
    for app in ("sources", "operations", "incidents"):
        config = apps.get_app_config(app)
        parts.append(f"## {config.verbose_name}\n")
        for model in tables(app):
            parts.append(f"### {model.__name__}\n\n{getdoc(model)}\n")
            rows = [f"| `{f.name}` | {kind_of(f)} | {f.help_text} |" for f in fields(model)]
            parts.append("\n".join(["| field | holds | rule |", "| --- | --- | --- |", *rows]) + "\n")
    parts.append("## Vocabularies\n")
    for app in ("publication", "sources", "operations", "incidents"):
        for vocabulary in vocabularies(app):
            parts.append(f"### {vocabulary.__name__}\n\n{getdoc(vocabulary)}\n")
            rows = [f"| `{member.value}` | {member.label} | {member.rule} |" for member in vocabulary]
            parts.append("\n".join(["| code | label | rule |", "| --- | --- | --- |", *rows]) + "\n")
    return "\n".join(parts)
