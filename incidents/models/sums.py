"""Sums that the publishing transaction keeps for readers; `incidents.stats.keeping` alone writes them."""

from django.db import models


class KnownSums(models.Model):
    """A question without filters whose sums are kept, and the seq of the log that they are true of."""

    question = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what is asked.")
    seq = models.BigIntegerField(default=0, help_text="Where the log stood when they were last brought up to date.")

    def __str__(self):
        return f"{self.question[:12]} at {self.seq}"


class KnownGroup(models.Model):
    """One group of kept sums."""

    pk = models.CompositePrimaryKey("sums", "key")
    sums = models.ForeignKey(KnownSums, models.CASCADE, related_name="groups")
    key = models.TextField(help_text="JSON: what the group has in each dimension that the question groups by.")
    total = models.BigIntegerField(help_text="The sum of what is stated.")
    n_incidents = models.BigIntegerField(help_text="How many incidents it rests on.")
    n_estimates = models.BigIntegerField(help_text="How many estimates it rests on.")
    n_without_figure = models.BigIntegerField(help_text="How many of these state no number.")

    def __str__(self):
        return f"{self.key}: {self.total}"
