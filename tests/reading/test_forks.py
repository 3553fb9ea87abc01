"""A log that was restored from a backup and went on differently is never taken for the one before."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from publication.positions import position_at
from publication.releases import building
from tests.conftest import EMPTY_TABLES
from tests.kept import numbers, put_back, rows_of_tables
from tests.operations.factories import ForceFactory
from tests.theatre import approve_and_publish, published_theatre

REASON = "Restored from the backup of 24 November."
LIST, ONE, FEED, META = "/api/v1/forces/", "/api/v1/forces/isis/", "/api/v1/changes/", "/api/v1/meta/"


class Fork:
    """A log that was backed up at seq 16, went on to 18, was restored, and went on to 18 again."""

    def __init__(self, client):
        self.client, self.theatre = client, published_theatre()
        rows, counted = rows_of_tables(), numbers()
        self.backup = self.looks()
        approve_and_publish(ForceFactory(slug="lost"), ForceFactory(slug="lost-too"))
        building.build_release("2026.1")
        self.old = self.looks()
        with connection.cursor() as cursor:
            cursor.execute(EMPTY_TABLES)
        put_back(rows, counted)
        call_command("open_epoch", reason=REASON)
        self.restored = self.looks()
        approve_and_publish(ForceFactory(slug="kept"), ForceFactory(slug="kept-too"))
        self.new = self.looks()

    def looks(self):
        """Return what readers get now, by address."""
        return {address: self.client.get(address) for address in (LIST, ONE, FEED, META, "/api/v1/stats/?by=year")}


@pytest.fixture
def fork(transactional_db, client, settings, tmp_path):
    settings.HAMRIN_DATA = tmp_path
    return Fork(client)


def link(answer):
    return re.search('<([^>]*)>; rel="cite-as"', answer["Link"])[1]


@pytest.mark.django_db(transaction=True)
def test_no_etag_address_or_position_of_one_history_is_one_of_the_other(fork, client):
    for address, old in fork.old.items():
        new = fork.new[address]
        assert old["X-Data-Seq"] == new["X-Data-Seq"] == "18"
        assert old["X-Data-Chain"] != new["X-Data-Chain"]
        assert old["X-Data-Log"] == new["X-Data-Log"]
        assert (old["X-Data-Epoch"], new["X-Data-Epoch"]) == ("1", "2")
        assert len({each[address]["ETag"] for each in (fork.backup, fork.old, fork.restored, fork.new)}) == 4
        assert client.get(address, headers={"If-None-Match": old["ETag"]}).status_code == 200
    for address in (LIST, ONE):
        assert link(fork.old[address]) != link(fork.new[address])
        assert client.get(link(fork.old[address])).status_code == 409
        assert "immutable" in client.get(link(fork.new[address]))["Cache-Control"]
    positions = [
        {(item["seq"], item["chain"]) for item in each[FEED].json()["results"]} for each in (fork.old, fork.new)
    ]
    assert {seq for seq, _ in positions[0] & positions[1]} == set(range(1, 17))


@pytest.mark.django_db(transaction=True)
def test_who_followed_the_lost_history_is_told_from_where_to_read_again(fork, client):
    chain = fork.old[FEED].json()["chain"]
    answer = client.get(FEED, {"since": 18, "chain": chain})
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    here = position_at(18)
    assert answer.json()["detail"] == (
        f"At seq 18 the chain of this log is {here.short}…, and not {chain[:16]}: you followed another history. "
        "Its epoch 2 began after seq 16, because: Restored from the backup of 24 November. Forget what you have from "
        "beyond that seq, and ask for what follows it."
    )
    chain = fork.backup[FEED].json()["chain"]
    items = client.get(FEED, {"since": 16, "chain": chain}).json()["results"]
    assert [(item["uid"], item["epoch"]) for item in items] == [("kept", 2), ("kept-too", 2)]


@pytest.mark.django_db(transaction=True)
def test_who_is_ahead_of_the_restored_log_is_told_so(fork, client):
    answer = client.get(FEED, {"since": 19, "chain": fork.old[FEED].json()["chain"]})
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("This log ends at seq 18, so it is behind the one that you followed, or")


@pytest.mark.django_db(transaction=True)
def test_meta_lists_the_epochs_and_the_citation_names_log_epoch_and_chain(fork, client, get):
    log = get("meta/")["log"]
    assert [(each["number"], each["after_seq"], each["reason"]) for each in log["epochs"]] == [
        (1, 0, ""),
        (2, 16, REASON),
    ]
    assert (log["id"], log["epoch"], log["chain"]) == (log["epochs"][0]["id"], 2, position_at().chain)
    assert (
        f"data sequence 18, chain {log['chain'][:16]}, epoch 2 of log {log['id']}." in get("meta/")["citation"]["text"]
    )


@pytest.mark.django_db(transaction=True)
def test_a_release_of_the_lost_history_and_one_of_the_new_differ_in_every_way(fork, client, get):
    files = settings.HAMRIN_DATA / "releases/2026.1"
    old = json.loads((files / "datapackage.json").read_text())
    release = building.build_release("2026.1")
    new = json.loads((files / "datapackage.json").read_text())
    assert (old["seq"], new["seq"]) == (18, 18)
    assert (old["epoch"], new["epoch"]) == (1, 2)
    assert old["chain"] != new["chain"] == get("releases/2026.1/")["chain"] == release.chain
    assert new["log"] in (files / "README.md").read_text()
    pinned = client.get(LIST, {"release": "2026.1", "chain": old["chain"]})
    assert pinned.status_code == 409
    assert "immutable" not in client.get(LIST, {"release": "2026.1"})["Cache-Control"]
    assert not building.differing_files("2026.1")


@pytest.mark.django_db(transaction=True)
def test_the_log_of_two_epochs_is_whole(fork, capsys):
    call_command("verify_log")
    assert capsys.readouterr().out.endswith("The log is whole up to seq 18.\n")


def check(*arguments):
    script = Path(settings.BASE_DIR, "docs/check_log.py")
    # Isolated, and so without Hamrin or any package.
    done = subprocess.run([sys.executable, "-I", "-S", script, *arguments], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


@pytest.fixture
def feed(fork, live_server):
    return f"{live_server.url}{FEED}?limit=5"


@pytest.mark.django_db(transaction=True)
def test_the_page_that_checks_a_log_from_outside_accepts_what_the_api_serves(feed, fork, tmp_path, capsys):
    capsys.readouterr()
    call_command("head")
    head = tmp_path / "head.json"
    head.write_text(capsys.readouterr().out)
    said = check(feed, head)
    assert said.startswith(f"The log is whole up to seq 18, chain {position_at().chain}.\n")
    assert "It holds the head of seq 18, signed with the key " in said
    approve_and_publish(ForceFactory(slug="later"))
    assert "It holds the head of seq 18" in check(feed, head)
    head.write_text(head.read_text().replace('"seq": 18', '"seq": 17'))
    assert check(feed, head) == "The signature of the head is wrong.\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("forge", "found"),
    [
        (lambda items: items.pop(3), "seq 4 is missing: the next one is 5."),
        (lambda items: items[3].update(reason="forged"), "seq 4: force isis was altered, or one before it"),
        (lambda items: items[3]["document"].update(name="forged"), "seq 4: force isis was altered"),
        (lambda items: items[3].update(seal="0" * 64), "seq 4: force isis was altered"),
        (lambda items: items.pop(), "The log is another one, or was cut"),
    ],
)
def test_it_finds_a_published_copy_that_was_cut_or_rewritten(fork, client, capsys, tmp_path, forge, found):
    capsys.readouterr()
    call_command("head")
    head = tmp_path / "head.json"
    head.write_text(capsys.readouterr().out)
    items, log = fork.new[FEED].json()["results"], fork.new[META].json()["log"]
    copy = tmp_path / "changes.jsonl"
    copy.write_text("".join(f"{json.dumps(each)}\n" for each in [log, *items]))
    assert check(copy, head).startswith("The log is whole up to seq 18")
    forge(items)
    copy.write_text("".join(f"{json.dumps(each)}\n" for each in [log, *items]))
    assert check(copy, head).startswith(found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": 3, "chain": "xyz"}, "chain: Write the chain as the answer gave it"),
        ({"chain": "0" * 64}, "chain: Give it together with since"),
        ({"since": "2026-01-01", "chain": "0" * 64}, "chain: A chain belongs to a seq, and not to a time."),
    ],
)
def test_a_chain_without_its_seq_is_refused(theatre, client, asked, sentence):
    answer = client.get(FEED, asked)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(sentence)


@pytest.mark.django_db
def test_an_epoch_needs_a_history_and_a_reason(db):
    with pytest.raises(CommandError, match="Nothing is published"):
        call_command("open_epoch", reason=REASON)
    published_theatre()
    with pytest.raises(CommandError, match="Say why"):
        call_command("open_epoch", reason=" ")
