"""Rates such as 300/minute, read from the environment."""

from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

SECONDS_IN = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class Rate(NamedTuple):
    """How many requests one reader may make in a span of time."""

    name: str
    quota: int
    seconds: int


def read_rates(text):
    """Return the rates in a text such as `300/minute,20000/day`, the shortest span first; none for `off`."""
    if text == "off":
        return []
    rates = {}
    for part in text.split(","):
        quota, _, span = part.strip().partition("/")
        if not (quota.isascii() and quota.isdigit() and int(quota) and span in SECONDS_IN) or span in rates:
            raise ImproperlyConfigured(
                f"HAMRIN_RATE_LIMIT cannot be “{text}”: write “off”, or one rate for each of some spans "
                f"({', '.join(SECONDS_IN)}), such as 300/minute,20000/day."
            )
        rates[span] = Rate(span, int(quota), SECONDS_IN[span])
    return sorted(rates.values(), key=lambda rate: rate.seconds)
