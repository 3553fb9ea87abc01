"""The codebook: every table, field and code with its rule, read from the models themselves."""

import re
from functools import cache
from importlib import import_module
from inspect import getdoc
from itertools import groupby
from operator import attrgetter, itemgetter

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.utils.module_loading import module_has_submodule

from records.vocabulary import Vocabulary

#: Raised whenever the structure or the meaning of published documents changes.
CODEBOOK_VERSION = "2.0"

HEADING = f"""# Codebook

Version {CODEBOOK_VERSION}. Written by `manage.py codebook` from the models; edit the rules there.

An empty number means that no source states it; it never means 0. Days are EDTF (ISO 8601-2): `2021-12-07`, `2021-12`,
`2020-05-11/2020-05-20` for one day in a span, `../2020-06-02` for one day up to then.
"""


def coded_apps():
    """Return the apps that have a chapter in the codebook, each after the apps whose words it uses."""
    chapters = [app for app in apps.get_app_configs() if hasattr(app, "codebook_chapter")]
    return sorted(chapters, key=attrgetter("codebook_chapter"))


def vocabularies(app):
    """Return the vocabularies that an app's `choices` module defines, in its order."""
    package = apps.get_app_config(app).module
    if not module_has_submodule(package, "choices"):
        return []
    module = import_module(f"{package.__name__}.choices")
    return [item for item in vars(module).values() if _is_vocabulary(item) and item.__module__ == module.__name__]


def _is_vocabulary(item):
    return isinstance(item, type) and issubclass(item, Vocabulary) and item is not Vocabulary


@cache
def codelists() -> dict[str, type[Vocabulary]]:
    """Return all vocabularies of all apps, each by its name in addresses, such as `incident-kind`."""
    return {codelist_name(vocabulary): vocabulary for app in coded_apps() for vocabulary in vocabularies(app.label)}


def codelist_name(vocabulary: type[Vocabulary]) -> str:
    """Return the name of a vocabulary in addresses."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", vocabulary.__name__).lower()


def coded_values(vocabulary: type[Vocabulary]) -> list[dict[str, str]]:
    """Return each code of a vocabulary with its label and its rule."""
    return [{"code": member.value, "label": str(member.label), "rule": member.rule} for member in vocabulary]


def coded_models(app):
    """Return an app's models that curators fill, in the order of the codebook."""
    config = apps.get_app_config(app)
    return [config.get_model(name) for name in getattr(config, "codebook_tables", [])]


def coded_fields(model):
    """Return a model's fields that carry a coding rule."""
    own = [*model._meta.concrete_fields, *model._meta.local_many_to_many]
    return [field for field in own if field.help_text]


def holds_in_words(field):
    """Return in a few words what a field holds, without its codes."""
    if field.is_relation:
        meta = field.related_model._meta
        return f"several {meta.verbose_name_plural}" if field.many_to_many else str(meta.verbose_name)
    if isinstance(field, ArrayField):
        return "several of"
    if field.choices:
        return "one of"
    return {
        "DateField": "day",
        "FloatField": "number",
        "PositiveIntegerField": "whole number",
        "PositiveSmallIntegerField": "whole number",
        "BooleanField": "yes or no",
        "URLField": "address",
    }.get(field.get_internal_type(), "text")


def codelist_of(field):
    """Return the name of a field's codelist; None if it has none."""
    choices = getattr(field, "base_field", field).choices
    return next((name for name, each in codelists().items() if choices and each.choices == list(choices)), None)


@cache
def codebook_contents():
    """Return the whole codebook: every table with its fields and their rules, and every codelist."""
    return {
        "version": CODEBOOK_VERSION,
        "tables": [
            {
                "app": str(app.verbose_name),
                "name": model.__name__,
                "rule": getdoc(model),
                "fields": [
                    {
                        "name": field.name,
                        "holds": holds_in_words(field),
                        "codelist": codelist_of(field),
                        "rule": str(field.help_text),
                    }
                    for field in coded_fields(model)
                ],
            }
            for app in coded_apps()
            for model in coded_models(app.label)
        ],
        "codelists": [
            {
                "name": name,
                "title": vocabulary.__name__,
                "rule": getdoc(vocabulary),
                "codes": coded_values(vocabulary),
            }
            for name, vocabulary in codelists().items()
        ],
    }


def codebook_page() -> str:
    """Return the whole codebook as Markdown."""
    content = codebook_contents()
    codes_of = {codelist["name"]: [code["code"] for code in codelist["codes"]] for codelist in content["codelists"]}
    parts = [HEADING]
    for app, models in groupby(content["tables"], itemgetter("app")):
        parts.append(f"## {app}\n")
        for model in models:
            parts.append(f"### {model['name']}\n\n{model['rule']}\n")
            rows = [f"| `{field['name']}` | {_holds(field, codes_of)} | {field['rule']} |" for field in model["fields"]]
            parts.append("\n".join(["| field | holds | rule |", "| --- | --- | --- |", *rows]) + "\n")
    parts.append("## Vocabularies\n")
    for codelist in content["codelists"]:
        parts.append(f"### {codelist['title']}\n\n{codelist['rule']}\n")
        rows = [f"| `{code['code']}` | {code['label']} | {code['rule']} |" for code in codelist["codes"]]
        parts.append("\n".join(["| code | label | rule |", "| --- | --- | --- |", *rows]) + "\n")
    return "\n".join(parts)


def _holds(field, codes_of):
    listed = ", ".join(f"`{code}`" for code in codes_of.get(field["codelist"], []))
    return f"{field['holds']} {listed}" if listed else field["holds"]
