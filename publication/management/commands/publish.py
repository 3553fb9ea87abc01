"""Publish approved records."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from records.choices import State
from records.rules import RulesBroken

from ...documents import KINDS
from ...publish import PublishRefused, publish, uncollected


class Command(BaseCommand):
    help = "Publish every approved record that is new or has changed since it was last published."

    def add_arguments(self, parser):
        parser.add_argument("--approved", action="store_true", required=True, help="all approved records")
        parser.add_argument("--by", default="", help="the account to record as publisher")
        parser.add_argument("--reason", default="", help="why, for readers")

    @uncollected()
    @transaction.atomic
    def handle(self, *, by, reason, **options):
        models = [kind.model for kind in KINDS.values() if kind.queryset]
        records = [record for model in models for record in model.objects.filter(state=State.APPROVED)]
        try:
            revisions = publish(records, by=by, reason=reason)
        except (PublishRefused, RulesBroken) as refused:
            raise CommandError(refused.message if isinstance(refused, RulesBroken) else str(refused)) from refused
        if revisions:
            return f"Published {len(revisions)} revisions of {len(records)} records, up to seq {revisions[-1].seq}."
        return f"All {len(records)} approved records are published already."
