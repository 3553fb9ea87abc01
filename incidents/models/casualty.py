"""To whom it happened: estimates of people harmed."""

from datetime import date
from functools import cached_property

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from operations.choices import Standing
from operations.models import Force, counts_in_order, line_with_sides, steps_up
from records.keys import Keyed, UidField
from records.triggers import part_of
from records.word_index import word_index
from sources.days import Window, earliest_day, in_order, latest_day

from ..choices import AgeGroup, Basis, CountedAs, Harm, Sex, VictimStatus
from ..figures.bounds import Counted
from ..figures.parties import Scene
from ..figures.parts import Line, by_group
from ..figures.suggestions import suggest_estimate
from .incident import Incident


class Victims(models.Model):
    """Who was harmed and how, with our estimate of how many."""

    victim_force = models.ForeignKey(
        Force,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss_suffered",
        help_text="The force to which the victims belonged. Blank: none, or not stated.",
    )
    victim_status = models.CharField(
        max_length=25, choices=VictimStatus, help_text="What the people harmed were at the time."
    )
    harm = models.CharField(max_length=20, choices=Harm, help_text="What happened to the people harmed.")
    low = models.PositiveIntegerField(null=True, blank=True, help_text="The lowest credible number. Blank: not stated.")
    best = models.PositiveIntegerField(null=True, blank=True, help_text="The most likely number. Blank: not stated.")
    high = models.PositiveIntegerField(null=True, blank=True, help_text="The highest credible number. Blank: open.")
    at_least = models.BooleanField(
        default=False,
        help_text="Whether the best number is only a floor: sources say that there were at least so many, and none that"
        " may prove it gives a number with a ceiling.",
    )
    basis = models.CharField(
        max_length=20, choices=Basis, default=Basis.SINGLE_CLAIM, help_text="What the estimate is based on."
    )
    note = models.TextField(
        blank=True,
        help_text="Why the estimate differs from what the claims suggest, or why nothing decides between them. Required"
        " for a coder’s judgement and for an undecided estimate. Public.",
    )

    class Meta:
        abstract = True
        constraints = [
            VictimStatus.closes("victim_status"),
            Harm.closes("harm"),
            counts_in_order(),
            Basis.closes("basis"),
            models.CheckConstraint(
                condition=Q(at_least=False) | Q(best__isnull=False),
                name="%(class)s_floor_is_stated",
                violation_error_message="Only a best number can be a floor. State one, or clear “at least”.",
            ),
            models.CheckConstraint(
                condition=~Q(basis__in=[Basis.CODER_JUDGEMENT, Basis.UNDECIDED]) | ~Q(note=""),
                name="%(class)s_judgement_is_explained",
                violation_error_message="Say in the note why you decided so, or why nothing decides.",
            ),
        ]

    #: The prefetch look-ups for what `last_day` reads.
    day_lookups = ()

    @property
    def figures(self):
        return self.low, self.best, self.high

    @property
    def victims(self):
        """Who the victims were, in words."""
        return self.victim_force.name if self.victim_force else self.get_victim_status_display().lower()

    @property
    def last_day(self) -> date | None:
        """The last day on which people may have been harmed; None if it is not known."""
        raise NotImplementedError

    @property
    def scene(self) -> Scene:
        """What is known of where the people were harmed, from what was loaded with the row."""
        raise NotImplementedError

    @cached_property
    def suggested(self):
        """What the claims that were loaded with the row suggest."""
        return suggest_estimate(self.claims.all(), self.last_day, self.scene)

    @classmethod
    def suggestions(cls, estimates):
        """Return what the saved claims of each estimate suggest, by the primary key of the estimate."""
        claims = {estimate.pk: [] for estimate in estimates}
        relation = cls._meta.get_field("claims").field
        related = ("article__outlet", "article__copied_from", "article__syndicated_from")
        found = relation.model.objects.filter(**{f"{relation.name}__in": claims}).select_related(*related)
        for claim in found.prefetch_related(*line_with_sides("claimed_by")):
            claims[getattr(claim, relation.attname)].append(claim)
        concerned = [each for each in estimates if any(claim.claimed_by for claim in claims[each.pk])]
        models.prefetch_related_objects(concerned, *cls.scene_lookups())
        models.prefetch_related_objects(estimates, *cls.day_lookups)
        scenes = {each.pk: each.scene for each in concerned}
        return {each.pk: suggest_estimate(claims[each.pk], each.last_day, scenes.get(each.pk)) for each in estimates}

    @classmethod
    def scene_lookups(cls):
        """Return the prefetch look-ups for what `scene` reads."""
        return line_with_sides("victim_force")

    def suggestion(self):
        """Return what the saved claims suggest."""
        return self.suggestions([self])[self.pk]

    def departs_from(self, suggestion):
        """Return whether the estimate differs from the suggestion without being a judgement or another dataset's.

        It also differs if it does not say that nothing decides.
        """
        differs = (*self.figures, self.at_least) != (*suggestion.figures, suggestion.at_least)
        hides = suggestion.basis == Basis.UNDECIDED != self.basis
        return (differs or hides) and self.basis not in {Basis.CODER_JUDGEMENT, Basis.DATASET}


def figures_in_words(estimate):
    """Return low, best and high of an estimate as one text, such as 2–3–4, with ? for what is not stated."""
    return bounds_in_words(*estimate.figures, estimate.at_least)


def bounds_in_words(low, best, high, at_least=False):
    """Return three numbers as one text, such as 2–3–4, with ? for what is not stated, and 3+ for a floor."""
    low, best, high = ("?" if figure is None else str(figure) for figure in (low, best, high))
    return f"{low}–{best}{'+' * at_least}–{high}"


class WithinOneOfItsIncident(pgtrigger.Trigger):
    """An estimate lies within another one of the same incident, and not, directly or through others, within itself."""

    name = "within_one_of_its_incident"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Deferred
    # A new estimate has no parts yet, unless those are new as well and checked themselves.
    func = """
    IF (TG_OP = 'UPDATE' OR NEW.within_id IS NOT NULL) AND EXISTS (
        SELECT FROM incidents_casualty part JOIN incidents_casualty whole ON whole.id = part.within_id
        WHERE (part.id = NEW.id OR part.within_id = NEW.id) AND part.incident_id <> whole.incident_id
    ) THEN
        RAISE EXCEPTION '%', 'An estimate lies within another one of the same incident. Choose one of this incident.'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.within_id IS NOT NULL AND NEW.id IN (
        WITH RECURSIVE line(id) AS (
            SELECT within_id FROM incidents_casualty WHERE id = NEW.id
            UNION SELECT casualty.within_id FROM incidents_casualty casualty JOIN line ON line.id = casualty.id
        )
        SELECT id FROM line WHERE id IS NOT NULL
    ) THEN
        RAISE EXCEPTION '%', 'An estimate cannot lie within itself, directly or through others. Choose another one.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@part_of("incident")
@pghistory.track()
class Casualty(Victims, Keyed):
    """Our estimate of the number of people harmed in an incident: one victim group and one kind of harm.

    Several estimates may differ in nothing but the words for the victims: two brothers and a driver are two.
    """

    uid = UidField("CAS")
    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="casualties", help_text="The incident in which people were harmed."
    )
    victim_group = models.CharField(
        max_length=200,
        blank=True,
        help_text="Who they were and how they were related, in words: driver, two brothers, members of one family. No"
        " names of private persons. Blank: not told apart.",
    )
    age_group = models.CharField(
        max_length=10, choices=AgeGroup, default=AgeGroup.UNKNOWN, help_text="How old the people harmed were."
    )
    sex = models.CharField(max_length=10, choices=Sex, default=Sex.UNKNOWN, help_text="The sex of the people harmed.")
    occupation = models.CharField(
        max_length=100,
        blank=True,
        help_text="What they did or which office they held: village head, journalist, shepherd. Blank: not stated.",
    )
    counted_as = models.CharField(
        max_length=10,
        choices=CountedAs,
        default=CountedAs.VICTIMS,
        help_text="In which totals they are counted.",
    )
    died_earliest_on = earliest_day("of death, if they died on a later day than that of the incident")
    died_latest_on = latest_day("of death, if they died on a later day than that of the incident")
    within = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subsets",
        help_text="The estimate of this incident whose people these were, as in “ten, of whom two officers” or “four"
        " abducted, of whom two were found dead”. Of the same harm they are not added to it again.",
    )

    key = ("uid",)
    alike_by = (
        "incident", "victim_force", "victim_status", "harm", "counted_as", "victim_group", "age_group", "sex",
        "occupation",
    )  # fmt: skip
    died = Window("died")
    day_lookups = ("incident",)

    class Meta:
        ordering = ["incident", "harm", "uid"]
        verbose_name_plural = "casualties"
        indexes = [word_index("casualty", "note", "victim_group", "occupation")]
        constraints = [
            *Victims.Meta.constraints,
            *in_order("died"),
            AgeGroup.closes("age_group"),
            Sex.closes("sex"),
            CountedAs.closes("counted_as"),
            models.CheckConstraint(
                condition=Q(harm=Harm.KILLED) | Q(died_earliest_on=None, died_latest_on=None),
                name="casualty_day_of_death_is_of_the_killed",
                violation_error_message="Only people killed have a day of death. Remove the day, or change the harm.",
            ),
        ]
        triggers = [WithinOneOfItsIncident()]

    def __str__(self):
        return f"{self.uid} {self.get_harm_display()}"

    @property
    def victims(self):
        """Who the victims were, in words."""
        return ", ".join(filter(None, [super().victims, self.victim_group, self.occupation]))

    @property
    def line(self) -> Line:
        """The estimate as it is added up."""
        return Line(self.pk, self.within_id, self.harm, Counted.stated(*self.figures, self.at_least), self)

    @cached_property
    def rest(self) -> Counted:
        """How many of these people no estimate within this one counts."""
        lines = [each.line for each in self.incident.casualties.all()]
        return by_group(lines, lambda line: line.name).get(self.pk, Counted())

    @property
    def last_day(self):
        return self.incident.latest_on

    @property
    def scene(self):
        incident = self.incident
        return Scene(
            self.victim_force,
            VictimStatus.CIVILIAN in VictimStatus.line_of(self.victim_status),
            incident.earliest_on or date.min,
            incident.latest_on or date.max,
            incident.conflict_id,
            tuple(
                (each.force, each.role) for each in incident.involvements.all() if each.standing == Standing.TOOK_PART
            ),
        )

    @classmethod
    def scene_lookups(cls):
        return [*super().scene_lookups(), "incident", *steps_up("incident__involvements__force")]

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.incident
