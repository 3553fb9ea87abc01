"""An index of the words of working rows, so that curators can search tables of any size by words."""

import re
import string

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Func, TextField, Value

#: The characters that separate words. By itself PostgreSQL would read some of them as part of a word: a slash as part
#: of a path, a minus as part of a number.
SEPARATORS = string.punctuation + "“”‘’„«»‹›–—…·،؛؟"

#: What Arabic writes before a word without a space: the article, “and”, “in”, “for” and so on.
ATTACHED = ("", "ال", "و", "وال", "ب", "بال", "ف", "فال", "ك", "كال", "ل", "لل")

#: How the names of such indexes end.
BY_WORD = "_by_word"


class WordIndex(GinIndex):
    """An index of words without statistics.

    If PostgreSQL knows that a word is in most rows, it reads all rows and splits their texts into words, which takes a
    hundred times as long as using the index (50,000 incidents, a word in 91 % of them: 11.6 s against 0.14 s).
    """

    def create_sql(self, model, schema_editor, using="", **kwargs):
        statement = super().create_sql(model, schema_editor, using, **kwargs)
        statement.template += "; ALTER INDEX %(name)s ALTER COLUMN 1 SET STATISTICS 0"
        return statement


def word_index(table, *columns):
    """Return the index of the words in these columns of a table, named such as `incident_by_word`."""
    blanks = Value(" " * len(SEPARATORS))
    texts = [
        Func(F(each), Value(SEPARATORS), blanks, function="translate", output_field=TextField()) for each in columns
    ]
    return WordIndex(SearchVector(*texts, config="simple"), name=f"{table}{BY_WORD}")


def wording_of(model):
    """Return the expression of a table's index of words; None if it has no such index."""
    found = (index for index in model._meta.indexes if index.name.endswith(BY_WORD))
    return next((index.expressions[0] for index in found), None)


def worded(rows, text):
    """Return the rows with words that begin with the words of a text."""
    query = SearchQuery(_beginnings(text), config="simple", search_type="raw")
    return rows.alias(wording=wording_of(rows.model)).filter(wording=query)


def _beginnings(text):
    """Return the tsquery for words that begin with the words of a text."""
    terms = []
    for word in text.translate(str.maketrans(dict.fromkeys(SEPARATORS, " "))).split():
        bare = word.removeprefix("ال")
        spellings = [front + bare for front in ATTACHED] if re.match(r"[\u0600-\u06ff]", word) else [word]
        terms.append(" | ".join(f"'{each}':*" for each in spellings))
    return " & ".join(f"({term})" for term in terms)
