"""Addresses of the admin's pages about one record."""

from django.db.models import Model
from django.urls import reverse


def page_of(record: Model, page: str = "change") -> str:
    """Return the address of a record's own page in the admin."""
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[record.pk])
