import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proofs import scaled
from tests.publication import test_promises

WALKS = scaled(500)


class ManyPromises(test_promises.Walks):
    @pytest.fixture(autouse=True)
    def _ran(self, record_property):
        record_property("ran", f"{WALKS} random walks of 4 to 16 steps by two people over three incidents")

    @settings(max_examples=WALKS, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(test_promises.step, min_size=4, max_size=16))
    def test_promises_are_kept(self, steps):
        """Whatever two people do, readers see what was approved last, nothing twice, and every state from before."""
        self.walk(steps)
