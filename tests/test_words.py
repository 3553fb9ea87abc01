"""The house rule of words: code, pages and documentation are written in plain current English."""

import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SUFFIXES = {".css", ".html", ".js", ".md", ".py", ".sql", ".toml"}

#: What may not be written, and what to write instead.
REFUSED = {
    r"parted": "separated",
    r"anew": "again",
    r"(mis)?spelt": "spelled",
    r"lest": "so that … not",
    r"(how-)?manieth": "number",
    r"save(d)? (for|that|those)": "except",
    r"shall|shalt": "will, must or should",
    r"whilst|amongst": "while, among",
    r"thereof|therein|wherein|whereof|hitherto|thither|whither|hence(forth)?": "plain words",
    r"several place(?!s)": "several places",
    r"it is draft": "it is still a draft",
    r"stands? (under|in) the name": "is filed under the name",
}
PATTERN = re.compile("|".join(rf"(?P<w{number}>\b({words})\b)" for number, words in enumerate(REFUSED)), re.IGNORECASE)

#: Names these words, or keeps what was written at the time.
LEFT_OUT = {"tests/test_words.py", "CHANGELOG.md"}


def written_files():
    """Yield every text that we wrote, hidden folders and what libraries bring left out."""
    for path in sorted(ROOT.rglob("*")):
        file = path.relative_to(ROOT)
        hidden = any(part.startswith(".") or part in {"node_modules", "staticfiles"} for part in file.parts)
        if path.suffix in SUFFIXES and not hidden and file.as_posix() not in LEFT_OUT:
            yield file


def texts_of(file):
    """Yield the texts in a file, each with the line on which it begins: of Python only strings and comments."""
    if file.suffix != ".py":
        yield 1, (ROOT / file).read_text("utf-8")
        return
    with (ROOT / file).open("rb") as lines:
        for token in tokenize.tokenize(lines.readline):
            # Since Python 3.12 the text of an f-string is a token of its own.
            if token.type == tokenize.COMMENT or "STRING" in tokenize.tok_name[token.type]:
                yield token.start[0], token.string


def words_refused_in(text, begins=1):
    """Yield each refused word with its line and with what to write instead."""
    for number, line in enumerate(text.splitlines(), begins):
        for match in PATTERN.finditer(line):
            yield f"line {number}: “{match[0]}”; write {list(REFUSED.values())[int(match.lastgroup[1:])]}"


def test_no_file_uses_a_refused_word():
    found = {
        file.as_posix(): refused
        for file in written_files()
        if (refused := [word for begins, text in texts_of(file) for word in words_refused_in(text, begins)])
    }
    assert found == {}


@pytest.mark.parametrize("text", ["parted by commas", "# Written Anew", "It shall be", "misspelt", "several place"])
def test_refused_words_are_found(text):
    assert len(list(words_refused_in(text))) == 1


@pytest.mark.parametrize("text", ["departed", "renewed", "several places", "save the form", "at least", "the latest"])
def test_other_words_are_not(text):
    assert list(words_refused_in(text)) == []
