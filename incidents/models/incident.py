"""What happened, and which article says so."""

import pghistory
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value

from operations.models import AS_REPORTED, Force, Operation, Phase, Place
from records.keys import Keyed, UidField
from records.models import Reviewed
from records.points import latitude, longitude, point_on_earth
from records.triggers import part_of, reviewed
from records.word_index import word_index
from sources.days import Window, earliest_day, in_order, latest_day
from sources.models import Citation

from ..choices import (
    Attribution,
    Clarity,
    IncidentKind,
    InvolvementRole,
    LocationPrecision,
    Method,
    Target,
    Weapon,
)

SCHEME = RegexValidator(r"^[a-z][a-z0-9_]*$", "Name the dataset in lower-case letters, digits and _, such as ucdp_ged.")
CODE = RegexValidator(r"^[^\s,]+$", "An id has neither blanks nor commas.")

#: The days on which something may have happened, as one range; where an end is not known it is open.
POSSIBLE_DAYS = Func("earliest_on", "latest_on", Value("[]"), function="daterange", output_field=DateRangeField())


class WithinOperation(models.Model):
    """A record that may belong to a phase, or to an operation where no phase is known."""

    operation = models.ForeignKey(
        Operation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        help_text="The operation of which it is part. Only if the phase is not known.",
    )
    phase = models.ForeignKey(
        Phase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        help_text="The phase of which it is part. The phase also gives the operation.",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(operation=None) | Q(phase=None),
                name="%(class)s_phase_or_operation",
                violation_error_message="Give the phase or the operation, not both: the phase gives the operation.",
            )
        ]


@reviewed
@pghistory.track()
class Incident(WithinOperation, Reviewed, Keyed):
    """One act at one place and time: an attack, a clash or other violence, or an act without violence."""

    uid = UidField("INC")
    title = models.CharField(
        max_length=200, help_text="What happened and where, in our words. No names of private persons."
    )
    summary = models.TextField(blank=True, help_text="What the sources say about it, in our words.")
    kind = models.CharField(max_length=20, choices=IncidentKind, help_text="What happened, in one word.")
    methods = ArrayField(
        models.CharField(max_length=20, choices=Method),
        default=list,
        blank=True,
        help_text="How it was done, beyond its kind; choose all that apply. Blank: not stated.",
    )
    weapons = ArrayField(
        models.CharField(max_length=20, choices=Weapon),
        default=list,
        blank=True,
        help_text="What it was done with; choose all that apply. Blank: not stated.",
    )
    target = models.CharField(
        max_length=20, choices=Target, default=Target.UNKNOWN, help_text="What it was directed at."
    )
    earliest_on = earliest_day("on which it happened")
    latest_on = latest_day("on which it happened")
    as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
        help_text="The smallest place in which it certainly happened. Blank: not stated.",
    )
    location_precision = models.CharField(
        max_length=20,
        choices=LocationPrecision,
        default=LocationPrecision.UNKNOWN,
        help_text="How precisely the location is known.",
    )
    place_as_reported = models.CharField(
        max_length=200, blank=True, help_text="The place in the source’s own words, in short."
    )
    latitude = latitude("Degrees north (WGS 84). Only if the spot is known more precisely than the point of the place.")
    longitude = longitude(
        "Degrees east (WGS 84). Only if the spot is known more precisely than the point of the place."
    )
    attribution = models.CharField(
        max_length=15, choices=Attribution, default=Attribution.UNATTRIBUTED, help_text="How certain it is who did it."
    )
    clarity = models.CharField(
        max_length=12,
        choices=Clarity,
        default=Clarity.INDIVIDUAL,
        help_text="Whether the source reports one event, or several as one.",
    )
    killed_low = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The lowest credible number of all killed together. Only if no source bounds single groups.",
    )
    killed_high = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The highest credible number of all killed together. Only if no source bounds single groups.",
    )

    key = ("uid",)
    when = Window()

    class Meta:
        ordering = ["uid"]
        indexes = [
            word_index("incident", "title", "summary", "place_as_reported"),
            models.Index(fields=["earliest_on", "uid"], name="incident_by_day"),
            GistIndex(POSSIBLE_DAYS, name="incident_by_possible_days"),
        ]
        constraints = [
            *WithinOperation.Meta.constraints,
            *Reviewed.Meta.constraints,
            *in_order(),
            IncidentKind.closes("kind"),
            Method.closes_list("methods"),
            Weapon.closes_list("weapons"),
            Target.closes("target"),
            LocationPrecision.closes("location_precision"),
            Attribution.closes("attribution"),
            Clarity.closes("clarity"),
            point_on_earth(),
            models.CheckConstraint(
                condition=~Q(place=None) | Q(location_precision=LocationPrecision.UNKNOWN),
                name="incident_precision_needs_place",
                violation_error_message="Name the place, or set the location precision to “unknown”.",
            ),
            models.CheckConstraint(
                condition=Q(killed_low=None) | Q(killed_high=None) | Q(killed_low__lte=F("killed_high")),
                name="incident_killed_in_order",
                violation_error_message="The lowest number of all killed cannot be above the highest.",
            ),
        ]

    def __str__(self):
        return f"{self.uid} {self.title}"

    @property
    def violent(self) -> bool:
        return self.kind in IncidentKind.violent()


@part_of("incident")
@pghistory.track()
class ExternalId(Keyed):
    """What another dataset calls an incident."""

    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="external_ids", help_text="The incident that has this id."
    )
    scheme = models.CharField(
        max_length=40, validators=[SCHEME], help_text="The other dataset, as one word: ucdp_ged, acled, …"
    )
    code = models.CharField(
        max_length=100, validators=[CODE], help_text="The id of the incident there, exactly as that dataset writes it."
    )

    key = ("scheme", "code")

    class Meta:
        ordering = ["scheme", "code"]
        verbose_name = "external id"
        indexes = [word_index("externalid", "code")]
        constraints = [
            models.CheckConstraint(
                condition=Q(scheme__regex=SCHEME.regex.pattern),
                name="external_id_names_a_dataset",
                violation_error_message=SCHEME.message,
            ),
            models.CheckConstraint(
                condition=Q(code__regex=CODE.regex.pattern),
                name="external_id_is_one_word",
                violation_error_message=CODE.message,
            ),
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="external_id_once",
                violation_error_message="An incident has this id already.",
            ),
        ]

    def __str__(self):
        return f"{self.scheme}:{self.code}"


@part_of("incident")
@pghistory.track()
class IncidentCitation(Citation, Keyed):
    """A passage about an incident."""

    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="citations", help_text="The incident that the passage is about."
    )

    key = ("incident__uid", "article__uid", "locator")

    class Meta(Citation.Meta):
        constraints = [
            *Citation.Meta.constraints,
            models.UniqueConstraint(
                fields=["incident", "article", "locator"],
                name="incident_citation_once",
                violation_error_message="This passage is cited already.",
            ),
        ]


@part_of("incident")
@pghistory.track()
class Involvement(Keyed):
    """The role of a force in an incident."""

    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="involvements", help_text="The incident in which it was involved."
    )
    force = models.ForeignKey(
        Force, models.PROTECT, related_name="involvements", help_text="The force that was involved."
    )
    role = models.CharField(max_length=25, choices=InvolvementRole, help_text="The role of the force in the incident.")

    key = ("incident__uid", "force__slug", "role")

    class Meta:
        ordering = ["incident", "role", "force"]
        constraints = [
            InvolvementRole.closes("role"),
            models.UniqueConstraint(
                fields=["incident", "force", "role"],
                name="involvement_once",
                violation_error_message="This force has this role already.",
            ),
        ]

    def __str__(self):
        return f"{self.force} {self.get_role_display()}"
