"""Create the roles of accounts."""

from django.core.management.base import BaseCommand

from config.roles import ROLES, ensure_roles


class Command(BaseCommand):
    help = "Create the groups Curator and Reviewer, or bring their permissions up to date. Run it after `migrate`."

    def handle(self, **options):
        ensure_roles()
        return f"The roles are up to date: {', '.join(ROLES)}."
