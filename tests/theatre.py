"""A small published theatre that tests of publishing and reading share."""

from datetime import date

from django.db import connection

from incidents.choices import Harm, InvolvementRole, LocationPrecision, VictimStatus
from operations.choices import Aspect, ParticipationRole, PlaceKind, Standing
from publication.publish import write_revisions
from records.choices import State
from records.triggers import reviewing
from tests.incidents.factories import (
    CasualtyFactory,
    ClaimFactory,
    IncidentCitationFactory,
    IncidentFactory,
    InvolvementFactory,
    TollFactory,
)
from tests.kept import kept
from tests.operations.factories import (
    ForceFactory,
    ForceNameFactory,
    OperationCitationFactory,
    OperationFactory,
    ParticipationFactory,
    PhaseFactory,
    PlaceControlFactory,
    PlaceFactory,
    PlaceNameFactory,
)
from tests.sources.factories import ArticleFactory


def published_theatre():
    """Return a theatre that is published up to seq 16."""

    def publish():
        theatre = Theatre()
        theatre.publish()
        return theatre

    return kept("theatre", publish)


def approve_and_publish(*records):
    """Approve records and write their revisions, whether or not their estimates follow from claims; return them."""
    with reviewing():
        for record in records:
            record.state = State.APPROVED
            record.save(update_fields=["state"])
    return write_revisions(records, by="reviewer")


class Theatre:
    """Two governorates, two sides, one operation, one incident with four dead and one without a day."""

    def __init__(self):
        self.iraq = PlaceFactory(slug="iraq", name="Iraq", kind=PlaceKind.COUNTRY)
        self.kirkuk = PlaceFactory(slug="kirkuk", name="Kirkuk", parent=self.iraq, kind=PlaceKind.FIRST_LEVEL)
        self.dibis = PlaceFactory(slug="dibis", name="Dibis", parent=self.kirkuk, latitude=35.67, longitude=44.07)
        self.diyala = PlaceFactory(slug="diyala", name="Diyala", parent=self.iraq, kind=PlaceKind.FIRST_LEVEL)
        PlaceNameFactory(place=self.dibis, name="الدبس", language="ar")
        self.army = ForceFactory(slug="iraqi-army", name="Iraqi Army")
        self.division = ForceFactory(slug="8th-division", name="8th Infantry Division", parent=self.army)
        self.isis = ForceFactory(slug="isis", name="Islamic State")
        self.peshmerga = ForceFactory(slug="peshmerga", name="Peshmerga")
        self.pmf = ForceFactory(slug="pmf", name="Popular Mobilization Forces")
        ForceNameFactory(force=self.pmf, name="Hashd al-Shaabi", language="ar-Latn")
        ForceNameFactory(force=self.pmf, name="الحشد الشعبي", language="ar")
        ForceNameFactory(force=self.pmf, name="PMF", language="en")
        self.article = ArticleFactory(text="The curators' copy.\n\nNobody else may read it.")
        for force in (self.army, self.peshmerga):
            PlaceControlFactory(
                place=self.dibis, aspect=Aspect.CLAIMS, force=force, no_force="", article=self.article, locator="lead"
            )
        self.operation = OperationFactory(name="Heroes of Iraq", starts="2020-05-17")
        OperationCitationFactory(operation=self.operation, article=self.article, said_by="Yehia Rasool")
        self.phase = PhaseFactory(operation=self.operation, ordinal=1)
        for force, standing in ((self.division, Standing.TOOK_PART), (self.peshmerga, Standing.ABSENT)):
            ParticipationFactory(
                phase=self.phase,
                force=force,
                role=ParticipationRole.PARTICIPANT,
                standing=standing,
                article=self.article,
            )
        self.incident = IncidentFactory(
            title="Attack on a post at Dibis",
            when="2021-12-07",
            place=self.dibis,
            location_precision=LocationPrecision.SETTLEMENT,
            phase=self.phase,
        )
        IncidentCitationFactory(incident=self.incident, article=self.article)
        InvolvementFactory(incident=self.incident, force=self.isis, role=InvolvementRole.INITIATOR)
        InvolvementFactory(incident=self.incident, force=self.division, role=InvolvementRole.TARGET)
        self.casualty = CasualtyFactory(
            incident=self.incident,
            victim_force=self.division,
            victim_status=VictimStatus.SECURITY_FORCE_MEMBER,
            harm=Harm.KILLED,
            low=4,
            best=4,
            high=4,
        )
        ClaimFactory(casualty=self.casualty, article=self.article, low=4, high=4)
        self.arson = IncidentFactory(
            title="Fires in the fields",
            when="../2020-06-02",
            place=self.diyala,
            location_precision=LocationPrecision.FIRST_LEVEL,
        )
        IncidentCitationFactory(incident=self.arson, article=self.article)
        self.toll = TollFactory(
            title="Soldiers killed since late November",
            earliest_on=date(2021, 11, 27),
            latest_on=date(2021, 12, 8),
            victim_force=self.army,
            low=22,
            best=22,
            high=22,
        )
        ClaimFactory(casualty=None, toll=self.toll, article=self.article, low=22, high=22)

    def records(self):
        places = [self.iraq, self.kirkuk, self.dibis, self.diyala]
        forces = [self.army, self.division, self.isis, self.peshmerga, self.pmf]
        return [self.article, *places, *forces, self.operation, self.incident, self.arson, self.toll]

    def publish(self):
        return approve_and_publish(*self.records())

    def multiply(self, times):
        """Add copies of the incident and casualty to the end of the log, under new uids and in several years."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO publication_revision
                SELECT (jsonb_populate_record(old, jsonb_build_object(
                    'seq', head + 2 * n + (old.kind = 'casualty')::int - 1, 'uid', left(old.uid, 4) || head + n,
                    'document', replace(replace(replace(replace(old.document, %(incident)s, 'INC-' || head + n),
                        %(casualty)s, 'CAS-' || head + n), 'CLM-0', 'CLM-' || head + n || '-'),
                        '2021-12-07', 2000 + n %% 7 || '-12-07')))).*
                FROM publication_revision old, generate_series(1, %(times)s) n,
                    (SELECT max(seq) AS head FROM publication_revision) AS log
                WHERE old.uid IN (%(incident)s, %(casualty)s)
                """,
                {"incident": self.incident.uid, "casualty": self.casualty.uid, "times": times},
            )
