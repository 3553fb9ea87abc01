"""The house rule of DESIGN: imports point one way, and stand on top of the file."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each package may import itself and the packages of the lines below its own.
STOREYS = [
    {"config"},
    {"desk", "explorer"},
    {"incidents"},
    {"operations"},
    {"sources"},
    {"editing", "reading"},
    {"publication"},
    {"records"},
]
PACKAGES = set.union(*STOREYS)


def allowed_imports(package):
    storey = next(number for number, packages in enumerate(STOREYS) if package in packages)
    return {package}.union(*STOREYS[storey + 1 :])


def is_import(node):
    return isinstance(node, ast.Import | ast.ImportFrom)


def imported_modules(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [] if node.level else [node.module]


FILES = sorted(
    file.relative_to(ROOT)
    for package in PACKAGES
    for file in (ROOT / package).rglob("*.py")
    if "migrations" not in file.parts
)


@pytest.mark.parametrize("file", FILES, ids=str)
def test_imports_point_down(file):
    tree = ast.parse((ROOT / file).read_text())
    imported = {
        module.partition(".")[0] for node in ast.walk(tree) if is_import(node) for module in imported_modules(node)
    }
    assert (imported & PACKAGES) - allowed_imports(file.parts[0]) == set()


@pytest.mark.parametrize("file", FILES, ids=str)
def test_imports_stand_on_top(file):
    tree = ast.parse((ROOT / file).read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [node.lineno for function in functions for node in ast.walk(function) if is_import(node)] == []
