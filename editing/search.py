"""Finding records in lists: by any name in any script, by what is missing, and by who has to act."""

from django.contrib import admin
from django.db.models import Q

from records.choices import State
from records.models import RecordVersion
from records.names import alike, words
from records.word_index import worded, wording_of


def _name_columns(model):
    return ["normalised", "names__normalised"] if hasattr(model, "names") else ["normalised"]


def is_named(model):
    """Return whether the rows of a table have names that are compared across spellings."""
    return hasattr(model, "normalised")


def with_name(rows, text):
    """Return the rows with a name that contains every word of `text`, in any script."""
    found = Q(pk__in=[])
    for column in _name_columns(rows.model):
        found |= Q(*((f"{column}__contains", word) for word in words(text)))
    return rows.filter(found) if words(text) else rows.none()


def with_similar_name(rows, text):
    """Return the rows with a name that is probably another spelling of `text`."""
    wanted = words(text)

    def fits(name):
        parts = name.split()
        each = all(any(alike(word, part) for part in parts) for word in wanted)
        return each or alike("".join(wanted), "".join(parts))

    names = [pair for column in _name_columns(rows.model) for pair in rows.values_list("pk", column)]
    return rows.filter(pk__in={pk for pk, name in names if name and wanted and fits(name)})


def mentioning(model, text):
    """Yield the keys of the rows with words that begin with those of `text`, then of those with such a uid."""
    rows = model._base_manager.order_by()
    yield worded(rows, text).values("pk")
    if hasattr(model, "uid"):
        prefix = model._meta.get_field("uid").prefix
        begins = Q(uid__startswith=text.upper())
        if text.isdecimal():
            begins = Q(uid__startswith=f"{prefix}-{text}") | Q(uid=f"{prefix}-{text:0>6}")
        yield rows.filter(begins).values("pk")


class NameSearch:
    """Search a list by names, by words, and by the records that a row refers to.

    Tables with an index of their words are searched by that index; there `search_fields` only makes Django show the
    search box.
    """

    #: The related tables that are searched as well, by the path to them: {"place": Place}.
    named_by = {}

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        for spelling in (with_name, with_similar_name):
            found = queryset.filter(self._matching(request, search_term, spelling))
            # Not exists(): for one row alone, PostgreSQL may read the whole table.
            if found.count():
                break
        return found, False

    def _matching(self, request, text, spelling):
        """Return the condition that each word is in the record or names a record that it refers to."""
        rows = self.model._base_manager.order_by()
        matching = Q()
        for word in text.split():
            # PostgreSQL reads more rows for several conditions joined by OR than for each of them alone.
            found = [keys for keys in self._fitting(request, rows, word, spelling) if keys.count()]
            matching &= Q(pk__in=found[0].union(*found[1:], all=True) if found else [])
        if is_named(self.model):
            matching |= Q(pk__in=spelling(rows, text).values("pk"))
        return matching

    def _fitting(self, request, rows, word, spelling):
        """Yield the keys of the rows that match a word, for each way of matching."""
        if wording_of(self.model):
            yield from mentioning(self.model, word)
        else:
            plain, _ = super().get_search_results(request, rows, word)
            yield plain.values("pk")
        for path, model in self.named_by.items():
            about = [spelling(model.objects.all(), word)] if is_named(model) else mentioning(model, word)
            for each in about:
                yield rows.filter(**{f"{path}__in": each}).values("pk")


def without(parts):
    """Return the condition that a row has none of these parts; `Q(parts=None)` would be a slow outer join."""
    return ~Q(**{f"{parts}__isnull": False})


class MissingFilter(admin.SimpleListFilter):
    """Filter by what a record lacks: the conditions in the admin's `missing`, by name."""

    title = "what is missing"
    parameter_name = "missing"

    def __init__(self, request, params, model, model_admin):
        self.queues = model_admin.missing
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [(name, f"No {name}") for name in self.queues]

    def queryset(self, request, queryset):
        return queryset.filter(self.queues[self.value()]) if self.value() in self.queues else queryset


class QueueFilter(admin.SimpleListFilter):
    """Filter by what is assigned to the user: records to review, and records returned to them."""

    title = "assignment"
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        review = [("review", "For my review")] if model_admin.has_approve_permission(request) else []
        return [*review, ("returned", "Returned to me")]

    def queryset(self, request, queryset):
        mine = RecordVersion.objects.filter(table=queryset.model._meta.db_table, editor=request.user).values("row")
        if self.value() == "review":
            return queryset.filter(state=State.IN_REVIEW).exclude(pk__in=mine)
        if self.value() == "returned":
            return queryset.filter(state=State.RETURNED, pk__in=mine)
        return queryset
