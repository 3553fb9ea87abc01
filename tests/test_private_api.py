"""The private API of other projects that the code uses: each name is listed with its reason, and still exists."""

import ast
import re
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from operations.models import Place

ROOT = Path(__file__).parent.parent
ROOMS = [
    "config", "desk", "editing", "explorer", "incidents", "operations", "publication", "reading", "records", "sources",
]  # fmt: skip
PAGE = (ROOT / "docs" / "private-api.md").read_text("utf-8")

#: The listed names, each with the file that uses it.
LISTED = re.findall(r"^\| `([\w.]+)` \| `([\w./]+)` \|", PAGE, re.MULTILINE)

#: Public in spite of their names: documented by Django, by Python, or by pgtrigger's and REST framework's own pages.
DOCUMENTED = {"_meta", "_base_manager", "_default_manager", "_asdict", "_replace", "_fields", "_value_"}


def is_self(node):
    return isinstance(node, ast.Name) and node.id == "self"


def own_names():
    """Return every name that begins with an underscore and is defined in the project's own modules."""
    names = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value):
                names.add(node.attr)
    return names


def trees():
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts)
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text("utf-8")) for file in files}


def foreign_names():
    """Return each private name of another project with the files that use or override it."""
    own, listed, used = own_names(), {path.rpartition(".")[2] for path, _ in LISTED}, set()
    for file, tree in trees().items():
        for node in ast.walk(tree):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "name", None)
            if not isinstance(name, str) or not re.match(r"_[a-z]", name) or name in DOCUMENTED:
                continue
            if name in listed or (isinstance(node, ast.Attribute) and name not in own):
                used.add((name, file))
    return used


def test_every_private_name_that_is_used_is_listed():
    assert foreign_names() == {(path.rpartition(".")[2], file) for path, file in LISTED}


@pytest.mark.parametrize("path", sorted({path for path, _ in LISTED}))
def test_every_listed_name_exists(path):
    owner, _, name = path.rpartition(".")
    if name == "_result_cache":
        assert hasattr(QuerySet(Place), name)
    elif name == "_prefetched_objects_cache":
        assert name in import_string("django.db.models.query.prefetch_related_objects").__code__.co_names
    else:
        assert callable(getattr(import_string(owner), name))
