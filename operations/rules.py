"""The rules of places, forces and operations."""

from collections.abc import Iterator

from django.db.models import Model

from records.circles import circles
from records.rules import Finding, Rule, Severity, register_rule

from .models import Force, Operation, Place


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
