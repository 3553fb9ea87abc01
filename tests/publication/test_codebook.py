"""The codebook says what the models say."""

from django.apps import apps
from django.core.management import call_command

from publication.codebook import coded_apps, coded_fields, coded_models, vocabularies

APPS = ["sources", "operations", "incidents"]


def test_the_page_is_current():
    call_command("codebook", check=True)


def test_every_app_with_words_is_a_chapter_and_every_keyed_table_stands_in_one():
    worded = {app.label for app in apps.get_app_configs() if vocabularies(app.label)}
    assert {app.label for app in coded_apps()} == worded
    keyed = {model for model in apps.get_models() if hasattr(model, "key") and hasattr(model, "natural_key")}
    listed = [model for app in coded_apps() for model in coded_models(app.label)]
    assert (set(listed), len(listed)) == (keyed, len(keyed))


def test_every_field_that_a_curator_fills_has_a_rule():
    silent = [
        f"{model.__name__}.{field.name}"
        for app in APPS
        for model in coded_models(app)
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field not in coded_fields(model)
    ]
    assert silent == []


def test_every_code_has_a_rule_that_is_a_sentence():
    vague = [
        f"{vocabulary.__name__}.{code.value}"
        for app in ["publication", *APPS]
        for vocabulary in vocabularies(app)
        for code in vocabulary
        if not code.rule.endswith(".")
    ]
    assert vague == []
