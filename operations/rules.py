"""The rules of places, forces and operations."""

from django.core.exceptions import ValidationError

from records.rules import Finding, Rule, Severity, register_rule

from .models import Force, Operation, Place


def circles(records):
    """Yield a finding for each record that is part of itself through others."""
    for record in records:
        try:
            record.line()
        except ValidationError as error:
            yield Finding(record, error.messages[0].rstrip("."), "Choose another record that it is part of.")


for model in (Place, Force, Operation):
    register_rule(
        Rule(
            f"{model._meta.model_name}_not_part_of_itself",
            f"No {model._meta.verbose_name} is part of itself through others.",
            Severity.ERROR,
            model,
            circles,
            ("parent",),
        )
    )
