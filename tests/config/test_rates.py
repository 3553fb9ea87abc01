"""Rates as the environment gives them."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.rates import Rate, read_rates


def test_rates_are_read_with_the_shortest_span_first():
    assert read_rates("20000/day, 300/minute") == [Rate("minute", 300, 60), Rate("day", 20000, 86400)]


def test_a_limit_may_be_off():
    assert read_rates("off") == []


@pytest.mark.parametrize("text", ["", "300", "/minute", "0/minute", "-1/day", "300/week", "1/day,2/day", "off,1/day"])
def test_what_is_no_rate_is_refused_with_what_to_write(text):
    with pytest.raises(ImproperlyConfigured, match=f"^HAMRIN_RATE_LIMIT cannot be “{text}”: write “off”, or one rate"):
        read_rates(text)
