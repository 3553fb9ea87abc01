"""Names compared across spellings and scripts: the normalised form that is stored with every name."""

import re
from itertools import groupby

from anyascii import anyascii
from django.db import models
from rapidfuzz import fuzz

#: Articles that spellings add or drop at will: "al-Hashd" and "Hashd" are one name.
NAME_ARTICLES = {"al", "el", "as", "ash", "at", "ad", "an", "ar", "az", "the", "l"}

#: Letters that romanisations of Arabic and Kurdish swap: "Qaim" and "Kaim", "Jawlawla" and "Chawlawla".
SWAPPED = str.maketrans({"q": "k", "g": "k", "c": "k", "x": "k", "p": "b", "z": "s", "v": "w", "j": "z"})


def words(text: str) -> list[str]:
    """Return the words of `text` in lower-case ASCII, from any script, without articles."""
    text = re.sub(r"\bال", "", text)
    found = re.findall(r"[a-z0-9]+", anyascii(text).lower().replace("'", "").replace("`", ""))
    return [word for word in found if word not in NAME_ARTICLES] or found


def normalise(text: str) -> str:
    """Return the form under which `text` is stored and compared: its words, separated by one space."""
    return " ".join(words(text))


def skeleton(word: str) -> str:
    """Return `word` without vowels, doubled letters and romanisation habits: "yahya" and "yehia" give "yh"."""
    consonants = re.sub(r"(?<=.)[aeiouyw]", "", word.translate(SWAPPED))
    return "".join(letter for letter, _ in groupby(consonants))


def alike(one: str, other: str) -> bool:
    """Return whether two normalised words are probably spellings of one name."""
    ratio = fuzz.ratio(one, other)
    if min(len(one), len(other)) < 4 or one.isdigit() or other.isdigit():
        return one == other
    return ratio >= 82 or (ratio >= 55 and skeleton(one) == skeleton(other))


class NormalisedField(models.CharField):
    """The normalised form of the name in another column, kept by the column itself."""

    def __init__(self, *args, source="name", **kwargs):
        self.source = source
        super().__init__(*args, **{"max_length": 1000, "editable": False, **kwargs})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def clean(self, value, model_instance):
        return normalise(getattr(model_instance, self.source))

    def pre_save(self, model_instance, add):
        value = normalise(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value
