import pytest
from hypothesis import HealthCheck, given, settings

from tests.incidents import test_stats
from tests.proofs import scaled

CAMPAIGNS = scaled(200)

many = settings(max_examples=CAMPAIGNS, deadline=None, suppress_health_check=list(HealthCheck), database=None)


class ManySums(test_stats.Sums):
    @pytest.fixture(autouse=True)
    def _ran(self, record_property):
        record_property("ran", f"{CAMPAIGNS} random campaigns of up to five incidents with a toll")

    @many
    @given(test_stats.attacks, test_stats.toll)
    def test_sums_are_counted_independently(self, attacks, count):
        """Sums on both bases are those of an independent count over the flat tables."""
        self.compare_with_an_independent_count(attacks, count)

    @many
    @given(test_stats.counts, test_stats.turn)
    def test_reconciled_sums_stay(self, counts, turn):
        """Entering what a toll counts already changes no reconciled sum."""
        self.enter_what_a_toll_counts_already(counts, turn)


class ManyKnown(test_stats.Known):
    @pytest.fixture(autouse=True)
    def _ran(self, record_property):
        record_property("ran", f"{CAMPAIGNS} random sequences of up to five changes, and every kept sum after each")

    @many
    @given(test_stats.changes)
    def test_known_sums_are_right(self, changes):
        """Sums that are kept and brought up to date are those of everything."""
        self.compare_with_sums_of_everything(changes)
