"""The theatre: places and forces with all their names, operations, their phases, and who took part."""

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from records.keys import Keyed, UidField
from records.models import Reviewed
from records.names import NormalisedField
from records.triggers import part_of, reviewed
from sources.days import Window, earliest_day, in_order, latest_day
from sources.models import LANGUAGE, Citation

from .choices import (
    Aspect,
    Authority,
    Echelon,
    EndStatus,
    ForceKind,
    OperationKind,
    ParticipationRole,
    PhaseBasis,
    PlaceKind,
    ResultKind,
    Scheme,
    Side,
    Standing,
)

AS_REPORTED = "The source's own words for the day, such as “mid-May”, kept short."


def counts_in_order(name="%(class)s_counts_in_order"):
    """Return the constraint on low, best and high: in order, with best inside."""
    return models.CheckConstraint(
        condition=(Q(low=None) | Q(high=None) | Q(low__lte=F("high")))
        & (Q(best=None) | Q(low=None) | Q(low__lte=F("best")))
        & (Q(best=None) | Q(high=None) | Q(best__lte=F("high"))),
        name=name,
        violation_error_message="The figures must rise: lowest, then best, then highest.",
    )


class Name(models.Model):
    """One spelling of a name in one language."""

    name = models.CharField(max_length=200, help_text="As written, in its own script.")
    normalised = NormalisedField()
    language = models.CharField(
        max_length=20, validators=[LANGUAGE], help_text="BCP 47 tag: en, ar, ckb; ar-Latn for Arabic in Latin letters."
    )

    class Meta:
        abstract = True
        ordering = ["language", "name"]

    def __str__(self):
        return self.name


class Nested(models.Model):
    """A row that may be part of another row of its own table."""

    class Meta:
        abstract = True

    def line(self):
        """Return this row and all rows that it is part of, nearest first."""
        rows = [self]
        while (above := rows[-1].parent) is not None:
            if above in rows:
                raise ValidationError({"parent": f"{self} would be part of itself through {rows[-1]}."})
            rows.append(above)
        return rows

    def clean(self):
        super().clean()
        self.line()


def not_its_own_parent():
    """Return the constraint that no row is part of itself; `clean()` sees to longer circles."""
    return models.CheckConstraint(
        condition=Q(parent=None) | ~Q(parent=F("id")),
        name="%(class)s_not_its_own_parent",
        violation_error_message="It cannot be part of itself.",
    )


@reviewed
@pghistory.track()
class Place(Nested, Reviewed, Keyed):
    """Somewhere on the map, from a country down to a checkpoint."""

    slug = models.SlugField(unique=True, help_text="Short name in sheets and addresses; never changed after use.")
    name = models.CharField(max_length=200, help_text="The spelling we print, in English.")
    normalised = NormalisedField()
    kind = models.CharField(max_length=20, choices=PlaceKind, help_text="What sort of place it is.")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The smallest place around it, by formal administration whoever holds it. Blank for countries.",
    )
    latitude = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text="WGS 84 degrees north; the middle of an area.",
    )
    longitude = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text="WGS 84 degrees east; the middle of an area.",
    )
    pcode = models.CharField(max_length=20, blank=True, help_text="OCHA place code. Blank: none.")
    disputed = models.BooleanField(
        null=True, blank=True, help_text="Claimed by both the federal and the regional government. Blank: not assessed."
    )

    key = ("slug",)

    class Meta:
        ordering = ["slug"]
        constraints = [
            *Reviewed.Meta.constraints,
            PlaceKind.closes("kind"),
            not_its_own_parent(),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="place_point_on_earth",
                violation_error_message="Give latitude (-90 to 90) and longitude (-180 to 180), or neither.",
            ),
            models.UniqueConstraint(
                fields=["pcode"],
                condition=~Q(pcode=""),
                name="place_pcode_once",
                violation_error_message="Another place has this place code already.",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.get_kind_display().lower()})"


@part_of("place")
@pghistory.track()
class PlaceName(Name, Keyed):
    """Another spelling of a place."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="names", help_text="The place.")

    key = ("place__slug", "name")

    class Meta(Name.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                name="place_name_once",
                violation_error_message="This spelling is listed already.",
            )
        ]


@part_of("place")
@pghistory.track()
class PlaceControl(Citation, Keyed):
    """Who administers or controls a place, from when to when, as one passage says."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="control", help_text="The place.")
    aspect = models.CharField(max_length=12, choices=Aspect, help_text="Civil administration or armed control.")
    authority = models.CharField(max_length=12, choices=Authority, help_text="Who holds it.")
    starts_earliest_on = earliest_day("on which it began")
    starts_latest_on = latest_day("on which it began")
    ends_earliest_on = earliest_day("on which it ended")
    ends_latest_on = latest_day("on which it ended")

    key = ("place__slug", "aspect", "authority", "article__uid", "locator")
    starts = Window("starts")
    ends = Window("ends")

    class Meta(Citation.Meta):
        ordering = ["place", "article", "locator", "aspect", "authority"]
        constraints = [
            *Citation.Meta.constraints,
            Aspect.closes("aspect"),
            Authority.closes("authority"),
            *in_order("starts"),
            *in_order("ends"),
            models.UniqueConstraint(
                fields=["place", "aspect", "authority", "article", "locator"],
                name="place_control_once_per_passage",
                violation_error_message="This passage is listed for the same authority already.",
            ),
        ]


@reviewed
@pghistory.track()
class Force(Nested, Reviewed, Keyed):
    """An armed actor, or an authority that commands one; also civilians, where they are the target."""

    slug = models.SlugField(unique=True, help_text="Short name in sheets and addresses; never changed after use.")
    name = models.CharField(max_length=200, help_text="The spelling we print, in English.")
    normalised = NormalisedField()
    kind = models.CharField(max_length=20, choices=ForceKind, help_text="What sort of force it is.")
    side = models.CharField(max_length=12, choices=Side, help_text="Which side it is on in this theatre.")
    echelon = models.CharField(
        max_length=12, choices=Echelon, blank=True, help_text="How large it is. Blank: not stated."
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", help_text="The force that it belongs to."
    )
    active_earliest_on = models.DateField(null=True, blank=True, help_text="The day it was set up. Blank: not known.")
    active_latest_on = models.DateField(null=True, blank=True, help_text="The day it was dissolved. Blank: it exists.")

    key = ("slug",)
    active = Window("active")

    class Meta:
        ordering = ["slug"]
        constraints = [
            *Reviewed.Meta.constraints,
            *in_order("active"),
            ForceKind.closes("kind"),
            Side.closes("side"),
            models.CheckConstraint(
                condition=Q(echelon__in=["", *Echelon.values]),
                name="force_echelon_known",
                violation_error_message=f"Choose an echelon of the codebook: {', '.join(Echelon.values)}.",
            ),
            not_its_own_parent(),
        ]

    def __str__(self):
        return self.name


@part_of("force")
@pghistory.track()
class ForceName(Name, Keyed):
    """Another spelling, an acronym or a nickname of a force."""

    force = models.ForeignKey(Force, models.CASCADE, related_name="names", help_text="The force.")

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
    """What another dataset calls a force."""

    force = models.ForeignKey(Force, models.CASCADE, related_name="codes", help_text="The force.")
    scheme = models.CharField(max_length=20, choices=Scheme, help_text="The dataset.")
    code = models.CharField(max_length=100, help_text="Exactly as that dataset writes it.")
    verified = models.BooleanField(
        default=False, help_text="Checked against that dataset's own list. Unverified codes are left out of exports."
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


@reviewed
@pghistory.track()
class Operation(Nested, Reviewed, Keyed):
    """A named or announced military undertaking."""

    uid = UidField("OPN")
    name = models.CharField(max_length=200, help_text="The name we print: the announced one, else a descriptive one.")
    normalised = NormalisedField()
    kind = models.CharField(max_length=20, choices=OperationKind, help_text="What sort of operation it is.")
    objective = models.TextField(blank=True, help_text="What it was meant to achieve, in our words. Blank: not stated.")
    summary = models.TextField(blank=True, help_text="What the sources say of it, in our words.")
    commanding_force = models.ForeignKey(
        Force, models.PROTECT, null=True, blank=True, related_name="commanded_operations", help_text="Who led it."
    )
    starts_earliest_on = earliest_day("on which it began")
    starts_latest_on = latest_day("on which it began")
    starts_as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    ends_earliest_on = earliest_day("on which it ended")
    ends_latest_on = latest_day("on which it ended")
    ends_as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    end_status = models.CharField(
        max_length=12, choices=EndStatus, default=EndStatus.UNCLEAR, help_text="Whether it is over."
    )
    places = models.ManyToManyField(Place, blank=True, related_name="operations", help_text="Its area, as announced.")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The campaign that it is part of.",
    )

    key = ("uid",)
    starts = Window("starts")
    ends = Window("ends")

    class Meta:
        ordering = ["uid"]
        constraints = [
            *Reviewed.Meta.constraints,
            OperationKind.closes("kind"),
            EndStatus.closes("end_status"),
            *in_order("starts"),
            *in_order("ends"),
            models.CheckConstraint(
                condition=Q(starts_earliest_on=None)
                | Q(ends_latest_on=None)
                | Q(ends_latest_on__gte=F("starts_earliest_on")),
                name="operation_ends_after_start",
                violation_error_message="It cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(end_status=EndStatus.ENDED) | Q(ends_earliest_on=None, ends_latest_on=None),
                name="operation_end_day_means_ended",
                violation_error_message="An operation with an end day has the end status “ended”.",
            ),
            not_its_own_parent(),
        ]

    def __str__(self):
        return f"{self.uid} {self.name}"


@part_of("operation")
@pghistory.track()
class OperationName(Name, Keyed):
    """Another name or spelling of an operation."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="names", help_text="The operation.")

    key = ("operation__uid", "name")

    class Meta(Name.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "name"],
                name="operation_name_once",
                violation_error_message="This spelling is listed already.",
            )
        ]


@part_of("operation")
@pghistory.track()
class OperationCitation(Citation, Keyed):
    """A passage about an operation as a whole."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="citations", help_text="The operation.")

    key = ("operation__uid", "article__uid", "locator")

    class Meta(Citation.Meta):
        constraints = [
            *Citation.Meta.constraints,
            models.UniqueConstraint(
                fields=["operation", "article", "locator"],
                name="operation_citation_once",
                violation_error_message="This passage is cited already.",
            ),
        ]


@part_of("operation")
@pghistory.track()
class Phase(Keyed):
    """A part of an operation that was announced, reported or set apart by us."""

    uid = UidField("PHS")
    operation = models.ForeignKey(Operation, models.CASCADE, related_name="phases", help_text="The operation.")
    ordinal = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1)], help_text="First, second, third… 1 where the operation has no parts."
    )
    name = models.CharField(max_length=200, help_text="What the sources call it, else a descriptive name.")
    basis = models.CharField(max_length=15, choices=PhaseBasis, help_text="Who says that this is a phase.")
    starts_earliest_on = earliest_day("on which it began")
    starts_latest_on = latest_day("on which it began")
    starts_as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    ends_earliest_on = earliest_day("on which it ended")
    ends_latest_on = latest_day("on which it ended")
    ends_as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    places = models.ManyToManyField(Place, blank=True, related_name="phases", help_text="Where it took place.")
    area_km2 = models.PositiveIntegerField(
        null=True, blank=True, help_text="The area it covered, in square kilometres, as claimed. Blank: not stated."
    )

    key = ("uid",)
    starts = Window("starts")
    ends = Window("ends")

    class Meta:
        ordering = ["operation", "ordinal"]
        constraints = [
            PhaseBasis.closes("basis"),
            *in_order("starts"),
            *in_order("ends"),
            models.UniqueConstraint(
                fields=["operation", "ordinal"],
                name="phase_ordinal_once",
                violation_error_message="The operation has a phase with this number already.",
            ),
            models.CheckConstraint(
                condition=Q(ordinal__gte=1),
                name="phase_ordinal_counts_from_one",
                violation_error_message="Phases are counted from 1.",
            ),
            models.CheckConstraint(
                condition=Q(starts_earliest_on=None)
                | Q(ends_latest_on=None)
                | Q(ends_latest_on__gte=F("starts_earliest_on")),
                name="phase_ends_after_start",
                violation_error_message="It cannot end before it starts.",
            ),
        ]

    def __str__(self):
        return f"{self.uid} {self.name}"

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.operation


@part_of("phase__operation")
@pghistory.track()
class PhaseCitation(Citation, Keyed):
    """A passage about a phase."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="citations", help_text="The phase.")

    key = ("phase__uid", "article__uid", "locator")

    class Meta(Citation.Meta):
        constraints = [
            *Citation.Meta.constraints,
            models.UniqueConstraint(
                fields=["phase", "article", "locator"],
                name="phase_citation_once",
                violation_error_message="This passage is cited already.",
            ),
        ]


@part_of("phase__operation")
@pghistory.track()
class Participation(Citation, Keyed):
    """What one passage says of a force's part in a phase, that it had none included."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="participations", help_text="The phase.")
    force = models.ForeignKey(Force, models.PROTECT, related_name="participations", help_text="The force.")
    role = models.CharField(max_length=15, choices=ParticipationRole, help_text="What part it had.")
    standing = models.CharField(
        max_length=12,
        choices=Standing,
        default=Standing.TOOK_PART,
        help_text="Whether the passage says that it had it.",
    )

    key = ("phase__uid", "force__slug", "role", "article__uid", "locator")

    class Meta(Citation.Meta):
        ordering = ["phase", "force", "role", "article", "locator"]
        constraints = [
            *Citation.Meta.constraints,
            ParticipationRole.closes("role"),
            Standing.closes("standing"),
            models.UniqueConstraint(
                fields=["phase", "force", "role", "article", "locator"],
                name="participation_once_per_passage",
                violation_error_message="This passage is listed for the same force and role already.",
            ),
        ]

    def __str__(self):
        return f"{self.force} {self.get_role_display()}"


@part_of("phase__operation")
@pghistory.track()
class Result(Citation, Keyed):
    """What one passage says a phase brought about, as a number."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="results", help_text="The phase.")
    kind = models.CharField(max_length=20, choices=ResultKind, help_text="What is counted.")
    low = models.PositiveIntegerField(null=True, blank=True, help_text="The least it can be. Blank: not stated.")
    best = models.PositiveIntegerField(null=True, blank=True, help_text="The figure as given. Blank: none given.")
    high = models.PositiveIntegerField(null=True, blank=True, help_text="The most it can be. Blank: not stated.")
    claimed_by = models.ForeignKey(
        Force,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claimed_results",
        help_text="The force that claims it.",
    )

    key = ("phase__uid", "kind", "article__uid", "locator")

    class Meta(Citation.Meta):
        ordering = ["phase", "kind", "article", "locator"]
        constraints = [
            *Citation.Meta.constraints,
            ResultKind.closes("kind"),
            counts_in_order(),
            models.UniqueConstraint(
                fields=["phase", "kind", "article", "locator"],
                name="result_once_per_passage",
                violation_error_message="This passage is listed for the same result already.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.best}"


@part_of("operation")
@pghistory.track(obj_field=None)
class OperationPlace(Operation.places.through):
    """A place of an operation, named here so that its history is kept."""

    class Meta:
        proxy = True


@part_of("phase__operation")
@pghistory.track(obj_field=None)
class PhasePlace(Phase.places.through):
    """A place of a phase, named here so that its history is kept."""

    class Meta:
        proxy = True
