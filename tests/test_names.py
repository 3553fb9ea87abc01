"""The house rule of names: a public name means one thing in the whole project."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = [
    "benchmarks", "config", "desk", "editing", "explorer", "incidents", "operations", "publication", "reading",
    "records", "sources",
]  # fmt: skip

#: The names that may mean two things, each with the reason.
ALLOWED = {}
MOST_ALLOWED = 15

#: The names that Django and WSGI servers look for, each with the files in which they look. They are not counted.
REQUIRED = {"Command": "management/commands/*.py", "application": "*.py", "urlpatterns": "*.py"}


def is_required(name, file):
    return name in REQUIRED and file.match(REQUIRED[name])


def defined_names(tree):
    """Yield the public classes, functions and variables that a module defines itself."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        else:
            continue
        yield from (name for name in names if not name.startswith("_"))


def shared_names():
    """Return each public name that several modules define, with those modules."""
    files = defaultdict(set)
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            file = path.relative_to(ROOT)
            if "migrations" not in file.parts:
                for name in defined_names(ast.parse(path.read_text("utf-8"))):
                    if not is_required(name, file):
                        files[name].add(str(file))
    return {name: sorted(each) for name, each in sorted(files.items()) if len(each) > 1}


def test_a_public_name_has_one_meaning():
    assert {name: files for name, files in shared_names().items() if name not in ALLOWED} == {}


def test_every_allowed_name_is_still_shared():
    assert sorted(ALLOWED.keys() - shared_names()) == []


def test_few_names_are_allowed_and_each_has_a_reason():
    assert len(ALLOWED) <= MOST_ALLOWED
    assert [name for name, reason in ALLOWED.items() if not reason.endswith(".")] == []
