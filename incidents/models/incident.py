"""What happened, and which article says so."""

import pghistory
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value

from operations.choices import Contested, Standing
from operations.models import AS_REPORTED, Conflict, CountedResult, Force, Operation, Phase, Place, PlaceControl
from records.keys import Keyed, UidField
from records.models import Reviewed
from records.points import latitude, longitude, point_on_earth
from records.triggers import part_of, reviewed
from records.word_index import word_index
from sources.days import Window, earliest_day, in_order, latest_day
from sources.hours import ClockWindow, clock_column, whole_clock
from sources.models import Citation, OptionalCitation
from sources.paragraphs import reading_order

from ..choices import (
    Attribution,
    Clarity,
    DatasetScheme,
    IncidentKind,
    InvolvementRole,
    LinkKind,
    LocationPrecision,
    Method,
    PartOfDay,
    Target,
    ViolenceType,
    Weapon,
)

SCHEME = RegexValidator(r"^[a-z][a-z0-9_]*$", "Name the dataset in lower-case letters, digits and _, such as ucdp_ged.")
CODE = RegexValidator(r"^[^\s,]+$", "An id has neither blanks nor commas.")

#: The days on which something may have happened, as one range; where an end is not known it is open.
POSSIBLE_DAYS = Func("earliest_on", "latest_on", Value("[]"), function="daterange", output_field=DateRangeField())


class WithinOperation(models.Model):
    """A record that may belong to a conflict, and to a phase, or to an operation where no phase is known."""

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

    conflict = models.ForeignKey(
        Conflict,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        help_text="The conflict in which it happened. Blank: not known; then the sides of all conflicts count.",
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
    earliest_at = clock_column("earliest")
    latest_at = clock_column("latest")
    part_of_day = models.CharField(
        max_length=10,
        choices=PartOfDay,
        default=PartOfDay.UNKNOWN,
        help_text="When in the day it happened, if the source gives no clock time, which would imply it.",
    )
    time_as_reported = models.CharField(
        max_length=100,
        blank=True,
        help_text="The time of day in the source’s own words, in short, such as “9:40 pm” or “late at night”.",
    )
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
    latitude = latitude("Degrees north (WGS 84). Only if the source gives a point, or says more than the place does.")
    longitude = longitude("Degrees east (WGS 84). Only if the source gives a point, or says more than the place does.")
    control_before = models.ForeignKey(
        PlaceControl,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ended_by",
        help_text="Who held the place before, if the incident changed that. Blank: no change, or not stated.",
    )
    control_after = models.ForeignKey(
        PlaceControl,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="begun_by",
        help_text="Who held the place afterwards, if the incident changed that. Blank: no change, or not stated.",
    )
    violence_type = models.CharField(
        max_length=12,
        choices=ViolenceType,
        blank=True,
        help_text="The type of violence. Blank: it follows from the forces that were involved.",
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
        help_text="The lowest credible number of all killed together. Only if no source bounds single groups, or if"
        " a dataset gives a bound that its own best number contradicts.",
    )
    killed_high = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The highest credible number of all killed together. Only if no source bounds single groups, or if"
        " a dataset gives a bound that its own best number contradicts.",
    )

    key = ("uid",)
    when = Window()
    time = ClockWindow()

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
            PartOfDay.closes("part_of_day"),
            whole_clock(),
            models.CheckConstraint(
                condition=Q(earliest_at=None) | Q(part_of_day=PartOfDay.UNKNOWN),
                name="incident_clock_or_part_of_day",
                violation_error_message="Give the clock time or the part of the day, not both: the clock time gives the"
                " part.",
            ),
            LocationPrecision.closes("location_precision"),
            models.CheckConstraint(
                condition=Q(violence_type__in=["", *ViolenceType.values]),
                name="incident_violence_type_known",
                violation_error_message=f"Choose one of: {', '.join(ViolenceType.values)}; or leave it blank.",
            ),
            Attribution.closes("attribution"),
            Clarity.closes("clarity"),
            point_on_earth(),
            models.CheckConstraint(
                condition=~Q(place=None) | Q(location_precision=LocationPrecision.UNKNOWN),
                name="incident_precision_needs_place",
                violation_error_message="Name the place, or set the location precision to “unknown”.",
            ),
            models.CheckConstraint(
                condition=Q(control_before=None, control_after=None) | Q(kind__in=IncidentKind.changing_control()),
                name="incident_control_changes_by_its_kind",
                violation_error_message="Only a change of control, by force or without violence, has who held the place"
                " before and after: choose such a kind, or leave them blank.",
            ),
        ]

    def __str__(self):
        return f"{self.uid} {self.title}"

    @property
    def violent(self) -> bool:
        return self.kind in IncidentKind.violent()

    @property
    def parts_of_day(self):
        """The parts of the day in which it may have happened: the one that is coded, or those of its clock time."""
        if self.earliest_at is None:
            return [PartOfDay(self.part_of_day)]
        return PartOfDay.between(self.earliest_at, self.latest_at)


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


def _blank_or(vocabulary, field):
    """Return the constraint that keeps everything but the codes of a vocabulary and nothing out of a column."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": ["", *vocabulary.values]}),
        name=f"%(class)s_{field}_known",
        violation_error_message=f"This is not in the codebook. Choose one of: {', '.join(vocabulary.values)}.",
    )


@part_of("incident")
@pghistory.track()
class DatasetCode(Keyed):
    """The id of the conflict, of the pair of enemies or of a side of an incident in another dataset.

    Many incidents share it, as they do not share an external id.
    """

    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="dataset_codes", help_text="The incident that has this id."
    )
    scheme = models.CharField(max_length=20, choices=DatasetScheme, help_text="What the other dataset numbers.")
    code = models.CharField(
        max_length=100, validators=[CODE], help_text="The id there, exactly as that dataset writes it."
    )

    key = ("incident__uid", "scheme")

    class Meta:
        ordering = ["incident", "scheme"]
        constraints = [
            DatasetScheme.closes("scheme"),
            models.CheckConstraint(
                condition=Q(code__regex=CODE.regex.pattern),
                name="dataset_code_is_one_word",
                violation_error_message=CODE.message,
            ),
            models.UniqueConstraint(
                fields=["incident", "scheme"],
                name="dataset_code_once_per_scheme",
                violation_error_message="The incident has such an id already.",
            ),
        ]

    def __str__(self):
        return f"{self.scheme}:{self.code}"


@part_of("incident")
@pghistory.track()
class IncidentCitation(Citation, Keyed):
    """A passage about an incident, and what it says that the record does not."""

    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="citations", help_text="The incident that the passage is about."
    )

    says_earliest_on = earliest_day("on which it happened, if the passage says another day than the record")
    says_latest_on = latest_day("on which it happened, if the passage says another day than the record")
    says_place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents_placed_otherwise",
        help_text="Where it happened, if the passage says another place than the record. Blank: it does not.",
    )
    says_place_as_reported = models.CharField(
        max_length=200, blank=True, help_text="That other place in words, if it is not in the database. Blank: none."
    )
    says_force = models.ForeignKey(
        Force,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents_attributed_otherwise",
        help_text="Who did it, if the passage names another force than the record. Blank: it does not.",
    )
    says_force_as_reported = models.CharField(
        max_length=200,
        blank=True,
        help_text="That other perpetrator in words, if it is no force in the database; no private persons.",
    )
    says_kind = models.CharField(
        max_length=20,
        choices=IncidentKind,
        blank=True,
        help_text="What happened, if the passage says something else than the record. Blank: it does not.",
    )
    says_target = models.CharField(
        max_length=20,
        choices=Target,
        blank=True,
        help_text="What it was directed at, if the passage says something else than the record. Blank: it does not.",
    )

    says_when = Window("says")
    key = ("incident__uid", "article__uid", "locator")

    class Meta(Citation.Meta):
        constraints = [
            *Citation.Meta.constraints,
            models.UniqueConstraint(
                fields=["incident", "article", "locator"],
                name="incident_citation_once",
                violation_error_message="This passage is cited already.",
            ),
            *in_order("says"),
            _blank_or(IncidentKind, "says_kind"),
            _blank_or(Target, "says_target"),
            models.CheckConstraint(
                condition=Q(says_place=None) | Q(says_place_as_reported=""),
                name="incident_citation_says_one_place",
                violation_error_message="Choose the other place, or write it in words, not both.",
            ),
            models.CheckConstraint(
                condition=Q(says_force=None) | Q(says_force_as_reported=""),
                name="incident_citation_says_one_force",
                violation_error_message="Choose the other perpetrator, or write it in words, not both.",
            ),
        ]

    @property
    def contests(self):
        """In which respects the passage says something else than the record, as codes of Contested."""
        said = {
            Contested.WHEN: self.says_when,
            Contested.WHERE: self.says_place_id or self.says_place_as_reported,
            Contested.WHO: self.says_force_id or self.says_force_as_reported,
            Contested.WHAT: self.says_kind or self.says_target,
        }
        return [code for code, value in said.items() if value]


@part_of("incident")
@pghistory.track()
class Involvement(OptionalCitation, Keyed):
    """The role of a force in an incident, according to one passage, including that it had none."""

    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="involvements", help_text="The incident in which it was involved."
    )
    force = models.ForeignKey(
        Force, models.PROTECT, related_name="involvements", help_text="The force that was involved."
    )
    role = models.CharField(max_length=25, choices=InvolvementRole, help_text="The role of the force in the incident.")
    standing = models.CharField(
        max_length=12,
        choices=Standing,
        default=Standing.TOOK_PART,
        help_text="Took part, said to be absent, or planned, according to the passage.",
    )
    people_low = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many of its people were there, the lowest number. Blank: not stated."
    )
    people_high = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many of its people were there, the highest number. Blank: open."
    )

    key = ("incident__uid", "force__slug", "role", "article__uid", "locator")

    class Meta(OptionalCitation.Meta):
        ordering = ["incident", "role", "force", "article", *reading_order()]
        constraints = [
            *OptionalCitation.Meta.constraints,
            InvolvementRole.closes("role"),
            Standing.closes("standing"),
            models.UniqueConstraint(
                fields=["incident", "force", "role", "article", "locator"],
                name="involvement_once_per_passage",
                nulls_distinct=False,
                violation_error_message="This passage is listed for the same force and role already.",
            ),
            models.CheckConstraint(
                condition=Q(people_high__gte=F("people_low")),
                name="involvement_people_in_order",
                violation_error_message="The highest number of people cannot be below the lowest.",
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.ABSENT) | Q(people_low=None, people_high=None),
                name="involvement_absent_without_people",
                violation_error_message="A force that is said to have been absent has no people there: leave their"
                " number blank.",
            ),
        ]

    def __str__(self):
        return f"{self.force} {self.get_role_display()}"


@part_of("incident")
@pghistory.track()
class IncidentResult(CountedResult, Keyed):
    """What an incident caused according to one passage, in numbers of things."""

    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="results", help_text="The incident that the passage is about."
    )

    key = ("incident__uid", "kind", "what", "article__uid", "locator")

    class Meta(CountedResult.Meta):
        ordering = ["incident", "kind", "what", "article", *reading_order()]
        verbose_name = "result"
        constraints = [
            *CountedResult.Meta.constraints,
            models.UniqueConstraint(
                fields=["incident", "kind", "what", "article", "locator"],
                name="incident_result_once_per_passage",
                violation_error_message="This passage is listed for the same result already.",
            ),
        ]


@part_of("incident")
@pghistory.track()
class IncidentPlace(Keyed):
    """Another place in which an incident happened, beside its first one."""

    incident = models.ForeignKey(
        Incident,
        models.CASCADE,
        related_name="other_places",
        help_text="The incident that happened there too, such as along a road or in two villages.",
    )
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="further_incidents", help_text="The other place in which it happened."
    )
    sequence = models.PositiveSmallIntegerField(
        default=1,
        help_text="Where it comes among the other places: 1, 2, 3 …, in the order of events or of the source.",
    )
    note = models.CharField(
        max_length=200, blank=True, help_text="What happened there, such as “the end of the road”. Public."
    )

    key = ("incident__uid", "place__slug")

    class Meta:
        ordering = ["incident", "sequence", "place"]
        verbose_name = "other place"
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "place"],
                name="incident_place_once",
                violation_error_message="This place is listed already.",
            ),
        ]

    def __str__(self):
        return str(self.place)


@part_of("incident")
@pghistory.track()
class IncidentLink(OptionalCitation, Keyed):
    """How an incident is connected with another one."""

    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="links", help_text="The incident that is connected with another one."
    )
    kind = models.CharField(max_length=30, choices=LinkKind, help_text="How it is connected with the other incident.")
    other = models.ForeignKey(
        Incident,
        models.PROTECT,
        related_name="linked_from",
        help_text="The other incident, as a rule the earlier one. Its document shows the link too.",
    )
    note = models.CharField(max_length=200, blank=True, help_text="How the two are connected, in our words. Public.")

    key = ("incident__uid", "kind", "other__uid")
    #: The two records that it connects: see publication/merge.py.
    ends = ("incident", "other")

    class Meta(OptionalCitation.Meta):
        ordering = ["incident", "kind", "other"]
        verbose_name = "link"
        constraints = [
            *OptionalCitation.Meta.constraints,
            LinkKind.closes("kind"),
            models.UniqueConstraint(
                fields=["incident", "kind", "other"],
                name="incident_link_once",
                violation_error_message="This link is listed already.",
            ),
            models.CheckConstraint(
                condition=~Q(incident=F("other")),
                name="incident_link_to_another",
                violation_error_message="An incident cannot be linked with itself.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.other.uid}"
