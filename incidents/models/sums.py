"""What the publishing transaction keeps for readers beside the log: nobody else writes it."""

from django.db import models

from ..choices import Coverage


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
    low = models.BigIntegerField(help_text="The sum of the lowest numbers.")
    best = models.BigIntegerField(help_text="The sum of the best numbers.")
    high = models.BigIntegerField(help_text="The sum of the highest numbers that are closed.")
    n_open = models.BigIntegerField(help_text="How many incidents have an open highest number.")
    n_incidents = models.BigIntegerField(help_text="How many incidents it rests on.")
    n_aggregated = models.BigIntegerField(help_text="How many of these tell several events as one.")
    n_at_least = models.BigIntegerField(help_text="In how many of them the best number is a floor.")
    n_without_figure = models.BigIntegerField(help_text="How many of them say of some people not how many they were.")

    def __str__(self):
        return f"{self.key}: {self.best}"


class ProvisionalLink(models.Model):
    """An incident of the log that an adopted toll may count by the codes, as long as nobody decides."""

    toll = models.CharField(max_length=20, help_text="The uid of the toll.")
    incident = models.CharField(max_length=20, help_text="The uid of the incident.")
    relation = models.CharField(max_length=12, choices=Coverage, help_text="What the codes propose.")
    since = models.BigIntegerField(help_text="The seq of the log from which it holds.")
    until = models.BigIntegerField(null=True, help_text="The seq from which it holds no more. Null: it holds.")

    class Meta:
        indexes = [
            models.Index(fields=["toll", "incident"], name="provisional_by_toll"),
            models.Index(fields=["incident"], name="provisional_by_incident"),
        ]
        constraints = [
            Coverage.closes("relation"),
            models.UniqueConstraint(
                fields=["toll", "incident"],
                condition=models.Q(until=None),
                name="provisional_link_once",
                violation_error_message="The link is there already.",
            ),
        ]

    def __str__(self):
        return f"{self.toll} {self.relation} {self.incident}"
