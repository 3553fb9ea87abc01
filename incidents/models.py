"""What happened, to whom, and which article says so."""

from functools import cached_property

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value

from operations.models import AS_REPORTED, Force, Nested, Operation, Phase, Place, counts_in_order, not_its_own_parent
from records.keys import Keyed, UidField
from records.models import Reviewed
from records.triggers import part_of, reviewed
from records.word_index import word_index
from sources.days import Window, earliest_day, in_order, latest_day
from sources.models import Citation

from .choices import (
    Attribution,
    Basis,
    Clarity,
    Coverage,
    Harm,
    IncidentKind,
    InvolvementRole,
    LocationPrecision,
    Method,
    Qualifier,
    Target,
    VictimStatus,
)
from .figures.estimates import suggest_estimate

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
        help_text="The operation it is part of, only where the phase is not known.",
    )
    phase = models.ForeignKey(
        Phase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        help_text="The phase it is part of, which also gives the operation.",
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
    """One attack, clash or other act, at one place and time."""

    uid = UidField("INC")
    title = models.CharField(
        max_length=200, help_text="What happened, where, in our words; no names of private persons."
    )
    summary = models.TextField(blank=True, help_text="What the sources say of it, in our words.")
    kind = models.CharField(max_length=20, choices=IncidentKind, help_text="What happened, in one word.")
    methods = ArrayField(
        models.CharField(max_length=20, choices=Method),
        default=list,
        blank=True,
        help_text="How it was done. Blank: not stated.",
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
        help_text="The smallest place that surely holds it. Blank: not stated.",
    )
    location_precision = models.CharField(
        max_length=20,
        choices=LocationPrecision,
        default=LocationPrecision.UNKNOWN,
        help_text="How exactly the place is known.",
    )
    place_as_reported = models.CharField(
        max_length=200, blank=True, help_text="The source's own words for the place, kept short."
    )
    latitude = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text="WGS 84 degrees north, only where the spot is known better than the place's own point.",
    )
    longitude = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text="WGS 84 degrees east, only where the spot is known better than the place's own point.",
    )
    attribution = models.CharField(
        max_length=15, choices=Attribution, default=Attribution.UNATTRIBUTED, help_text="How sure it is who did it."
    )
    clarity = models.CharField(
        max_length=12, choices=Clarity, default=Clarity.INDIVIDUAL, help_text="One event, or several told as one."
    )
    killed_low = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The lowest credible number of all killed together, only where sources bound no group by itself.",
    )
    killed_high = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The highest credible number of all killed together, only where sources bound no group by itself.",
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
            Target.closes("target"),
            LocationPrecision.closes("location_precision"),
            Attribution.closes("attribution"),
            Clarity.closes("clarity"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="incident_point_on_earth",
                violation_error_message="Give latitude (-90 to 90) and longitude (-180 to 180), or neither.",
            ),
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

    @classmethod
    def check_complete(cls, records):
        _refuse_unexplained(Casualty.objects.filter(incident__in=records))


@part_of("incident")
@pghistory.track()
class ExternalId(Keyed):
    """What another dataset calls an incident."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="external_ids", help_text="The incident.")
    scheme = models.CharField(
        max_length=40, validators=[SCHEME], help_text="The dataset, in one word: ucdp_ged, acled, …"
    )
    code = models.CharField(max_length=100, validators=[CODE], help_text="The id, exactly as that dataset writes it.")

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

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="citations", help_text="The incident.")

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
    """A force's part in an incident."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="involvements", help_text="The incident.")
    force = models.ForeignKey(Force, models.PROTECT, related_name="involvements", help_text="The force.")
    role = models.CharField(max_length=25, choices=InvolvementRole, help_text="What part it had.")

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


class Victims(models.Model):
    """Who was harmed, and how, and what we hold to be their number."""

    #: The row that counts these people too; only casualties can name one.
    within_id = None

    victim_force = models.ForeignKey(
        Force,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss_suffered",
        help_text="The force the victims belonged to. Blank: none, or not stated.",
    )
    victim_status = models.CharField(
        max_length=25, choices=VictimStatus, help_text="What the people harmed were at that moment."
    )
    harm = models.CharField(max_length=20, choices=Harm, help_text="What was done to them.")
    low = models.PositiveIntegerField(null=True, blank=True, help_text="The lowest credible number. Blank: not stated.")
    best = models.PositiveIntegerField(null=True, blank=True, help_text="The most likely number. Blank: not stated.")
    high = models.PositiveIntegerField(null=True, blank=True, help_text="The highest credible number. Blank: open.")
    basis = models.CharField(
        max_length=20, choices=Basis, default=Basis.SINGLE_CLAIM, help_text="What the estimate rests on."
    )
    note = models.TextField(
        blank=True,
        help_text="Why the estimate is not what the claims suggest. Needed for a judgement; readers see it.",
    )

    class Meta:
        abstract = True
        constraints = [
            VictimStatus.closes("victim_status"),
            Harm.closes("harm"),
            counts_in_order(),
            Basis.closes("basis"),
            models.CheckConstraint(
                condition=~Q(basis=Basis.CODER_JUDGEMENT) | ~Q(note=""),
                name="%(class)s_judgement_is_explained",
                violation_error_message="Say in the note why you decided so.",
            ),
        ]

    @property
    def figures(self):
        return self.low, self.best, self.high

    @property
    def victims(self):
        """Who the victims were, in words."""
        return self.victim_force.name if self.victim_force else self.get_victim_status_display().lower()

    @cached_property
    def suggested(self):
        """What the claims suggest, as they were loaded with the row."""
        return suggest_estimate(self.claims.all(), self.victim_force)

    @classmethod
    def suggestions(cls, estimates):
        """Return what the claims of estimates, as they are saved, suggest, by the keys of the estimates."""
        claims = {estimate.pk: [] for estimate in estimates}
        relation = cls._meta.get_field("claims").field
        related = ("article__outlet", "article__copied_from", "article__syndicated_from", "claimed_by")
        for claim in Claim.objects.filter(**{f"{relation.name}__in": claims}).select_related(*related):
            claims[getattr(claim, relation.attname)].append(claim)
        return {each.pk: suggest_estimate(claims[each.pk], each.victim_force) for each in estimates}

    def suggestion(self):
        """Return what the claims, as they are saved, suggest."""
        return self.suggestions([self])[self.pk]

    def departs_from(self, suggestion):
        """Return whether the estimate is not what was suggested, and neither a judgement nor another dataset's."""
        return self.figures != suggestion.figures and self.basis not in {Basis.CODER_JUDGEMENT, Basis.DATASET}


def _refuse_unexplained(estimates):
    """Raise ValidationError if an estimate rests on no claim, or departs from its claims and does not say why."""
    estimates = estimates.select_related("victim_force").order_by("uid")
    suggestions = estimates.model.suggestions(estimates)
    wrong = []
    for estimate in estimates:
        suggestion = suggestions[estimate.pk]
        if not suggestion.verdicts:
            wrong.append(f"{estimate.uid} rests on no claim")
        elif estimate.departs_from(suggestion):
            says, suggested = spelt_out(estimate.figures), spelt_out(suggestion.figures)
            wrong.append(f"{estimate.uid} says {says} where its claims suggest {suggested}")
    if wrong:
        raise ValidationError(
            f"{'; '.join(wrong)}. Enter the claims, take over what they suggest, or make the estimate the coder’s"
            " judgement and say why in its note."
        )


def spelt_out(figures):
    """Return low, best and high as people read them: 2–3–4; a figure that is not stated is a question mark."""
    return "–".join("?" if figure is None else str(figure) for figure in figures)


#: An estimate that is a subset of another one: of the same incident and harm, or of killed or wounded; one level deep.
#: A new one has no subsets yet, unless those are new as well and checked themselves.
WITHIN = """
    IF (TG_OP = 'UPDATE' OR NEW.within_id IS NOT NULL) AND EXISTS (
        SELECT FROM incidents_casualty part JOIN incidents_casualty whole ON whole.id = part.within_id
        WHERE (part.id = NEW.id OR part.within_id = NEW.id) AND (
            part.incident_id <> whole.incident_id
            OR part.harm <> whole.harm AND NOT (whole.harm = 'killed_or_wounded' AND part.harm IN ('killed', 'wounded'))
            OR whole.within_id IS NOT NULL
        )
    ) THEN
        RAISE EXCEPTION '%', 'A subset lies within an estimate of the same incident and the same harm (or of killed or '
            'wounded), which is itself no subset.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@part_of("incident")
@pghistory.track()
class Casualty(Victims, Keyed):
    """What we hold to be the number of people harmed in an incident: one victim group, one harm."""

    uid = UidField("CAS")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="casualties", help_text="The incident.")
    within = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subsets",
        help_text="The estimate of the same incident that counts these people too: “ten, of whom two officers”."
        " They are not added to it again.",
    )

    key = ("uid",)

    class Meta:
        ordering = ["incident", "harm", "uid"]
        verbose_name_plural = "casualties"
        indexes = [word_index("casualty", "note")]
        constraints = [
            *Victims.Meta.constraints,
            models.UniqueConstraint(
                fields=["incident", "victim_force", "victim_status", "harm"],
                name="casualty_once_per_victims_and_harm",
                nulls_distinct=False,
                violation_error_message="The incident has an estimate for these victims and this harm already.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="within_one_of_its_incident",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=WITHIN,
            )
        ]

    def __str__(self):
        return f"{self.uid} {self.get_harm_display()}"

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.incident


@reviewed
@pghistory.track()
class Toll(WithinOperation, Victims, Nested, Reviewed, Keyed):
    """A cumulative count over days and places. It is never added to the incidents that it covers.

    Two adopted tolls never count the same people, unless one is nested in the other: deferred triggers on tolls, their
    places, the parents of places, forces and operations, and the operations of phases see to it (the function
    `adopted_tolls_apart` of the migrations).
    """

    uid = UidField("TOL")
    title = models.CharField(max_length=200, help_text="What is counted, where and since when, in our words.")
    earliest_on = models.DateField(null=True, blank=True, help_text="The first day it counts. Blank: not stated.")
    latest_on = models.DateField(
        null=True,
        blank=True,
        help_text="The last day it counts: where the source does not say, the day it was published.",
    )
    as_reported = models.CharField(max_length=100, blank=True, help_text=AS_REPORTED)
    places = models.ManyToManyField(Place, blank=True, related_name="tolls", help_text="Where it counts.")
    perpetrator = models.ForeignKey(
        Force, models.PROTECT, null=True, blank=True, related_name="tolls_caused", help_text="Who caused the harm."
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inner",
        help_text="The wider toll that counts all of these people too, such as that of the operation for a phase.",
    )
    series = models.SlugField(
        blank=True, help_text="Counts of one running tally share a word; only the newest of them can be adopted."
    )
    usable = models.BooleanField(
        default=True, help_text="It has a definite period and definite victims, and is a count, not a rate."
    )
    unusable_because = models.TextField(blank=True, help_text="Why it cannot be used.")
    adopted = models.BooleanField(
        default=False, help_text="Its unexplained remainder enters reconciled totals. At most one for the same victims."
    )

    key = ("uid",)
    when = Window()

    class Meta:
        ordering = ["uid"]
        indexes = [word_index("toll", "title", "series")]
        constraints = [
            *WithinOperation.Meta.constraints,
            *Victims.Meta.constraints,
            *Reviewed.Meta.constraints,
            *in_order(),
            not_its_own_parent(),
            models.CheckConstraint(
                condition=Q(usable=True) | ~Q(unusable_because=""),
                name="toll_unusable_gives_reason",
                violation_error_message="Say why the toll cannot be used.",
            ),
            models.CheckConstraint(
                condition=Q(adopted=False)
                | Q(usable=True, best__isnull=False, earliest_on__isnull=False, latest_on__isnull=False),
                name="toll_adopted_is_usable",
                violation_error_message="Only a usable toll with a period and a best figure can be adopted.",
            ),
        ]

    def __str__(self):
        return f"{self.uid} {self.title}"

    @classmethod
    def check_complete(cls, records):
        _refuse_unexplained(cls.objects.filter(pk__in=[record.pk for record in records]))


@part_of("toll")
@pghistory.track()
class TollCoverage(Keyed):
    """Whether a toll counts an incident."""

    toll = models.ForeignKey(Toll, models.CASCADE, related_name="coverage", help_text="The toll.")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="tolls", help_text="The incident.")
    relation = models.CharField(
        max_length=12,
        choices=Coverage,
        help_text="Whether the toll counts it. What a nested toll counts, it counts too.",
    )
    reason = models.TextField(blank=True, help_text="Why. Needed where the incident is excluded.")

    key = ("toll__uid", "incident__uid")

    class Meta:
        ordering = ["toll", "incident"]
        verbose_name_plural = "toll coverage"
        indexes = [word_index("tollcoverage", "reason")]
        constraints = [
            Coverage.closes("relation"),
            models.UniqueConstraint(
                fields=["toll", "incident"],
                name="toll_coverage_once",
                violation_error_message="The toll is related to this incident already.",
            ),
            models.CheckConstraint(
                condition=~Q(relation=Coverage.EXCLUDED) | ~Q(reason=""),
                name="toll_coverage_exclusion_gives_reason",
                violation_error_message="Say why the toll does not count the incident.",
            ),
        ]

    def __str__(self):
        return f"{self.toll.uid} {self.relation} {self.incident.uid}"

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.toll


@part_of("casualty__incident", "toll")
@pghistory.track()
class Claim(Citation, Keyed):
    """What one passage says of a casualty or of a toll, as a number or an interval."""

    uid = UidField("CLM")
    casualty = models.ForeignKey(
        Casualty, models.CASCADE, null=True, blank=True, related_name="claims", help_text="The casualty it speaks of."
    )
    toll = models.ForeignKey(
        Toll, models.CASCADE, null=True, blank=True, related_name="claims", help_text="The toll it speaks of."
    )
    low = models.PositiveIntegerField(null=True, blank=True, help_text="The least the words allow. Blank: no number.")
    high = models.PositiveIntegerField(null=True, blank=True, help_text="The most the words allow. Blank: open.")
    qualifier = models.CharField(
        max_length=15, choices=Qualifier, default=Qualifier.EXACT, help_text="How the source words its figure."
    )
    claimed_by = models.ForeignKey(
        Force,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims_made",
        help_text="The force whose own figure it is. Of its enemy's losses it proves no estimate, of its own no highest"
        " one. Blank: no side's figure.",
    )
    as_of_on = models.DateField(null=True, blank=True, help_text="The day the figure stands for. Blank: publication.")
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        help_text="The earlier figure of the same source that this one replaces.",
    )
    used = models.BooleanField(default=True, help_text="The estimate rests on it.")
    unused_because = models.TextField(blank=True, help_text="Why the estimate does not rest on it.")

    key = ("uid",)

    class Meta(Citation.Meta):
        ordering = ["uid"]
        indexes = [word_index("claim", "said_by")]
        constraints = [
            *Citation.Meta.constraints,
            Qualifier.closes("qualifier"),
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
        return f"{self.uid} {self.get_qualifier_display()} {self.low}"

    @property
    def words(self):
        """The figure as a person reads it."""
        numbers = [str(number) for number in dict.fromkeys((self.low, self.high)) if number is not None]
        return " ".join(filter(None, [self.get_qualifier_display(), "–".join(numbers)]))

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.casualty.incident if self.casualty else self.toll

    def clean(self):
        super().clean()
        if self.supersedes and (self.supersedes.casualty_id, self.supersedes.toll_id) != (
            self.casualty_id,
            self.toll_id,
        ):
            raise ValidationError({"supersedes": "A claim can only replace one about the same casualty or toll."})


@part_of("toll")
@pghistory.track(obj_field=None)
class TollPlace(Toll.places.through):
    """A place of a toll, named here so that its history is kept."""

    class Meta:
        proxy = True


class KnownSums(models.Model):
    """The sums that answered a question about published incidents at one seq, kept so that the next answer is quick."""

    question = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what was asked.")
    seq = models.BigIntegerField(help_text="The state of the log that was summed.")
    groups = models.TextField(help_text="JSON: pairs of keys and numbers.")
    summed_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return f"{self.question[:12]} at {self.seq}"
