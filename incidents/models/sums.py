"""Sums that were computed before."""

from django.db import models


class KnownSums(models.Model):
    """The sums that answered a question about published incidents at one seq, kept to speed up the next answer."""

    question = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what was asked.")
    seq = models.BigIntegerField(help_text="The seq of the log at which the sums hold.")
    groups = models.TextField(help_text="JSON: pairs of keys and numbers.")
    summed_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return f"{self.question[:12]} at {self.seq}"
