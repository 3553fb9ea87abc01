"""What one passage says about a number of people."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from operations.choices import Qualifier
from operations.models import Force
from records.keys import Keyed, UidField
from records.triggers import part_of
from records.word_index import word_index
from sources.models import Citation

from ..choices import NameList
from .casualty import Casualty
from .toll import Toll


@part_of("casualty__incident", "toll")
@pghistory.track()
class Claim(Citation, Keyed):
    """What one passage says about how many people a casualty or a toll counts: a number or an interval."""

    uid = UidField("CLM")
    casualty = models.ForeignKey(
        Casualty,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="claims",
        help_text="The casualty that it is about. Blank: it is about a toll.",
    )
    toll = models.ForeignKey(
        Toll,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="claims",
        help_text="The toll that it is about. Blank: it is about a casualty.",
    )
    low = models.PositiveIntegerField(
        null=True, blank=True, help_text="The lowest number that the wording allows. Blank: no number."
    )
    high = models.PositiveIntegerField(
        null=True, blank=True, help_text="The highest number that the wording allows. Blank: open."
    )
    qualifier = models.CharField(
        max_length=15, choices=Qualifier, default=Qualifier.EXACT, help_text="How the source words its figure."
    )
    name_list = models.CharField(
        max_length=10,
        choices=NameList,
        default=NameList.NONE,
        help_text="Whether the figure is the length of a list of victims’ names. A complete list outranks counts; an"
        " incomplete one says that there were at least so many.",
    )
    claimed_by = models.ForeignKey(
        Force,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims_made",
        help_text="The force that gives the figure. Its figure for its enemy’s losses proves no lowest and no best"
        " number, its figure for its own losses no highest one, and its figure for civilians whom it is said to have"
        " harmed is a floor. Blank: not a figure of a force; then “said by” names who counted, or the outlet did.",
    )
    as_of_on = models.DateField(
        null=True, blank=True, help_text="The day to which the figure refers. Blank: day of publication."
    )
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        help_text="The earlier claim of the same source that this claim replaces.",
    )
    used = models.BooleanField(default=True, help_text="Whether the estimate is based on this claim.")
    unused_because = models.TextField(blank=True, help_text="Why the estimate is not based on this claim.")

    key = ("uid",)

    class Meta(Citation.Meta):
        ordering = ["uid"]
        indexes = [word_index("claim", "said_by")]
        constraints = [
            *Citation.Meta.constraints,
            Qualifier.closes("qualifier"),
            NameList.closes("name_list"),
            models.CheckConstraint(
                condition=Q(casualty__isnull=True, toll__isnull=False) | Q(casualty__isnull=False, toll__isnull=True),
                name="claim_speaks_of_casualty_or_toll",
                violation_error_message="A claim speaks of one casualty or of one toll.",
            ),
            models.CheckConstraint(
                condition=Q(high__gte=F("low")),
                name="claim_interval_in_order",
                violation_error_message="The highest number cannot be below the lowest.",
            ),
            models.CheckConstraint(
                condition=~Q(qualifier=Qualifier.EXACT) | Q(low__isnull=False, high__isnull=False, high=F("low")),
                name="claim_exact_is_one_number",
                violation_error_message="An exact figure has the same lowest and highest number.",
            ),
            models.CheckConstraint(
                condition=Q(used=True) | ~Q(unused_because=""),
                name="claim_unused_gives_reason",
                violation_error_message="Say why the estimate does not rest on this claim.",
            ),
            models.CheckConstraint(
                condition=~Q(supersedes=F("id")),
                name="claim_not_its_own_update",
                violation_error_message="A claim cannot replace itself.",
            ),
        ]

    def __str__(self):
        return f"{self.uid} {self.words}"

    @classmethod
    def rests(cls):
        return super().rests() & Q(used=True)

    @property
    def words(self):
        """The figure as a person reads it."""
        low = self.low - 1 if self.qualifier == Qualifier.MORE_THAN and self.low else self.low
        numbers = [str(number) for number in dict.fromkeys((low, self.high)) if number is not None]
        return " ".join(filter(None, [self.get_qualifier_display(), "–".join(numbers)]))

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.casualty.incident if self.casualty else self.toll

    def counts_the_same_as(self, other: "Claim") -> bool:
        """Return whether both are about one casualty or toll."""
        return (self.casualty_id, self.toll_id) == (other.casualty_id, other.toll_id)

    def clean(self):
        super().clean()
        if self.supersedes and not self.counts_the_same_as(self.supersedes):
            raise ValidationError({"supersedes": "A claim can only replace one about the same casualty or toll."})
