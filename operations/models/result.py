"""Results: numbers of things, whatever record they belong to."""

from django.db import models
from django.db.models import F, Q

from sources.models import Citation

from ..choices import Qualifier, ResultKind
from .force import Force


class CountedResult(Citation):
    """How many things of one kind a passage counts as the result of a record."""

    kind = models.CharField(max_length=25, choices=ResultKind, help_text="What is counted.")
    what = models.CharField(
        max_length=100,
        blank=True,
        help_text="What exactly, in words, such as “mortars”, one row for each. Blank: nothing more is said.",
    )
    low = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="The lowest number that the wording allows. Blank: no number."
    )
    high = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="The highest number that the wording allows. Blank: open."
    )
    unit = models.CharField(
        max_length=20,
        blank=True,
        help_text="What the number measures, if it does not count things: km2, dunam, ha, kg, l, or a currency (ISO"
        " 4217) such as USD. Choose a unit small enough for whole numbers.",
    )
    qualifier = models.CharField(
        max_length=15, choices=Qualifier, default=Qualifier.EXACT, help_text="How the source words its figure."
    )
    claimed_by = models.ForeignKey(
        Force,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss_claimed",
        help_text="The force that claims this result. Blank: not stated.",
    )

    class Meta(Citation.Meta):
        abstract = True
        constraints = [
            *Citation.Meta.constraints,
            ResultKind.closes("kind"),
            Qualifier.closes("qualifier"),
            models.CheckConstraint(
                condition=Q(high__gte=F("low")),
                name="%(class)s_interval_in_order",
                violation_error_message="The highest number cannot be below the lowest.",
            ),
            models.CheckConstraint(
                condition=~Q(qualifier=Qualifier.EXACT) | Q(low__isnull=False, high__isnull=False, high=F("low")),
                name="%(class)s_exact_is_one_number",
                violation_error_message="An exact figure has the same lowest and highest number.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ResultKind.OTHER) | ~Q(what=""),
                name="%(class)s_other_says_what",
                violation_error_message="Say in words what is counted.",
            ),
        ]

    def __str__(self):
        return f"{self.what or self.get_kind_display()}: {self.low}"
