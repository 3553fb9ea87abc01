"""Armed actors and authorities."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import Q

from records.keys import Keyed
from records.models import Reviewed
from records.names import NormalisedField
from records.triggers import part_of, reviewed
from sources.days import Window, in_order

from ..choices import (
    Echelon,
    ForceKind,
    Scheme,
)
from .shapes import Name, Nested, not_its_own_parent


@reviewed
@pghistory.track()
class Force(Nested, Reviewed, Keyed):
    """An armed actor, or an authority that commands one; also civilians, if they are the target."""

    slug = models.SlugField(
        unique=True, help_text="The short name in coding sheets and addresses. Never change it once it is in use."
    )
    name = models.CharField(max_length=200, help_text="The English spelling that we publish.")
    normalised = NormalisedField()
    kind = models.CharField(max_length=20, choices=ForceKind, help_text="What type of force it is.")
    echelon = models.CharField(
        max_length=12, choices=Echelon, blank=True, help_text="The level or size of the force. Blank: not stated."
    )
    # Watched by a trigger: see docs/database.md.
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The force to which it belongs. Blank: none, or not stated.",
    )
    active_earliest_on = models.DateField(
        null=True, blank=True, help_text="The day on which it was set up. Blank: not known."
    )
    active_latest_on = models.DateField(
        null=True, blank=True, help_text="The day on which it was dissolved. Blank: still active."
    )

    key = ("slug",)
    active = Window("active")

    class Meta:
        ordering = ["slug"]
        constraints = [
            *Reviewed.Meta.constraints,
            *in_order("active"),
            ForceKind.closes("kind"),
            models.CheckConstraint(
                condition=Q(echelon__in=["", *Echelon.values]),
                name="force_echelon_known",
                violation_error_message=f"Choose an echelon of the codebook: {', '.join(Echelon.values)}.",
            ),
            not_its_own_parent(),
        ]

    def __str__(self):
        return self.name

    def is_kin_of(self, other: "Force") -> bool:
        """Return whether one of the two is the other or belongs to it."""
        return self in other.line() or other in self.line()

    def sides_on(self, day: date) -> dict[int, int]:
        """Return the key of the side that it was on in each conflict on a day, by the key of the conflict.

        In each conflict its own row decides, or else that of the nearest force that it belongs to.
        """
        sides = {}
        for force in reversed(self.line()):
            for member in force.memberships.all():
                if member.first_day <= day <= member.last_day:
                    sides[member.side.conflict_id] = member.side_id
        return sides


@part_of("force")
@pghistory.track()
class ForceName(Name, Keyed):
    """Another spelling, an acronym or a nickname of a force."""

    force = models.ForeignKey(
        Force, models.CASCADE, related_name="names", help_text="The force that has this spelling."
    )

    key = ("force__slug", "name")

    class Meta(Name.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["force", "name"],
                name="force_name_once",
                violation_error_message="This spelling is listed already.",
            )
        ]


@part_of("force")
@pghistory.track()
class ForceCode(Keyed):
    """The name or code of a force in another dataset."""

    force = models.ForeignKey(Force, models.CASCADE, related_name="codes", help_text="The force that has this code.")
    scheme = models.CharField(max_length=20, choices=Scheme, help_text="The other dataset.")
    code = models.CharField(max_length=100, help_text="The name or code, exactly as that dataset writes it.")
    verified = models.BooleanField(
        default=False,
        help_text="Whether it was checked against that dataset’s own list. Unverified codes are left out of exports.",
    )

    key = ("force__slug", "scheme", "code")

    class Meta:
        ordering = ["scheme", "code"]
        constraints = [
            Scheme.closes("scheme"),
            models.UniqueConstraint(
                fields=["force", "scheme", "code"],
                name="force_code_once",
                violation_error_message="This code is listed already.",
            ),
        ]

    def __str__(self):
        return f"{self.scheme} {self.code}"
