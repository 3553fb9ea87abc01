"""The rules of places, forces, conflicts and operations."""

from collections.abc import Iterator
from itertools import combinations, groupby

from django.db.models import Model

from records.circles import circles
from records.rules import Finding, Rule, Severity, register_rule

from .models import Conflict, Force, Operation, Place, RegionMember, SideMember


def parts_of_themselves(records: list[Model]) -> Iterator[Finding]:
    """Yield a finding for each record that is part of itself through others, or of one that is."""
    for record, other in circles(records, "parent"):
        through = f"itself through {other}" if other.parent_id == record.pk else f"{other}, which is part of itself"
        yield Finding(record, f"{record} is part of {through}", "Choose another record that it is part of.")


for nested in (Place, Force, Operation):
    register_rule(
        Rule(
            f"{nested._meta.model_name}_not_part_of_itself",
            f"No {nested._meta.verbose_name} is part of itself through others.",
            Severity.ERROR,
            nested,
            parts_of_themselves,
            ("parent",),
        )
    )


def around_their_region(places: list[Model]) -> Iterator[Finding]:
    """Yield a finding for each region with a member that it lies in."""
    members = RegionMember.objects.filter(region__in=[each.pk for each in places])
    for each in members.select_related("region", "place"):
        if each.place in each.region.line():
            sentence = f"{each.region} lies in its member {each.place}"
            yield Finding(each.region, sentence, "List the places that lie in it, not one around it.")


register_rule(
    Rule(
        "region_is_around_its_members",
        "No member of a region contains the region.",
        Severity.ERROR,
        Place,
        around_their_region,
        ("members",),
    )
)


def on_two_sides(conflicts: list[Model]) -> Iterator[Finding]:
    """Yield a finding for each conflict in which a force is on two sides on one day."""
    members = SideMember.objects.filter(side__conflict__in=[each.pk for each in conflicts])
    rows = members.select_related("side__conflict", "force").order_by("side__conflict", "force", "pk")
    for (conflict, force), group in groupby(rows, lambda member: (member.side.conflict, member.force)):
        for one, other in combinations(group, 2):
            if max(one.first_day, other.first_day) <= min(one.last_day, other.last_day):
                sentence = f"{force} is twice in {conflict.slug} on some days: {one.side.name}, {other.side.name}"
                yield Finding(conflict, sentence, "Say when the one period ends and when the other begins.")


register_rule(
    Rule(
        "force_on_one_side_of_a_conflict",
        "A force is on at most one side of a conflict on any day.",
        Severity.ERROR,
        Conflict,
        on_two_sides,
        ("sides",),
    )
)
