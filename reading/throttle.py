"""How much one reader may ask in a time: counted in the database, so that all processes count together."""

from ipaddress import ip_address, ip_network
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import Throttled
from rest_framework.throttling import BaseThrottle

from publication.models import Quota

#: Counts a request in every span at once, beginning a new one where the last has ended.
COUNT = """
    INSERT INTO publication_quota AS quota (client, seconds, used, ends_at)
    SELECT %s, seconds, 1, now() + make_interval(secs => seconds) FROM unnest(%s::int[]) AS asked (seconds)
    ON CONFLICT (client, seconds) DO UPDATE SET
        used = CASE WHEN quota.ends_at > now() THEN quota.used + 1 ELSE 1 END,
        ends_at = CASE WHEN quota.ends_at > now() THEN quota.ends_at ELSE excluded.ends_at END
    RETURNING seconds, used, extract(epoch FROM ends_at - now())
"""
#: Removes spans that have ended, apart from those that are being renewed at this moment.
SWEEP = """
    DELETE FROM publication_quota WHERE (client, seconds) IN (
        SELECT client, seconds FROM publication_quota WHERE ends_at <= now() FOR UPDATE SKIP LOCKED
    )
"""


class Used(NamedTuple):
    """What a reader has asked of one rate, this request included, and in how many seconds its span ends."""

    rate: tuple
    used: int
    ends_in: int

    @property
    def left(self):
        return self.rate.quota - self.used


class Exceeded(Throttled):
    """Raised if a reader asked more than the rates allow."""

    def __init__(self, over):
        worst = max(over, key=lambda each: each.ends_in)
        super().__init__(worst.ends_in)
        self.detail = (
            f"That is more than {worst.rate.quota} requests in a {worst.rate.name}. Ask again in {worst.ends_in} "
            "seconds. To fetch everything, take a release: its files are not counted."
        )
        self.members = {
            "type": "https://iana.org/assignments/http-problem-types#quota-exceeded",
            "title": "Quota exceeded",
            "violated-policies": [each.rate.name for each in over],
        }


class ClientThrottle(BaseThrottle):
    """Counts the requests of each address, and says in the headers of every answer how many are left.

    The headers are those of draft-ietf-httpapi-ratelimit-headers-11. A refused request is not counted; a 304 is.
    """

    def allow_request(self, request, view):
        rates = settings.HAMRIN_RATE_LIMIT
        if not rates:
            return True
        client = digest_of(self.get_ident(request))
        counted = count(client, rates)
        view.headers["RateLimit-Policy"] = ", ".join(f'"{each.name}";q={each.quota};w={each.seconds}' for each in rates)
        view.headers["RateLimit"] = ", ".join(
            f'"{each.rate.name}";r={max(each.left, 0)};t={each.ends_in}' for each in counted
        )
        if over := [each for each in counted if each.left < 0]:
            give_back(client, [each for each in counted if each.left >= 0])
            raise Exceeded(over)
        return True


def digest_of(address):
    """Return what stands for an address in the counts; the addresses of one IPv6 network (/64) are one reader's."""
    try:
        known = ip_address(address)
        if known.version == 6:
            address = str(known.ipv4_mapped or ip_network((known, 64), strict=False))
    except ValueError:
        # Whatever a proxy wrote instead of an address still tells one reader from another.
        pass
    return salted_hmac("reading.throttle", address, algorithm="sha256").hexdigest()


def count(client, rates):
    """Count one request of a client; return for each rate how much of it is used."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [client, [rate.seconds for rate in rates]])
        rows = {seconds: (used, ceil(ends_in)) for seconds, used, ends_in in cursor.fetchall()}
        if rows[rates[-1].seconds][0] == 1:
            cursor.execute(SWEEP)
    return [Used(rate, *rows[rate.seconds]) for rate in rates]


def give_back(client, counted):
    """Take back the count of a refused request from the rates that would have allowed it."""
    for each in counted:
        Quota.objects.filter(client=client, seconds=each.rate.seconds, used__gt=0).update(used=F("used") - 1)
