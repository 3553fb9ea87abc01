"""Random histories of editing, submitted, approved and published: sums and tolls are those of a plain recount."""

from contextlib import suppress
from random import Random

import pghistory
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InternalError, transaction

from incidents.choices import Basis, CountedAs, Coverage, Harm, VictimStatus
from incidents.models import Incident, Toll
from publication import review
from publication.merge import merge
from publication.publish import PublishRefused
from records.choices import CLOSED
from tests.incidents.campaign import Campaign, settle
from tests.incidents.counted_again import DIMENSIONS, Published
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    IncidentCitationFactory,
    IncidentFactory,
    TollClaimFactory,
    TollCoverageFactory,
    TollFactory,
)
from tests.kept import kept
from tests.operations.factories import OperationFactory
from tests.people import reviewer
from tests.theatre import approve_and_publish

CONTAINED, LIKELY, POSSIBLE, EXCLUDED = Coverage
JUDGED = {"basis": Basis.CODER_JUDGEMENT, "note": "As the report has it."}
DAYS = [
    "2021-11-30", "2021-12-03", "2021-12-05", "2021-12-12", "2021-12-20", "2021-11-29/2021-12-02",
    "2021-12-04/2021-12-14", "2021-12", "../2021-12-04", "",
]  # fmt: skip
WINDOWS = ["2021-12-01/2021-12-10", "2021-12-11/2021-12-20", "2021-12", "2021-11-27/2021-12-12"]
HARMS = [*[Harm.KILLED] * 5, Harm.WOUNDED, Harm.KILLED_OR_WOUNDED, Harm.ABDUCTED]
REFUSED = (ValidationError, PermissionDenied, PublishRefused, IntegrityError, InternalError)

#: Steps by name, the usual ones more often.
STEPS = [
    *["enter"] * 4, *["adopt"] * 3, *["decide"] * 3, "correct", "add_victims", "date", "move", "assign", "nest",
    "recount", "leave", "withdraw", "withdraw_toll", "merge",
]  # fmt: skip


class World:
    """A campaign with one operation within another, two people who code and review, and their records."""

    def __init__(self, draw):
        self.draw, self.campaign = draw, kept("campaign", Campaign)
        self.part = OperationFactory(parent=self.campaign.operation)
        self.other = OperationFactory()
        approve_and_publish(self.part, self.other)
        self.ann, self.bob = reviewer("ann"), reviewer("bob")

    def take(self, name):
        """Take one step, unless a rule refuses it; return whether it was taken."""
        with suppress(*REFUSED), transaction.atomic():
            with pghistory.context(user=self.ann.pk):
                record = getattr(self, name)()
            settle()
            if record is None:
                return False
            if record.state not in CLOSED:
                review.submit(record, by=self.ann)
                review.approve(record, by=self.bob)
            settle()
            return True
        return False

    def one(self, model):
        """Return any record that is neither withdrawn nor merged; refuse if there is none."""
        if found := list(model.objects.exclude(state__in=CLOSED).order_by("uid")):
            return self.draw.choice(found)
        raise ValidationError("There is none.")

    def people(self, few=5):
        """Return low, best and high, some of them not stated."""
        low = self.draw.randint(0, few)
        best, high = low + self.draw.randint(0, 2), low + 2 + self.draw.randint(0, 3)
        bounds = [
            (best, best, best),
            (low, best, high),
            (low, None, None),
            (None, best, None),
            (low, best, None),
            (None, None, high),
        ]
        return dict(zip(("low", "best", "high"), self.draw.choice([bounds[0], *bounds]), strict=True))

    def victims(self):
        forces = [self.campaign.army, self.campaign.brigade, self.campaign.peshmerga, None]
        return self.draw.choice(
            [{"victim_force": force, "victim_status": VictimStatus.SECURITY_FORCE_MEMBER} for force in forces]
            + [{"victim_status": VictimStatus(name)} for name in ("civilian", "civilian", "unknown", "official")]
        )

    def operation(self):
        return self.draw.choice([None, None, self.campaign.operation, self.part, self.other])

    def place(self):
        place = self.draw.choice([None, self.campaign.iraq, self.campaign.kirkuk, self.campaign.diyala])
        precision = {None: "unknown", self.campaign.iraq: "country"}.get(place, "first_level")
        return {"place": place, "location_precision": precision}

    def enter(self):
        incident = IncidentFactory(
            when=self.draw.choice(DAYS), operation=self.operation(), kind="ambush", **self.place()
        )
        IncidentCitationFactory(incident=incident, article=self.campaign.article)
        for _ in range(self.draw.choice([1, 1, 2, 3])):
            self.add_line(incident)
        if self.draw.random() < 0.2:
            counted = incident.casualties.filter(harm=Harm.KILLED, counted_as=CountedAs.VICTIMS)
            bests = [each.best if each.best is not None else each.low or 0 for each in counted]
            incident.killed_low, incident.killed_high = sum(bests), sum(bests) + 1
            incident.save()
        return incident

    def add_line(self, incident):
        lines = list(incident.casualties.order_by("uid"))
        casualty = CasualtyFactory(
            incident=incident,
            harm=self.draw.choice(HARMS),
            counted_as=self.draw.choice([CountedAs.VICTIMS] * 6 + [CountedAs.ATTACKERS]),
            victim_group=f"group {len(lines)}",
            within=self.draw.choice([None, *lines]),
            **self.victims(),
            **self.people(),
            **JUDGED,
        )
        ClaimFactory(casualty=casualty, article=self.campaign.article)

    def add_victims(self):
        incident = self.one(Incident)
        self.add_line(incident)
        return incident

    def correct(self):
        incident = self.one(Incident)
        for casualty in incident.casualties.all():
            for name, value in (self.people() | self.draw.choice([{}, self.victims()])).items():
                setattr(casualty, name, value)
            casualty.save()
        return self.refreshed(incident)

    def date(self):
        return self.changed(self.one(Incident), when=self.draw.choice(DAYS))

    def move(self):
        return self.changed(self.one(Incident), **self.place())

    def assign(self):
        return self.changed(self.one(Incident), operation=self.operation())

    def changed(self, record, **values):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
        return self.refreshed(record)

    @staticmethod
    def refreshed(record):
        record.refresh_from_db()
        return record

    def adopt(self):
        """Enter a toll, mostly adopted and large; sometimes it covers incidents at once, or lies within another."""
        number, floor = self.draw.choice([3, 20, 40, 60]), self.draw.random() < 0.2
        around = self.draw.choice([None, *Toll.objects.exclude(state__in=CLOSED).order_by("uid")])
        if around:
            scope = {name: getattr(around, name) for name in ("victim_force", "victim_status", "harm", "operation")}
            window = self.draw.choice([around.when, around.when, *WINDOWS])
        else:
            scope = self.victims() | {
                "harm": self.draw.choice([*HARMS[:6], Harm.KILLED_OR_WOUNDED]), "operation": self.operation()
            }  # fmt: skip
            window = self.draw.choice(WINDOWS)
        toll = TollFactory(
            when=window,
            adopted=self.draw.random() < 0.9,
            parent=around,
            low=number,
            best=number + (0 if floor else self.draw.randint(0, 3)),
            high=None if floor else number + 3 + self.draw.randint(0, 5),
            **scope,
            **JUDGED,
        )
        TollClaimFactory(toll=toll, article=self.campaign.article)
        if around:
            toll.places.set(around.places.all())
        elif self.draw.random() < 0.3:
            toll.places.add(self.draw.choice([self.campaign.iraq, self.campaign.kirkuk]))
        for incident in Incident.objects.exclude(state__in=CLOSED).order_by("uid"):
            if self.draw.random() < 0.3:
                self.cover(toll, incident)
        return toll

    def cover(self, toll, incident):
        TollCoverageFactory(
            toll=toll,
            incident=incident,
            relation=self.draw.choice([CONTAINED, CONTAINED, LIKELY, POSSIBLE, EXCLUDED]),
            reason="As the report has it.",
        )

    def decide(self):
        """Decide on an incident of a toll, again or for the first time, sometimes with how many of its people."""
        toll, incident = self.one(Toll), self.one(Incident)
        toll.coverage.filter(incident=incident).delete()
        self.cover(toll, incident)
        if self.draw.random() < 0.4:
            toll.coverage.filter(incident=incident).exclude(relation=EXCLUDED).update(people=self.draw.randint(1, 4))
        return self.refreshed(toll)

    def leave(self):
        """Take back what was decided about a toll."""
        toll = self.one(Toll)
        toll.coverage.all().delete()
        return self.refreshed(toll)

    def nest(self):
        return self.changed(
            self.one(Toll), parent=self.draw.choice([None, self.one(Toll)]), adopted=self.draw.random() < 0.8
        )

    def recount(self):
        number = self.draw.choice([2, 15, 50])
        return self.changed(
            self.one(Toll), low=number, best=number, high=number, when=self.draw.choice([*WINDOWS, WINDOWS[2]])
        )

    def withdraw(self):
        return self.taken_back(self.one(Incident))

    def withdraw_toll(self):
        return self.taken_back(self.one(Toll))

    def taken_back(self, record):
        review.take_back(record, by=self.bob, reason_code="error", reason="It did not happen.")
        return self.refreshed(record)

    def merge(self):
        loser, survivor = self.one(Incident), self.one(Incident)
        merge(loser, survivor, by=self.ann, comment="The same.")
        return self.refreshed(survivor)


class History:
    """A random history, and what sums and tolls must keep in it."""

    def __init__(self, number, client):
        self.number, self.client, self.draw = number, client, Random(number)

    def asked(self, **parameters):
        response = self.client.get("/api/v1/stats/", {"measure": "killed", **parameters})
        assert response.status_code == 200, response.content
        return response.json()

    def walk(self):
        world = World(self.draw)
        for place in range(self.draw.randint(6, 8)):
            name = self.draw.choice(STEPS if place > 3 else STEPS[:7])
            before = self.asked(basis="reconciled", explain="1") if name == "enter" else None
            held = set(Published().incidents) if before else set()
            if world.take(name):
                published = Published()
                self.check_documents(published)
                if before:
                    self.check_that_nothing_undecided_added_a_death(published, held, before)
                if place == 4:
                    self.check_sums(published, self.draw)
        self.check_sums(Published(), self.draw)

    def check_documents(self, published):
        """The arithmetic of each toll is that of a recount of everything."""
        for uid, toll in published.tolls.items():
            expected = published.toll_document(uid)
            links = [(each["incident"], each["relation"]) for each in toll["provisional"]["incidents"]]
            assert {name: toll["explained"][name] for name in ("low", "best")} == expected["explained"], uid
            assert toll["residual"]["best"] == expected["residual"], uid
            assert (toll["provisional"]["n"], links) == (len(expected["provisional"]), expected["provisional"]), uid

    def check_sums(self, published, draw):
        """Sums are those of a recount, on both bases and under filters, and keep what they promise."""
        filters = [
            {},
            {"date_from": "2021-12-01", "date_to": draw.choice(["2021-12-10", "2021-12-31"])},
            {"victim": draw.choice(["army", "brigade", "civilian", "security_force_member", "unknown"])},
            {"operation": draw.choice(sorted(published.by_kind["operation"]))},
            {"place": draw.choice(["iraq", "kirkuk"])},
            {"victim": "army", "date_from": "2021-11-27", "date_to": "2021-12-31"},
        ]
        for asked in filters:
            measure = draw.choice(["killed"] * 3 + ["wounded", "killed_or_wounded", "casualties"])
            incidents = None
            for basis in ("incident", "reconciled"):
                by = draw.choice([None, *DIMENSIONS])
                answer = self.asked(measure=measure, basis=basis, **asked, **({"by": by} if by else {}))
                question = (measure, by, asked, basis)
                self.compare(answer, published.stats(*question), by, question)
                self.check_promises(answer, by, incidents, published, question)
                incidents = answer["total"]
        self.check_adjoining(draw)

    def compare(self, answer, expected, by, question):
        total = expected.pop("total")
        assert seen(answer["total"]) == total, question
        if by:
            found = {row[by]: seen(row) for row in answer["results"]}
            assert found == expected, question

    def check_promises(self, answer, by, incidents, published, question):
        """Bounds are in order, no best is lost, and groups come to the total."""
        rows = [seen(row) for row in answer["results"]]
        low, best, high = seen(answer["total"])
        for row in (*rows, (low, best, high)):
            assert row[0] <= row[1], question
            assert row[2] is None or row[1] <= row[2], question
        assert best >= max([0, *(published.tolls[uid]["best"] for uid in answer["tolls_added"])]), question
        if incidents:
            assert best >= (incidents["best"] or 0), question
        if by:
            assert sum(row[1] for row in rows) == best, question
            assert sum(row[0] for row in rows) <= low, question

    def check_adjoining(self, draw):
        """Two windows one after the other hold no more than the window over both."""
        day = draw.randint(2, 19)
        windows = [
            {"date_to": f"2021-12-{day:02}"},
            {"date_from": f"2021-12-{day + 1:02}", "date_to": "2021-12-31"},
            {"date_to": "2021-12-31"},
        ]
        first, second, both = (seen(self.asked(**window)["total"]) for window in windows)
        assert first[0] + second[0] <= both[0]
        assert first[1] + second[1] <= both[1]
        assert both[2] is None or (first[2] or 0) + (second[2] or 0) <= both[2]

    def check_that_nothing_undecided_added_a_death(self, published, held, before):
        """An incident that tolls with room for it may count changes neither the lowest nor the best number."""
        (new,) = published.incidents.keys() - held
        links = {uid: published.links(uid).get(new) for uid in before["tolls_added"]}
        fitting = {uid for uid, link in links.items() if link}
        lines = [line for line in published.incidents[new]["casualties"] if published.matches(line, "killed", {})]
        if not all(any(published.scopes[uid].counts(line) for uid in fitting) for line in lines):
            return
        low, best, _ = (each or 0 for each in seen_of(published.incidents[new]["killed"]))
        adds = {each["toll"]: each["adds"] for each in before["explanation"]["tolls"]}
        if all(adds[uid]["low"] >= low and adds[uid]["best"] >= best for uid in fitting):
            after = self.asked(basis="reconciled")
            assert seen(after["total"])[:2] == seen(before["total"])[:2]


def seen_of(row):
    return row["low"], row["best"], row["high"]


def seen(row):
    """Return low, best and high of a row of sums, where nothing stated counts nobody."""
    low, best, high = seen_of(row)
    nobody = best is None and not row["n_incidents"]
    return low or 0, best or 0, 0 if nobody else high


@pytest.mark.parametrize("number", range(20))
def test_sums_and_tolls_of_a_random_history_are_those_of_a_recount(db, client, number):
    History(number, client).walk()
