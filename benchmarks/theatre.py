"""The theatre that the benchmark measures: drawn by a fixed seed, with few big and many small places and forces.

It is written through the models; `filling` publishes it and makes any size of it.
"""

import random
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, count

from incidents import choices as what
from incidents import models as incidents
from operations import choices as where
from operations import models as operations
from publication.publish import publish
from records.choices import State
from records.triggers import reviewing
from sources import choices as said
from sources import models as sources

SEED = 20140610
#: How many incidents are drawn; every size is a multiple.
DRAWN = 1000
FIRST_DAY = date(2003, 1, 1)

#: What explains estimates that are drawn: they need not be what their claims suggest.
JUDGED = {"basis": what.Basis.CODER_JUDGEMENT, "note": "Drawn."}

#: The columns of UCDP GED that an import reads, as far as they are filled.
EVENT = [
    "id", "type_of_violence", "side_a", "side_b", "where_prec", "where_coordinates", "adm_1", "adm_2", "latitude",
    "longitude", "country", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown",
    "best", "low", "high",
]  # fmt: skip

LATIN = "ba da ga ha ja ka la ma na ra sa ta wa za bi di hi ki li mi ni ri si ti du gu hu ku mu nu ru su qa sha kha"
NATIVE = "با دا غا حا جا كا لا ما نا را سا تا وا زا بي دي هي كي لي مي ني ري سي تي دو غو هو كو مو نو رو سو قا شا خا"
SYLLABLES = LATIN.split()
ARABIC = dict(zip(SYLLABLES, NATIVE.split(), strict=True))
PROSE_WORDS = (
    "fighters soldiers attack post convoy patrol village road night morning mortar rounds vehicle house field river "
    "bridge checkpoint officer wounded killed hospital source security statement region support aircraft search houses "
    "hideout weapons explosive device roadside gunmen fled area forces north south east west border mountain"
)
PROSE = PROSE_WORDS.split()


@cache
def weights(length, steep):
    """Return how often each of so many is chosen, added up."""
    return list(accumulate(1 / rank**steep for rank in range(1, length + 1)))


class Draw(random.Random):
    """Random choices as skewed as real data: the first of a list is chosen much more often than the last."""

    def one(self, rows, steep=1.1):
        return self.choices(rows, cum_weights=weights(len(rows), steep))[0]

    def some(self, rows, number):
        """Return up to so many different rows."""
        return list(dict.fromkeys(self.one(rows) for _ in range(number)))

    def people(self):
        """Return a number of people: mostly one to three, seldom dozens."""
        return min(int(self.paretovariate(1.3)), 300)

    def word(self):
        return self.choices(SYLLABLES, k=self.randint(2, 4))

    def prose(self, words):
        return " ".join(self.one(PROSE, 0.6) for _ in range(words)).capitalize() + "."

    def report(self):
        """Return a sentence with names of its own, so that no two reports are taken for one."""
        return f"{self.prose(5)[:-1]} {' '.join(''.join(self.word()) for _ in range(3))}."


class DrawnTheatre:
    """The first part: vocabulary, and records that are approved and not yet published."""

    def __init__(self, kept=False):
        """Draw it, or take up the one that the database has, to add incidents to it."""
        self.draw = Draw(SEED + kept)
        self.article_numbers = count(1)
        first = 900_001 if kept else 1
        self.numbers = {model: count(first) for model in (incidents.Incident, incidents.Casualty, incidents.Claim)}
        if kept:
            self.places = list(operations.Place.objects.select_related("parent__parent__parent").order_by("pk"))
            self.forces = list(operations.Force.objects.all())
            self.conflict = operations.Conflict.objects.get()
            self.articles = list(sources.Article.objects.order_by("pk")[:DRAWN])
            self.operations = list(operations.Operation.objects.order_by("pk")[:2])
            self.phases = list(operations.Phase.objects.order_by("pk")[:4])
        else:
            with reviewing():
                self.places = self._places()
                self.forces = self._forces()
                self.conflict = self._conflict()
                self.outlets = self._outlets()
                self.articles = self._articles(DRAWN // 2)
                self.operations, self.phases = self._operations()
        self.spots = [place for place in self.places if place.latitude is not None]
        self.draw.shuffle(self.spots)
        self.parties = sorted(self.forces, key=lambda force: force.pk)

    def _places(self):
        draw, slugs = self.draw, count(1)
        rows, names = [], []

        def add(kind, parent, point):
            syllables = draw.word()
            name = "".join(syllables).capitalize()
            lat, lon = point or (None, None)
            slug = f"{name.lower()}-{next(slugs)}"
            place = operations.Place(
                slug=slug, name=name, kind=kind, parent=parent, latitude=lat, longitude=lon,
                state=State.APPROVED,
            )  # fmt: skip
            rows.append(place)
            arabic = "".join(ARABIC[each] for each in syllables)
            names.append(operations.PlaceName(place=place, name=arabic, language="ar"))
            return place

        level = [add(where.PlaceKind.COUNTRY, None, (33.0, 43.7))]
        for kind, parts in (
            (where.PlaceKind.FIRST_LEVEL, 18),
            (where.PlaceKind.SECOND_LEVEL, 5),
            (where.PlaceKind.SETTLEMENT, 5),
        ):
            operations.Place.objects.bulk_create([row for row in rows if row.pk is None])
            level = [
                add(kind, above, (round(draw.uniform(29.5, 37.2), 4), round(draw.uniform(39.0, 48.5), 4)))
                for above in level
                for _ in range(parts)
            ]
        operations.Place.objects.bulk_create([row for row in rows if row.pk is None])
        operations.PlaceName.objects.bulk_create(names)
        return rows

    def _forces(self):
        draw, rows, names = self.draw, [], []
        kinds = list(where.ForceKind)
        for number in range(80):
            name = "".join(draw.word()).capitalize()
            parent = rows[number // 4 - 2] if number >= 8 else None
            force = operations.Force(
                slug=f"force-{number + 1}", name=f"{name} {number + 1}", kind=draw.choice(kinds),
                parent=parent, state=State.APPROVED,
            )  # fmt: skip
            force.save()
            rows.append(force)
            names.append(operations.ForceName(force=force, name=f"al-{name}", language="ar-Latn"))
        operations.ForceName.objects.bulk_create(names)
        return rows

    def _conflict(self):
        """Write a conflict of every force without another above it, on two sides in turn."""
        conflict = operations.Conflict.objects.create(slug="war", name="War", state=State.APPROVED)
        sides = [operations.Side.objects.create(conflict=conflict, slug=slug, name=slug) for slug in ("one", "other")]
        heads = [force for force in self.forces if force.parent is None]
        operations.SideMember.objects.bulk_create(
            operations.SideMember(side=sides[number % 2], force=force) for number, force in enumerate(heads)
        )
        return conflict

    def _outlets(self):
        kinds, grades = list(said.OutletKind), list(said.Reliability)
        rows = [
            sources.Outlet(slug=f"outlet-{n}", name=f"Outlet {n}", kind=kinds[n % 7], reliability=grades[n % 6])
            for n in range(1, 31)
        ]
        return sources.Outlet.objects.bulk_create(rows)

    def _articles(self, number):
        rows = []
        for _ in range(number):
            day, uid = self._day(), f"ART-{next(self.article_numbers):06d}"
            rows.append(
                sources.Article(
                    uid=uid, outlet=self.draw.one(self.outlets), title=self.draw.report(), state=State.APPROVED,
                    url=f"https://news.example/{uid}", published_earliest_on=day, published_latest_on=day,
                    published_basis=said.PublishedBasis.STATED,
                    text="\n\n".join(self.draw.report() for _ in range(21)),
                )
            )  # fmt: skip
        return sources.Article.objects.bulk_create(rows)

    def _operations(self):
        draw, wholes, phases, parts = self.draw, [], [], []
        for number in (1, 2):
            day = self._day()
            wholes.append(
                operations.Operation(
                    uid=f"OPN-{number:06d}", name="Operation " + "".join(draw.word()).capitalize(),
                    kind=where.OperationKind.CLEARANCE, summary=draw.prose(30), commanding_force=self.forces[number],
                    starts_earliest_on=day, starts_latest_on=day, state=State.APPROVED,
                )
            )  # fmt: skip
        operations.Operation.objects.bulk_create(wholes)
        for whole in wholes:
            whole.places.set(draw.some(self.places[1:19], 2))
            for ordinal in (1, 2):
                phases.append(
                    operations.Phase(
                        uid=f"PHS-{len(phases) + 1:06d}", operation=whole, ordinal=ordinal, name=f"Phase {ordinal}",
                        basis=where.PhaseBasis.REPORTED, starts_earliest_on=whole.starts_earliest_on,
                        starts_latest_on=whole.starts_latest_on,
                    )
                )  # fmt: skip
        operations.Phase.objects.bulk_create(phases)
        for phase in phases:
            for force in draw.some(self.forces, 3):
                parts.append(
                    operations.Participation(
                        phase=phase, force=force, role=where.ParticipationRole.PARTICIPANT,
                        article=draw.one(self.articles), locator="¶2",
                    )
                )  # fmt: skip
        operations.Participation.objects.bulk_create(parts)
        cited = [
            operations.OperationCitation(operation=each, article=self.articles[0], locator="¶1") for each in wholes
        ]
        operations.OperationCitation.objects.bulk_create(cited)
        return wholes, phases

    def _day(self):
        return FIRST_DAY + timedelta(self.draw.randrange(365))

    def incidents(self, number):
        """Write so many approved incidents with forces, casualties, claims and citations; return them."""
        rows = []
        parts = {
            model: []
            for model in (
                incidents.ExternalId,
                incidents.DatasetCode,
                incidents.Involvement,
                incidents.IncidentCitation,
            )
        }
        casualties, claims = [], []
        for place in range(number):
            incident = self._incident()
            rows.append(incident)
            # Incidents with ids of one dataset are never taken for each other.
            parts[incidents.ExternalId].append(
                incidents.ExternalId(incident=incident, scheme="diary", code=incident.uid)
            )
            if place % 3 == 0:
                parts[incidents.DatasetCode].append(
                    incidents.DatasetCode(incident=incident, scheme=what.DatasetScheme.UCDP_DYAD, code="1")
                )
            for role, force in zip(what.InvolvementRole, self.draw.some(self.parties, 2), strict=False):
                parts[incidents.Involvement].append(incidents.Involvement(incident=incident, force=force, role=role))
            cited = self.draw.sample(self.articles, self.draw.choice((1, 1, 1, 2, 3)))
            parts[incidents.IncidentCitation] += [
                incidents.IncidentCitation(
                    incident=incident, article=article, locator=f"¶{self.draw.randint(1, 20)}",
                    supports=[said.Supports.WHEN, said.Supports.PLACE],
                )
                for article in cited
            ]  # fmt: skip
            # The very first is the busy one that the admin's form is measured with.
            groups = 6 if place == 0 else self.draw.choice((0, 1, 1, 1, 2, 2, 3))
            for status, harm in self._groups(groups):
                casualty, its = self._casualty(incident, status, harm, cited, 2 if place == 0 else None)
                casualties.append(casualty)
                claims += its
        with reviewing():
            incidents.Incident.objects.bulk_create(rows)
            for model, its in parts.items():
                model.objects.bulk_create(its)
            incidents.Casualty.objects.bulk_create(casualties)
            incidents.Claim.objects.bulk_create(claims)
        return rows

    def _uid(self, model, prefix):
        return f"{prefix}-{next(self.numbers[model]):06d}"

    def _incident(self):
        draw = self.draw
        place, kind, first = draw.one(self.spots), draw.one(sorted(what.IncidentKind.violent())), self._day()
        last = first + timedelta(draw.choice((0, 0, 0, 0, 0, 0, 1, 3, 6, 20)))
        point = {}
        if exact := draw.random() < 0.4:
            point = {
                "latitude": round(place.latitude + draw.uniform(-0.05, 0.05), 5),
                "longitude": round(place.longitude + draw.uniform(-0.05, 0.05), 5),
            }
        part = draw.random()
        within = {"phase": draw.choice(self.phases)} if part < 0.02 else {}
        if 0.02 <= part < 0.04:
            within = {"operation": draw.choice(self.operations)}
        return incidents.Incident(
            uid=self._uid(incidents.Incident, "INC"), title=f"{kind.label} near {place.name}",
            summary=draw.prose(draw.randint(15, 60)), kind=kind, methods=draw.some(list(what.Method), 1),
            weapons=draw.some(list(what.Weapon), 1),
            target=draw.one(list(what.Target)), earliest_on=first, latest_on=last, place=place,
            location_precision=what.LocationPrecision.EXACT if exact else what.LocationPrecision.SETTLEMENT,
            attribution=draw.one(list(what.Attribution)), state=State.APPROVED, **point, **within,
            conflict=self.conflict if draw.random() < 0.5 else None, violence_type=draw.one(list(what.ViolenceType)),
        )  # fmt: skip

    def _groups(self, number):
        statuses, harms = list(what.VictimStatus), [what.Harm.KILLED, what.Harm.WOUNDED, what.Harm.ABDUCTED]
        pairs = [(status, harm) for harm in harms for status in statuses]
        return self.draw.some(pairs, number) if number < 6 else pairs[:number]

    def _casualty(self, incident, status, harm, articles, number):
        draw, best = self.draw, self.draw.people()
        soldiers = status == what.VictimStatus.SECURITY_FORCE_MEMBER
        casualty = incidents.Casualty(
            uid=self._uid(incidents.Casualty, "CAS"), incident=incident, victim_status=status, harm=harm,
            victim_force=draw.one(self.parties) if soldiers else None, low=best, best=best, high=best + best // 3,
            age_group=draw.one(list(what.AgeGroup)), sex=draw.one(list(what.Sex)), **JUDGED,
        )  # fmt: skip
        claims = []
        for _ in range(number or draw.choice((1, 1, 1, 2, 3))):
            figure = max(best + draw.choice((0, 0, 0, 1, -1)), 1)
            claims.append(
                incidents.Claim(
                    uid=self._uid(incidents.Claim, "CLM"), casualty=casualty, article=draw.choice(articles),
                    locator=f"¶{draw.randint(1, 20)}", low=figure, high=figure, said_by="A ministry",
                    credibility=said.Credibility.PROBABLE,
                )
            )  # fmt: skip
        return casualty, claims

    def events(self, number):
        """Return the header and so many rows of a table in the layout of UCDP GED about these places and forces."""
        draw, rows = self.draw, [EVENT]
        towns = [place for place in self.places if place.kind == where.PlaceKind.SETTLEMENT]
        for line in range(1, number + 1):
            town, (one, other), day = draw.one(towns), draw.sample(self.parties, 2), self._day()
            dead = [draw.choice((0, 0, 1, 2, 5)) for _ in range(4)]
            rows.append(
                [
                    line, 1, one.name, other.name, 1, f"{town.name} town", f"{town.parent.parent.name} governorate",
                    f"{town.parent.name} district", town.latitude, town.longitude, town.parent.parent.parent.name,
                    day, day, *dead, sum(dead), sum(dead), sum(dead) + dead[0],
                ]
            )  # fmt: skip
        return rows

    def tolls(self, rows):
        """Write two approved tolls that cover some of the incidents; return them."""
        draw, tolls, coverage, claims = self.draw, [], [], []
        for number in (1, 2):
            first = FIRST_DAY + timedelta(30 * number)
            tolls.append(
                incidents.Toll(
                    uid=f"TOL-{number:06d}", title=draw.prose(6), earliest_on=first,
                    latest_on=first + timedelta(3), victim_status=what.VictimStatus.CIVILIAN,
                    harm=what.Harm.KILLED, low=900, best=900, high=1000, adopted=number == 1, state=State.APPROVED,
                    **JUDGED,
                )
            )  # fmt: skip
        with reviewing():
            incidents.Toll.objects.bulk_create(tolls)
            for toll in tolls:
                toll.places.set([self.places[1 + tolls.index(toll)]])
                inside = [row for row in rows if toll.earliest_on <= row.earliest_on <= row.latest_on <= toll.latest_on]
                coverage += [
                    incidents.TollCoverage(toll=toll, incident=row, relation=what.Coverage.CONTAINED)
                    for row in inside[:20]
                ]
                claims.append(
                    incidents.Claim(
                        uid=self._uid(incidents.Claim, "CLM"), toll=toll, article=draw.one(self.articles),
                        locator="¶1", low=900, high=900, credibility=said.Credibility.PROBABLE,
                    )
                )  # fmt: skip
            incidents.TollCoverage.objects.bulk_create(coverage)
            incidents.Claim.objects.bulk_create(claims)
        return tolls

    def revise(self, rows, times):
        """Edit, approve and publish the incidents again, so many times."""
        for _ in range(times):
            with reviewing():
                for row in rows:
                    row.summary = self.draw.prose(40)
                incidents.Incident.objects.bulk_update(rows, ["summary"])
            publish(rows, by="reviewer")
