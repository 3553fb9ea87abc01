"""What incidents, casualties and tolls can be filtered by."""

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from django.db.models import Exists, OuterRef
from django_filters import rest_framework as filters

from operations.choices import Contested
from operations.filters import ArticledFilter, ForcedFilter, PlacedFilter, result_filter, role_filter
from operations.tags import BASIS, KIND
from reading.filters import (
    CodesFilter,
    CountedFilter,
    DatedFilter,
    FlagFilter,
    PairedFilter,
    PointFilter,
    RecordFilter,
    ReferenceFilter,
    TaggedReferenceFilter,
)

from .choices import (
    AgeGroup,
    Attribution,
    Basis,
    Clarity,
    CountedAs,
    DatasetScheme,
    Harm,
    IncidentKind,
    InvolvementRole,
    LinkKind,
    LocationPrecision,
    Method,
    PartOfDay,
    Sex,
    Target,
    VictimStatus,
    ViolenceType,
    Weapon,
)
from .documents import CASUALTY
from .tags import (
    ADOPTED,
    AGE_GROUP,
    AT_LEAST,
    ATTRIBUTION,
    CLARITY,
    CONTESTED,
    COUNTED_AS,
    DATASET_CODE,
    EXTERNAL_ID,
    HARM,
    LINK,
    LINKED_TO,
    METHOD,
    OF_CONFLICT,
    PART_OF_DAY,
    SEX,
    SUBSET,
    TARGET,
    USABLE,
    VICTIM_HARM,
    VIOLENCE_TYPE,
    VIOLENT,
    WEAPON,
)


class VictimFilter(PairedFilter, ReferenceFilter):
    """Any of several victims: slugs of forces, or codes of VictimStatus."""

    codes = tuple(VictimStatus.values)


class HarmedFilter(RecordFilter):
    """Filters for records about people harmed. `victim` and `harm` together speak of the same people."""

    victim = VictimFilter(
        "force",
        pair=VICTIM_HARM,
        other="harm",
        help_text=f"Of one of these forces (slug), or of one of these statuses: {', '.join(VictimStatus.values)}.",
    )
    harm = CodesFilter(Harm.choices, HARM, help_text="What was done to them.")
    contested = CodesFilter(
        Contested.choices[:1], CONTESTED, help_text="figures: credible sources give figures that exclude each other."
    )


class VictimGroupFilter(RecordFilter):
    """Filters for groups of victims, whether of an incident or one by one."""

    age_group = CodesFilter(AgeGroup.choices, AGE_GROUP, help_text="With victims of one of these ages.")
    sex = CodesFilter(Sex.choices, SEX, help_text="With victims of this sex.")
    counted_as = CodesFilter(
        CountedAs.choices,
        COUNTED_AS,
        help_text="With people harmed who are counted as these. Sums count `victims` unless they are asked for others:"
        " `victims,attackers` are all whom the incident harmed.",
    )


class EstimatedFilter(HarmedFilter):
    """Filters for records that are one estimate of people harmed."""

    basis = CodesFilter(Basis.choices, BASIS, help_text="What the estimate rests on.")
    at_least = FlagFilter(AT_LEAST, help_text="Whether the best number is only a floor: at least so many.")


class ViolentFilter(filters.ChoiceFilter):
    """`true`: violent acts; `false`: acts without violence; `all`: both."""

    tag = VIOLENT

    def __init__(self):
        super().__init__(
            choices=[(word, word) for word in ("true", "false", "all")],
            help_text="Violent acts, acts without violence, or all. Lists and files have all unless this is given; "
            "counts of incidents at stats/ and format=geojson have the violent ones.",
        )

    def filter(self, queryset, value):
        if value == "true":
            return queryset.filter(tags__contains=[self.tag.text])
        return queryset.exclude(tags__contains=[self.tag.text]) if value == "false" else queryset


class OperationReferenceFilter(ReferenceFilter):
    """Any of several operations, and what is part of them."""

    def widened(self, uids):
        documents = self.parent.seen(self.kind).values_list("uid", "document")
        above = {uid: orjson.loads(document)["parent"] for uid, document in documents}
        return [*uids, *sorted(uid for uid in above if uid not in uids and self._lies_in(uid, uids, above))]

    @staticmethod
    def _lies_in(uid, uids, above):
        line = []
        while (uid := above.get(uid)) and uid not in line:
            line.append(uid)
        return not set(line).isdisjoint(uids)


class WithinFilter(RecordFilter):
    """Filters for records that may belong to a conflict and an operation."""

    conflict = TaggedReferenceFilter("conflict", OF_CONFLICT, help_text="In one of these conflicts.")

    operation = OperationReferenceFilter(
        "operation", "operation", help_text="Of one of these operations: any phase, and all that is part of them."
    )
    phase = ReferenceFilter("phase", "phase", help_text="Of one of these phases.")


class PreciseFilter(filters.BaseInFilter, filters.ChoiceFilter):
    """Any of several location precisions."""

    def __init__(self):
        super().__init__(
            field_name="precision", choices=LocationPrecision.choices, help_text="How exactly the place is known."
        )


class ExternalIdField(forms.CharField):
    """A dataset and its id of an incident, such as `ucdp_ged:300380`."""

    def clean(self, value):
        value = super().clean(value)
        if value and not all(value.partition(":")):
            raise ValidationError("Write an external id as dataset:id, such as ucdp_ged:300380.")
        return value


class ExternalIdFilter(filters.BaseInFilter, filters.CharFilter):
    """Any of several ids that other datasets give."""

    field_class = ExternalIdField
    tag = EXTERNAL_ID

    def filter(self, queryset, ids):
        return queryset.filter(tags__overlap=[self.tag.of(each) for each in ids]) if ids else queryset


class LinkedToFilter(ReferenceFilter):
    """Any of several incidents to which a record has a link."""

    tag = LINKED_TO

    def filter(self, queryset, uids):
        return queryset.filter(tags__overlap=[self.tag.of(uid) for uid in uids]) if uids else queryset


class DatasetCodeFilter(ExternalIdFilter):
    """Any of several ids that incidents share in other datasets."""

    tag = DATASET_CODE

    def __init__(self, choices, **kwargs):
        self.codes = tuple(code for code, _ in choices)
        super().__init__(**kwargs)


def violence_filter():
    """Return the filter `violence_type`."""
    return CodesFilter(ViolenceType.choices, VIOLENCE_TYPE, help_text="The type of violence, as UCDP defines it.")


#: The filters that say whom an incident harmed, and those that count them, harm by harm.
WHOM = ("victim", "age_group", "sex", "counted_as")
COUNTS = {"killed": ("killed_min", "killed_max"), "wounded": ("wounded_min",)}


class SamePeopleFilter(CountedFilter, HarmedFilter, VictimGroupFilter):
    """Filters for incidents by the people whom they harmed. Given together they are about the same people: there is one
    estimate that fits all of them. A number is of those people, if any are asked for, and else of the incident."""

    def filter_queryset(self, queryset):
        asked = {name: value for name, value in self.form.cleaned_data.items() if value not in EMPTY_VALUES}
        whom = [name for name in WHOM if name in asked]
        people = [*whom, "harm"] if "harm" in asked else whom
        counts = [[name for name in names if name in asked] for names in COUNTS.values()] if whom else []
        for name in asked.keys() - {name for names in counts for name in names}:
            queryset = self.filters[name].filter(queryset, asked[name])
        # The tags of an incident say each of these of somebody, and `victim` and `harm` together.
        if len(people) > 1 and people != ["victim", "harm"]:
            queryset = queryset.filter(Exists(self._estimates(asked, people)))
        for names in filter(None, counts):
            queryset = queryset.filter(Exists(self._estimates(asked, [*whom, *names])))
        return queryset

    def _estimates(self, asked, names):
        """Return the casualties of an incident, the outer one of a query, that pass these filters."""
        found = self.seen(CASUALTY.name).filter(part_of=OuterRef("uid")).exclude(part_of="")
        for name in names:
            each = self.filters[name]
            if hasattr(each, "tag"):
                found = found.filter(tags__overlap=[each.tag.of(code) for code in asked[name]])
            else:
                found = each.filter(found, asked[name])
        return found


class IncidentFilter(
    SamePeopleFilter, DatedFilter, PlacedFilter, PointFilter, ForcedFilter, WithinFilter, ArticledFilter,
):  # fmt: skip
    """Incidents."""

    role = role_filter(InvolvementRole.choices)
    violent = ViolentFilter()
    kind = CodesFilter(IncidentKind.choices, KIND, help_text="What happened.")
    method = CodesFilter(Method.choices, METHOD, help_text="How it was done: with one of these methods, among others.")
    weapon = CodesFilter(Weapon.choices, WEAPON, help_text="What it was done with, among other weapons.")
    target = CodesFilter(Target.choices, TARGET, help_text="What it was directed at.")
    attribution = CodesFilter(Attribution.choices, ATTRIBUTION, help_text="How sure it is who did it.")
    clarity = CodesFilter(
        Clarity.choices, CLARITY, help_text="Whether it is one event or several that sources report as one."
    )
    result = result_filter()
    contested = CodesFilter(
        Contested.choices, CONTESTED, help_text="In one of these respects, sources exclude each other."
    )
    link = CodesFilter(LinkKind.choices, LINK, help_text="With a link of this kind to another incident.")
    linked_to = LinkedToFilter("incident", help_text="With a link to one of these incidents.")
    part_of_day = CodesFilter(
        PartOfDay.choices,
        PART_OF_DAY,
        help_text="In a part of the day, local time, as reported or as its clock time implies; a span of clock times is"
        " found under every part that it touches.",
    )
    violence_type = violence_filter()
    dataset_code = DatasetCodeFilter(
        choices=DatasetScheme.choices,
        help_text="In a conflict, a pair of enemies or a side of another dataset, such as `ucdp_dyad:735`.",
    )
    external_id = ExternalIdFilter(help_text="What other datasets call it, as dataset:id, such as `ucdp_ged:300380`.")
    precision = PreciseFilter()


class CasualtyFilter(
    DatedFilter, PlacedFilter, PointFilter, ForcedFilter, WithinFilter, ArticledFilter, CountedFilter, EstimatedFilter,
    VictimGroupFilter,
):  # fmt: skip
    """Casualties, by when and where their incident happened and who was involved in it."""

    role = role_filter(InvolvementRole.choices)
    violence_type = violence_filter()
    violent = ViolentFilter()
    precision = PreciseFilter()
    incident = ReferenceFilter("incident", "part_of", help_text="Of one of these incidents.")
    subset = FlagFilter(SUBSET, help_text="Whether another estimate of the incident counts the same people too.")


class TollFilter(DatedFilter, PlacedFilter, WithinFilter, ArticledFilter, CountedFilter, EstimatedFilter):
    """Tolls, by the days that they count."""

    force = ReferenceFilter("force", "forces", help_text="Suffered or caused by one of these forces.")
    usable = FlagFilter(USABLE, help_text="Whether it has a definite period and definite victims, and is a count.")
    adopted = FlagFilter(ADOPTED, help_text="Whether its remainder enters reconciled totals.")
