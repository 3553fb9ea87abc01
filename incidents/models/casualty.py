"""To whom it happened: estimates of people harmed."""

from functools import cached_property

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from operations.models import Force, counts_in_order
from records.keys import Keyed, UidField
from records.triggers import part_of
from records.word_index import word_index

from ..choices import (
    Basis,
    Harm,
    VictimStatus,
)
from ..figures.estimates import suggest_estimate
from .incident import Incident


class Victims(models.Model):
    """Who was harmed and how, with our estimate of how many."""

    #: The row that counts these people too; only casualties can name one.
    within_id = None

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
    basis = models.CharField(
        max_length=20, choices=Basis, default=Basis.SINGLE_CLAIM, help_text="What the estimate is based on."
    )
    note = models.TextField(
        blank=True,
        help_text="Why the estimate differs from what the claims suggest. Required for a coder’s judgement. Public.",
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
        """What the claims that were loaded with the row suggest."""
        return suggest_estimate(self.claims.all(), self.victim_force)

    @classmethod
    def suggestions(cls, estimates):
        """Return what the saved claims of each estimate suggest, by the primary key of the estimate."""
        claims = {estimate.pk: [] for estimate in estimates}
        relation = cls._meta.get_field("claims").field
        related = ("article__outlet", "article__copied_from", "article__syndicated_from", "claimed_by")
        for claim in relation.model.objects.filter(**{f"{relation.name}__in": claims}).select_related(*related):
            claims[getattr(claim, relation.attname)].append(claim)
        return {each.pk: suggest_estimate(claims[each.pk], each.victim_force) for each in estimates}

    def suggestion(self):
        """Return what the saved claims suggest."""
        return self.suggestions([self])[self.pk]

    def departs_from(self, suggestion):
        """Return whether the estimate differs from the suggestion without being a judgement or another dataset's."""
        return self.figures != suggestion.figures and self.basis not in {Basis.CODER_JUDGEMENT, Basis.DATASET}


def figures_in_words(figures):
    """Return low, best and high as one text, such as 2–3–4, with a question mark where no figure is stated."""
    return "–".join("?" if figure is None else str(figure) for figure in figures)


class WithinOneOfItsIncident(pgtrigger.Trigger):
    """An estimate that is a subset of another one is of the same incident and harm (or of killed or wounded), which is
    itself no subset."""

    name = "within_one_of_its_incident"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Deferred
    # A new estimate has no subsets yet, unless those are new as well and checked themselves.
    func = """
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
    """Our estimate of the number of people harmed in an incident: one victim group and one kind of harm."""

    uid = UidField("CAS")
    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="casualties", help_text="The incident in which people were harmed."
    )
    within = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subsets",
        help_text="The estimate of this incident that already counts these people, as in “ten, of whom two officers”:"
        " they are not added to it again.",
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
        triggers = [WithinOneOfItsIncident()]

    def __str__(self):
        return f"{self.uid} {self.get_harm_display()}"

    def whole(self):
        """Return the record that this one is reviewed and published with."""
        return self.incident
