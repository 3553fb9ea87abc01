"""A campaign that tests of sums share: attacks and tolls, published as they come in."""

import orjson
from django.db import connection

from incidents.choices import Harm, VictimStatus
from operations.choices import PlaceKind
from publication.models import Revision
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    IncidentFactory,
    TollClaimFactory,
    TollCoverageFactory,
    TollFactory,
)
from tests.operations.factories import ForceFactory, OperationFactory, PhaseFactory, PlaceFactory
from tests.sources.factories import ArticleFactory
from tests.theatre import approve_and_publish


def read(record):
    """Return what readers see of a record."""
    (uid,) = record.natural_key()
    return orjson.loads(Revision.objects.served().get(uid=uid).document)


def settle():
    """Let the deferred rules speak now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Campaign:
    """An army with a brigade, the Peshmerga, two governorates, and one operation with a phase."""

    def __init__(self):
        self.article = ArticleFactory(published="2021-12-20", published_basis="stated")
        self.army = ForceFactory(slug="army", name="Army")
        self.brigade = ForceFactory(slug="brigade", name="Brigade", parent=self.army)
        self.peshmerga = ForceFactory(slug="peshmerga", name="Peshmerga")
        self.iraq = PlaceFactory(slug="iraq", kind=PlaceKind.COUNTRY)
        self.kirkuk = PlaceFactory(slug="kirkuk", parent=self.iraq, kind=PlaceKind.FIRST_LEVEL)
        self.diyala = PlaceFactory(slug="diyala", parent=self.iraq, kind=PlaceKind.FIRST_LEVEL)
        self.operation = OperationFactory()
        self.phase = PhaseFactory(operation=self.operation)
        forces, places = [self.army, self.brigade, self.peshmerga], [self.iraq, self.kirkuk, self.diyala]
        approve_and_publish(self.article, *forces, *places, self.operation)

    def harm(self, incident, low, best=None, high=None, *, force=None, harm=Harm.KILLED, **values):
        """Code people harmed in an incident: soldiers of the army unless told."""
        best, high = (low, low) if best is None else (best, high)
        status = values.pop("status", VictimStatus.SECURITY_FORCE_MEMBER)
        force = self.army if force is None and status == VictimStatus.SECURITY_FORCE_MEMBER else force
        casualty = CasualtyFactory(
            incident=incident,
            victim_force=force,
            victim_status=status,
            harm=harm,
            low=low,
            best=best,
            high=high,
            **values,
        )
        ClaimFactory(casualty=casualty, article=self.article, low=low, high=high, qualifier="range", credibility="3")

    def attack(self, low, best=None, high=None, *, force=None, harm=Harm.KILLED, status=None, **values):
        """Publish an incident with one estimate and return it: soldiers killed on 5 December 2021 unless told."""
        incident = IncidentFactory(**{"when": "2021-12-05"} | values)
        self.harm(incident, low, best, high, force=force, harm=harm, **({"status": status} if status else {}))
        approve_and_publish(incident)
        return incident

    def toll(self, count, *, covers=None, **values):
        """Publish an adopted toll of so many soldiers of the army killed since 27 November, and return it."""
        toll = TollFactory(
            **{
                "when": "2021-11-27/2021-12-12",
                "victim_force": self.army,
                "victim_status": VictimStatus.SECURITY_FORCE_MEMBER,
                "adopted": True,
                **dict.fromkeys(("low", "best", "high"), count),
                **values,
            }
        )
        TollClaimFactory(toll=toll, article=self.article, low=count, high=count, credibility="3")
        for incident, relation in (covers or {}).items():
            TollCoverageFactory(toll=toll, incident=incident, relation=relation, reason="As the report has it.")
        approve_and_publish(toll)
        return toll
