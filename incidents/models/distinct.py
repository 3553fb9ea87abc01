"""Which incidents were taken for the same, and are not."""

from django.db import models
from django.db.models import F, Q

from records.duplicates import ToldApart

from .incident import Incident


class DistinctIncidents(ToldApart):
    """A decision that two incidents that look alike are two, and no duplicates of each other."""

    incident = models.ForeignKey(
        Incident, models.CASCADE, related_name="distinct_from", help_text="One of the two incidents."
    )
    other = models.ForeignKey(Incident, models.CASCADE, related_name="+", help_text="The other one.")

    key = ("incident__uid", "other__uid", "reason")

    class Meta:
        ordering = ["incident", "other", "at"]
        verbose_name = "decision on a duplicate"
        verbose_name_plural = "decisions on duplicates"
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "other", "reason"],
                name="distinct_incidents_once_per_reason",
                violation_error_message="This decision is listed already.",
            ),
            models.CheckConstraint(
                condition=~Q(incident=F("other")),
                name="distinct_incidents_are_two",
                violation_error_message="An incident cannot be told apart from itself.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="distinct_incidents_say_why",
                violation_error_message="Say why they are not the same, so that others can follow.",
            ),
        ]

    def __str__(self):
        return f"{self.incident.uid} is not {self.other.uid}"
