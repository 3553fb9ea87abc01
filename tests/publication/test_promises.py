"""Whatever two people do, in whatever order: readers see what was approved last, nothing twice, and nothing is lost."""

from contextlib import suppress

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from incidents.models import Casualty, Incident
from publication import review
from publication.merge import merge, undo
from publication.models import Merge
from publication.publish import PublishRefused
from publication.verify import faults
from records.choices import State
from tests.incidents.factories import CasualtyFactory, ClaimFactory, IncidentFactory
from tests.kept import kept
from tests.people import edit, reviewer
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish

LISTS = {"incident": "incidents", "casualty": "casualties", "article": "articles"}
INCIDENTS = 3

incident = st.integers(0, INCIDENTS - 1)
person = st.sampled_from(["ann", "bob"])
step = st.one_of(
    st.tuples(st.just("edit"), incident, person, st.integers(1, 9)),
    st.tuples(st.just("drop"), incident, person),
    st.tuples(st.just("add"), incident, person, st.integers(1, 9)),
    st.tuples(st.just("submit"), incident, person),
    st.tuples(st.just("approve"), incident, person),
    st.tuples(st.just("hand over"), incident, person),
    st.tuples(st.just("send back"), incident, person),
    st.tuples(st.just("take back"), incident, person),
    st.tuples(st.just("reopen"), incident, person),
    st.tuples(st.just("merge"), incident, person, incident),
    st.tuples(st.just("undo"), incident, person),
)


def said(record):
    """Return what the working record says now: its title and its casualties."""
    casualties = Casualty.objects.filter(incident=record)
    return record.title, {casualty.uid: casualty.best for casualty in casualties}


def article_and_incidents():
    """Return a published article, and incidents that it tells of and that nobody has approved."""
    article = ArticleFactory()
    approve_and_publish(article)
    casualties = [CasualtyFactory(incident=IncidentFactory(), low=1, best=1, high=1) for _ in range(INCIDENTS)]
    for casualty in casualties:
        ClaimFactory(casualty=casualty, toll=None, article=article, low=1, high=1)
    return article, *(casualty.incident for casualty in casualties)


class World:
    """Three incidents, two people, and the simplest account of what readers must see."""

    def __init__(self):
        self.people = {name: reviewer(name) for name in ("ann", "bob")}
        self.article, *self.incidents = kept("an article and incidents", article_and_incidents)
        self.approved = {}

    def other(self, by):
        return next(user for user in self.people.values() if user != by)

    def take(self, what, number, name, *more):
        record, by = Incident.objects.get(pk=self.incidents[number].pk), self.people[name]
        with suppress(ValidationError, PermissionDenied, PublishRefused), transaction.atomic():
            getattr(self, what.replace(" ", "_"))(record, by, *more)

    def edit(self, record, by, value):
        edit(record, by=by, title=f"Title {value}")
        for casualty in record.casualties.all():
            edit(casualty, by=by, low=0, best=value, high=9)

    def drop(self, record, by):
        with pghistory.context(user=by.pk):
            record.casualties.all().delete()

    def add(self, record, by, value):
        if record.casualties.filter(harm="wounded").exists():
            return
        with pghistory.context(user=by.pk):
            casualty = CasualtyFactory(incident=record, harm="wounded", low=0, best=value, high=9)
            ClaimFactory(casualty=casualty, toll=None, article=self.article, low=value, high=value)

    def submit(self, record, by):
        review.submit(record, by=by)

    def approve(self, record, by):
        review.approve(record, by=by)
        self.approved[record.uid] = said(record)
        losers = [record.uid]
        while losers:
            merges = Merge.objects.filter(kind="incident", survivor__in=losers, undone_at=None)
            losers = [each.loser for each in merges]
            for uid in losers:
                self.approved.pop(uid, None)

    def hand_over(self, record, by):
        """Submit, and let the other one approve: the ordinary day, which chance alone seldom finds."""
        review.submit(record, by=by)
        self.approve(record, self.other(by))

    def send_back(self, record, by):
        review.send_back(record, by=by, comment="Look again.")

    def take_back(self, record, by):
        review.take_back(record, by=by, reason_code="error", reason="It did not happen.")
        self.approved.pop(record.uid, None)

    def reopen(self, record, by):
        review.reopen(record, by=by)

    def merge(self, record, by, number):
        merge(record, Incident.objects.get(pk=self.incidents[number].pk), by=by, comment="The same.")

    def undo(self, record, by):
        done = Merge.objects.filter(kind="incident", loser=record.uid, undone_at=None).first()
        if done:
            undo(done, by=by)


class Walks(TestCase):
    """What every walk must keep, however it goes."""

    def lists(self, **moment):
        """Return all lists as readers get them, by kind and uid."""
        return {
            (kind, row["uid"]): row
            for kind, plural in LISTS.items()
            for row in self.client.get(f"/api/v1/{plural}/", {"limit": 1000, **moment}).json()["results"]
        }

    def replayed(self):
        """Return what a reader has who follows the feed from 0 into an empty dict."""
        store, url = {}, "/api/v1/changes/?since=0&limit=7"
        while url:
            page = self.client.get(url).json()
            for item in page["results"]:
                if item["document"] is None:
                    del store[item["kind"], item["uid"]]
                else:
                    store[item["kind"], item["uid"]] = item["document"]
            url = page["next"]
        return store

    def walk(self, steps):
        world = World()
        seen = {}
        for what, *rest in steps:
            world.take(what, *rest)
            now = self.lists()
            served = {
                uid: (row["title"], {part["uid"]: part["best"] for part in row["casualties"]})
                for (kind, uid), row in now.items()
                if kind == "incident"
            }
            assert served == world.approved, what
            inside = [uid for _, casualties in served.values() for uid in casualties]
            assert sorted(inside) == sorted(uid for kind, uid in now if kind == "casualty"), what
            assert len(set(inside)) == len(inside), "a death stands in two records"
            seq = self.client.get("/api/v1/changes/?since=0").json()["seq"]
            assert seen.setdefault(seq, now) == now
        assert self.replayed() == self.lists()
        for seq, then in seen.items():
            assert self.lists(as_of=seq) == then
        states = Incident.objects.filter(state=State.APPROVED).values_list("uid", flat=True)
        assert set(states) <= set(world.approved)
        assert list(faults()) == []


class Promises(Walks):
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(step, min_size=4, max_size=16))
    def test_readers_see_the_last_approved_state_and_every_state_before(self, steps):
        self.walk(steps)
