"""The reference of the API says what the code does."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from config.api import router
from config.management.commands.demo import load_articles
from tests.kept import kept

REFERENCE = Path(settings.BASE_DIR, "docs/api.md").read_text(encoding="utf-8")


def documented():
    """Return the reference's filter table: for each parameter the kinds it is said to belong to."""
    everything = [prefix for prefix, _, _ in router.registry]
    table = REFERENCE[REFERENCE.index("| parameter | of |") : REFERENCE.index("Separate several values")]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, re.MULTILINE)
    kinds = {}
    for parameter, of in rows:
        listed = of.strip().removeprefix("all").removeprefix(" but ").split(", ")
        kinds[parameter] = set(everything) - set(listed) if of.startswith("all") else set(listed)
    return kinds


def test_the_table_of_parameters_is_that_of_the_filters():
    kinds = {}
    for prefix, view, _ in router.registry:
        for parameter in view.filterset_class.base_filters:
            kinds.setdefault(parameter, set()).add(prefix)
    assert documented() == kinds


@pytest.mark.django_db
def test_queries_give_the_printed_answers(client):
    kept("articles", load_articles)
    examples = re.findall(r"curl 'http://127.0.0.1:8000([^']+)'\n```\n\n```json\n(.+?)```", REFERENCE, re.DOTALL)
    assert len(examples) == 2
    for address, printed in examples:
        answer, shown = client.get(address).json(), json.loads(printed)
        assert shown in [answer, *answer["results"]]
