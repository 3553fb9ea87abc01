from django.db import transaction

from tests.incidents.test_histories import History
from tests.proofs import scaled

HISTORIES = scaled(200)


def test_histories(db, client, record_property):
    """After any history of editing, sums and tolls are those of a plain recount, and nothing undecided adds a death."""
    record_property("ran", f"{HISTORIES} random histories of 6 to 8 steps over incidents and tolls")
    for number in range(100, 100 + HISTORIES):
        with transaction.atomic():
            History(number, client).walk()
            transaction.set_rollback(True)
