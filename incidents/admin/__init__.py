"""Incidents, casualties, tolls and claims as curators edit them."""

from . import estimates, incidents, tolls

__all__ = ["estimates", "incidents", "tolls"]
