"""The house rules: imports point one way, without a circle, and no room names a kind or a code of a room above it."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from publication.codebook import coded_apps, vocabularies
from publication.documents import KINDS
from publication.models import Revision

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


def module_of(file):
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(file): file for file in FILES}


def modules_imported_by(module):
    """Return the modules of ours that a module imports, also where only a type checker reads the import."""
    package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse((ROOT / MODULES[module]).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                within = f"{source}.{alias.name}"
                yield within if within in MODULES else source


def test_no_module_imports_itself_through_others():
    imports = {module: {*modules_imported_by(module)} & MODULES.keys() - {module} for module in MODULES}
    TopologicalSorter(imports).prepare()


# What a room says of the rooms above it, by the string that says it.

#: The filter columns of a revision, in the files that define and show them.
COLUMNS = {field.name for field in Revision._meta.fields} | {"killed", "wounded"}
FILES_WITH_COLUMNS = {
    "editing/admin.py",
    "publication/log.py",
    "publication/models.py",
    "reading/filters.py",
    "reading/pagination.py",
}

#: Words that mean something else in a sentence than the kind of that name.
IN_SENTENCES = {
    "force": "whatever is in force, and armed forces in general",
    "forces": "armed forces in general",
    "operations": "military operations, of which the data are",
    "place": "where something stands",
    "places": "where things are",
}

#: English words and signs that are codes, too.
WORDS = {
    "1": "a switch that is on, and the first unit; a credibility",
    "C": "the collation of PostgreSQL; a reliability",
    "country": "where an outlet is; a precision",
    "current": "what readers see now; an article by which its outlet stands",
    "dataset": "what a package of data describes; a basis",
    "day": "a date; a precision",
    "document": "the JSON of a revision; a sort of evidence",
    "error": "the severity of a rule; a reason to withdraw",
    "exact": "a count that is not estimated; a qualifier",
    "first_level": "a column of the theatre that says what such areas are called; a level of places",
    "kind": "the kind of a record; what a citation supports",
    "lead": "the first paragraph of a report; a role",
    "missing": "what the admin's queues list; a harm",
    "name": "what something is called; what a citation supports",
    "none": "nothing at all; a type of violence",
    "other": "the second of two records; a sort of violence",
    "possible": "a match of days; how a toll covers an incident",
    "results": "the rows of a page; what a citation supports",
    "row": "a row of a table; a thing lost",
    "search": "looking for words; a sort of operation",
    "second_level": "see first_level",
    "state": "how far a review has come; an echelon",
    "third_level": "see first_level",
    "unknown": "what nobody states, in many vocabularies",
}

#: Strings that name a kind of a room above for a reason of their own.
ALLOWED = {
    "article_copied_from_one_place": "a constraint: one origin of a copy, not a record of that kind",
    "The sum of the incidents.": "the sums of an operation, whose shape is here and which a derivation fills in",
    "With what adopted tolls count beyond the incidents that they cover.": "the same",
    "How many incidents.": "the same",
    "The adopted tolls that count in it.": "the same",
}


def strings(tree):
    """Yield the line and the text of every string that is no docstring."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, documented) and node.body]
    docstrings = {body[0].value for body in bodies if isinstance(body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node.lineno, node.value


def kinds_and_codes_above(room):
    """Return the names of kinds and the codes that belong to the rooms above a room, and not to itself as well."""
    reachable = allowed_imports(room)
    kinds = [kind for kind in KINDS.values() if kind.model._meta.app_label not in reachable]
    words = {app.label: {code.value for each in vocabularies(app.label) for code in each} for app in coded_apps()}
    own = set().union(*(words.get(label, ()) for label in reachable))
    above = set().union(*(codes for label, codes in words.items() if label not in reachable))
    return {name for kind in kinds for name in (kind.name, kind.plural)} - own, above - own - {""}


def named(text, kinds, codes):
    """Return the kinds of which a string speaks, or the code that it is."""
    words = set(re.findall(r"[a-z]+", text.lower()))
    found = words & kinds - (IN_SENTENCES.keys() if " " in text.strip() else set())
    return found | ({text} & codes - WORDS.keys())


@pytest.mark.parametrize("file", [file for file in FILES if file.parts[0] not in {"config", "explorer"}], ids=str)
def test_no_string_names_a_kind_or_a_code_of_a_room_above(file):
    kinds, codes = kinds_and_codes_above(file.parts[0])
    tree = ast.parse((ROOT / file).read_text())
    allowed = ALLOWED.keys() | (COLUMNS if str(file) in FILES_WITH_COLUMNS else set())
    if str(file) == "publication/models.py":
        tree.body = [node for node in tree.body if getattr(node, "name", "") != "Revision"]
    said = {f"{file}:{line} {text!r}": named(text, kinds, codes) for line, text in strings(tree) if text not in allowed}
    assert {where: names for where, names in said.items() if names} == {}


def test_exceptions_are_still_needed():
    texts = {text for file in FILES for _, text in strings(ast.parse((ROOT / file).read_text()))}
    assert texts >= ALLOWED.keys()
    codes = {code.value for app in coded_apps() for each in vocabularies(app.label) for code in each}
    assert codes >= WORDS.keys()
    assert {name for kind in KINDS.values() for name in (kind.name, kind.plural)} >= IN_SENTENCES.keys()
