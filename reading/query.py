"""What a reader asks of the log, read once from the parameters of an address.

The API's lists, the sums, the export command and the pages all ask through a Question, so that a filter, its default
and its error mean the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.datastructures import MultiValueDict
from django_filters import FilterSet
from django_filters.utils import translate_validation
from rest_framework.exceptions import ValidationError

from publication.documents import Kind
from publication.models import Revision, RevisionQuerySet
from publication.positions import Position

from .filters import ReferenceFilter
from .links import pinned
from .moments import read_moment
from .pagination import Cursor, list_id, ordered, read_count, read_cursor, read_limit, read_order
from .schema import VALUES_MAX

#: The parameters of every list beside its filters.
OF_LISTS = ("as_of", "release", "chain", "order", "limit", "cursor", "count")


@dataclass(frozen=True)
class Listing:
    """A list that readers can ask for: the kind of its records, its filters, and its orders, the default one first."""

    kind: Kind
    filters: type[FilterSet]
    orders: tuple[str, ...] = ("uid", "published")


#: By the name of the kind.
LISTINGS: dict[str, Listing] = {}


def register_listing(listing: Listing) -> Listing:
    """Make a list known and return it."""
    LISTINGS[listing.kind.name] = listing
    return listing


class Question:
    """What is asked of one kind of record.

    `parameters` are those of an address; `also` names those that whoever asks understands besides. `errors` says in
    sentences what is wrong with each parameter, all of them at once; while it is not empty, ask for nothing else.
    `whole` names a format that gives the list without pages; its limit may be any number.
    """

    def __init__(
        self, kind: str, parameters: Mapping[str, str], *, also: Collection[str] = (), whole: str = ""
    ) -> None:
        self.listing = LISTINGS[kind]
        filters = self.listing.filters.base_filters
        self.errors: dict[str, list[str]] = unfit(parameters, {*OF_LISTS, *also, *filters})
        self.parameters = {name: value for name, value in parameters.items() if name not in self.errors}
        #: The filters that are asked for, as they came in; a record that stands for others is followed by them.
        self.filters = {name: value for name, value in self.parameters.items() if name in filters}
        #: The seq at which the log is read; None for the present.
        self.moment: int | None = self.read(read_moment)
        self.order: str = self.read(read_order, self.listing.orders)
        self.limit: int | None = self.read(read_limit, None) if whole else self.read(read_limit)
        self.counted: bool = self.read(read_count)
        self.cursor: Cursor | None = self.read(read_cursor, self.order, self.list_id) if self.order else None
        if whole:
            sentence = f"A list has pages only with format=json; {whole} gives it whole."
            self.errors |= {name: [sentence] for name in ("count", "cursor") if name in self.parameters}
        if self._filterset and not self._filterset.is_valid():
            self.errors |= translate_validation(self._filterset.errors).detail
        if self._filterset and not self.errors:
            self._widen(self._filterset)

    def read(self, read: Callable, *more: Any) -> Any:
        """Return what a function reads from the parameters; None, and an error more, if it cannot."""
        try:
            return read(self.parameters, *more)
        except ValidationError as error:
            self.errors |= error.detail  # type: ignore[arg-type]
            return None

    def refuse_errors(self) -> None:
        """Raise a ValidationError, which REST framework answers with a 400, if a parameter is wrong."""
        if self.errors:
            raise ValidationError(self.errors)

    @property
    def kind(self) -> Kind:
        return self.listing.kind

    @property
    def list_id(self) -> str:
        """What tells this list from others: its kind, order and filters."""
        return list_id(self.kind.name, self.order, self.parameters)

    @cached_property
    def _filterset(self) -> FilterSet | None:
        return self.listing.filters(self.filters, Revision.objects.all(), seen=self.seen) if self.filters else None

    def seen(self, kind: str | None = None) -> RevisionQuerySet:
        """Return what readers see of a kind, or saw at the moment that is asked for; without a kind, of its own."""
        revisions = Revision.objects.of(kind or self.kind.name)
        return revisions.served() if self.moment is None else revisions.as_of(self.moment)

    def _widen(self, filterset: FilterSet) -> None:
        """Let records stand for others where they do at the moment asked for, such as a region for its members."""
        values = filterset.form.cleaned_data
        for name, each in filterset.filters.items():
            if isinstance(each, ReferenceFilter):
                values[name] = each.widened(values[name])
                self.filters[name] = ",".join(values[name])

    def apply(self, revisions: RevisionQuerySet) -> RevisionQuerySet:
        """Return those of some revisions that pass the filters."""
        return self._filterset.filter_queryset(revisions) if self._filterset else revisions

    @property
    def revisions(self) -> RevisionQuerySet:
        """The revisions that are asked for, in no order."""
        return self.apply(self.seen())

    @property
    def ordered(self) -> RevisionQuerySet:
        """The revisions that are asked for, in the order that is asked for."""
        return ordered(self.revisions, self.order)

    def links(self, address: str, position: Position) -> dict[str, str]:
        """Return the links of an answer, by their relation: the address that will always show it (cite-as)."""
        return {"cite-as": pinned(address, position)}


def unfit(parameters: Mapping[str, str], known: Collection[str]) -> dict[str, list[str]]:
    """Return what is wrong with parameters that nobody defined, that are repeated or empty, or have too many values."""
    lists = parameters.lists() if isinstance(parameters, MultiValueDict) else ((n, [v]) for n, v in parameters.items())
    errors = {}
    for name, values in lists:
        if name not in known:
            errors[name] = ["There is no such parameter."]
        elif len(values) > 1:
            errors[name] = ["Give it once; separate several values with commas."]
        elif not values[0]:
            errors[name] = ["Give it a value, or leave it out."]
        elif values[0].count(",") >= VALUES_MAX:
            errors[name] = [f"Give at most {VALUES_MAX} values at a time."]
    return errors


def refuse_unfit(request, known: Collection[str]) -> None:
    """Raise the 400 for parameters of an address that takes only the known ones."""
    if errors := unfit(request.query_params, known):
        raise ValidationError(errors)
