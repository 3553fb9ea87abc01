"""Published incidents in the columns of other datasets, with notes on what those columns cannot express.

The rows are made from the revision log alone: from the documents of incidents and of the forces, places, articles
and conflicts that they name. The files hold the site's own records in another dataset's layout, whatever their source.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import orjson

from publication.models import Revision
from publication.theatre import theatre_at

from ..choices import Loss
from .acled import ACLED_CAVEATS, ACLED_COLUMNS, acled_rows
from .published import LayoutRow, Note, PublishedIncident
from .ucdp import UCDP_CAVEATS, UCDP_COLUMNS, ucdp_rows

#: How many incidents are held in memory at a time.
INCIDENTS_AT_ONCE = 500


@dataclass(frozen=True)
class ExportLayout:
    """A layout: its name, its columns, the function that makes its rows, and notes that hold for every row."""

    name: str
    label: str
    columns: tuple[str, ...]
    rows: Callable[[PublishedIncident], Iterator[LayoutRow]]
    about: dict[str, str]

    def stem(self):
        """Return the name of a file in this layout, without its extension."""
        return f"{theatre_at()['slug']}-{self.name}-layout"

    def opening(self, seq, theatre):
        """Return a row without cells that holds the notes on the whole file."""
        row = LayoutRow()
        row.lose(
            "",
            Loss.LAYOUT,
            f"Records of {theatre['name']} at seq {seq} in the layout of {self.label}. Not {self.label} data.",
        )
        if theatre["licence"]:
            row.lose("", Loss.LAYOUT, f"Licence of the data: {theatre['licence']['name']}.")
        for column, sentence in self.about.items():
            row.lose(column, Loss.LAYOUT, sentence)
        return row

    def export(self, documents, seq):
        """Yield a row for the whole file, then the rows of incidents given as JSON. What they name is read at `seq`."""
        theatre = theatre_at(seq)
        yield self.opening(seq, theatre)
        documents = iter(documents)
        while batch := [orjson.loads(document) for document in islice(documents, INCIDENTS_AT_ONCE)]:
            named = named_by(batch, seq)
            for document in batch:
                yield from self.rows(PublishedIncident(document, named, theatre))


EXPORT_LAYOUTS = {
    layout.name: layout
    for layout in (
        ExportLayout("ucdp-ged", "UCDP GED 23.1", UCDP_COLUMNS, ucdp_rows, UCDP_CAVEATS),
        ExportLayout("acled", "ACLED", ACLED_COLUMNS, acled_rows, ACLED_CAVEATS),
    )
}
#: The kinds of records that are part of others.
NESTED = ("force", "place")
#: The columns of the notes.
NOTES = Note._fields


def named_by(incidents, seq):
    """Return the documents of what incidents name: forces, places, articles, conflicts, and what is around them."""
    wanted = {"force": set(), "place": set(), "article": set(), "conflict": set()}
    for incident in incidents:
        casualties = incident["casualties"]
        wanted["force"] |= {each["slug"] for each in incident["forces"]}
        wanted["force"] |= {each["victim"]["force"] for each in casualties} - {None}
        wanted["conflict"] |= {incident["conflict"]["slug"]} if incident["conflict"] else set()
        if place := incident["place"]:
            wanted["place"] |= {place["slug"], *place["within"]}
        passages = [*incident["citations"], *(claim for each in casualties for claim in each["claims"])]
        wanted["article"] |= {each["article"] for each in passages}
    named = _served(wanted, seq)
    above = {
        kind: {slug for (own, _), each in named.items() if own == kind for slug in each["within"]} for kind in NESTED
    }
    return named | _served({kind: {uid for uid in above[kind] if (kind, uid) not in named} for kind in NESTED}, seq)


def _served(wanted, seq):
    """Return the documents that readers saw at `seq`, by kind and uid."""
    found = {}
    for kind, uids in wanted.items():
        revisions = Revision.objects.of(kind).as_of(seq).filter(uid__in=uids) if uids else Revision.objects.none()
        found |= {(kind, uid): orjson.loads(text) for uid, text in revisions.values_list("uid", "document")}
    return found
