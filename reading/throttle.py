"""How much one reader may ask in a time: counted in Django's cache, so that a reader's request writes nothing.

REST framework's own throttles keep a list of times that two threads can overwrite for each other, and they do not say
what is left. Here a window begins with a reader's first request, and one integer holds it: when it ends, in hundredths
of a second, and how many requests it has seen. So counting is one atomic step of the cache, in one process or in many.
"""

import time
from contextlib import suppress
from ipaddress import ip_address, ip_network
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import Throttled
from rest_framework.throttling import BaseThrottle

#: By what the end of a window is multiplied, to leave room for its requests in one integer of 64 bits.
ROOM = 10**7


class Used(NamedTuple):
    """How many requests a reader has made of one rate, and in how many seconds its window ends."""

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
        over, counted = count(digest_of(self.get_ident(request)), rates)
        view.headers["RateLimit-Policy"] = ", ".join(f'"{each.name}";q={each.quota};w={each.seconds}' for each in rates)
        view.headers["RateLimit"] = ", ".join(
            f'"{each.rate.name}";r={max(each.left, 0)};t={each.ends_in}' for each in counted
        )
        if over:
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
    """Count one request of a client; return the rates that refuse it, and what is used of every rate.

    A request that a rate refuses is not counted in the longer ones, however long a reader goes on asking.
    """
    used = [used_in(rate, cache.get(key_of(client, rate))) for rate in rates]
    over = [each for each in used if each.left <= 0]
    for number, rate in enumerate(rates if not over else []):
        used[number] = add_one(client, rate)
        if used[number].left < 0:
            # Others asked in the same moment.
            return [used[number]], used
    return over, used


def add_one(client, rate):
    """Count one request in the window of a client, or begin one; return what is used."""
    key = key_of(client, rate)
    while True:
        cache.add(key, int((time.time() + rate.seconds) * 100) * ROOM, rate.seconds)
        # The window may end between the two steps, and be gone or be there still.
        with suppress(ValueError):
            counted = used_in(rate, cache.incr(key))
            if counted.used:
                return counted
            cache.delete(key)


def used_in(rate, window):
    """Return what a window says is used: nothing if there is none, or it has ended."""
    ends_at, used = divmod(window or 0, ROOM)
    left = ends_at / 100 - time.time()
    return Used(rate, used, ceil(left)) if left > 0 else Used(rate, 0, rate.seconds)


def key_of(client, rate):
    return f"rate/{client}/{rate.name}"
