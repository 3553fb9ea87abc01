from tests.proofs import scaled
from tests.publication import test_crash

migrated = test_crash.migrated
site = test_crash.site

PUBLICATIONS = scaled(3000)


def test_feed_is_whole(site, record_property):
    """Who follows the feed while eight processes publish sees every seq once and in order, and the log is whole."""
    seen = test_crash.followed(site, PUBLICATIONS)
    record_property("ran", f"{len(seen):,} publications")
    assert seen == list(range(1, len(seen) + 1))
    assert site.whole_up_to() == len(seen)
