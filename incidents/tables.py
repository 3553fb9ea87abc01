"""The tables of incidents, casualties and tolls, and of the passages that they rest on."""

from operations.tables import force
from publication.tables import Column, Table, columns, envelope, register
from sources.tables import passage, window

PLACE_COLUMNS = [
    Column("place.slug", rule="The slug of the smallest place that surely holds it. Blank: not stated."),
    *columns("place.name", "place.within", "place.lat", "place.lon", "place.disputed"),
]
VICTIM_COLUMNS = [
    Column("victim.force", rule="The slug of the force the victims belonged to. Blank: none, or not stated."),
    Column("victim.status", rule="What the people harmed were at that moment."),
    Column("harm", rule="What was done to them."),
]
ESTIMATE_COLUMNS = columns("low", "best", "high")


def bounds(name, whom):
    """Return the columns of a number of people."""
    return [
        Column(f"{name}.low", rule=f"The lowest credible number {whom}. Blank: not stated."),
        Column(f"{name}.best", rule=f"The most likely number {whom}. Blank: not stated."),
        Column(f"{name}.high", rule=f"The highest credible number {whom}. Blank: open."),
    ]


SUGGESTED_COLUMNS = [
    *bounds("suggested", "that the claims suggest"),
    Column("suggested.basis", rule="What the suggestion rests on. Blank: it has no best number."),
    Column("suggested.conflict", rule="Whether credible sources give figures that exclude each other."),
]


register(
    Table(
        "incidents",
        "One attack, clash or other act, at one place and time.",
        {"incident": ""},
        [
            *columns("uid", "kind", "title", "summary"),
            *window("when"),
            *PLACE_COLUMNS,
            *columns("place_as_reported", "location_precision"),
            Column("point.lat", rule="WGS 84 degrees north, only where the spot is known better than its place."),
            Column("point.lon", rule="WGS 84 degrees east, only where the spot is known better than its place."),
            *columns("operation", "phase", "methods", "target", "attribution", "clarity"),
            *bounds("killed", "killed"),
            *bounds("wounded", "wounded"),
            *envelope(),
        ],
        key=("uid",),
        references={"place_slug": "places", "operation": "operations", "phase": "phases"},
        year_of="when_latest",
    )
)
register(
    Table(
        "casualties",
        "The estimate for one group of victims and one harm: the only rows to add up, save those within others.",
        {"casualty": ""},
        [
            *columns("uid", "incident"),
            *window("when"),
            *PLACE_COLUMNS,
            *VICTIM_COLUMNS,
            *ESTIMATE_COLUMNS,
            *columns("basis"),
            *envelope(),
            *columns("note", "within"),
            *SUGGESTED_COLUMNS,
        ],
        key=("uid",),
        references={
            "incident": "incidents",
            "within": "casualties",
            "place_slug": "places",
            "victim_force": "forces",
        },
        year_of="when_latest",
    )
)
register(
    Table(
        "tolls",
        "A cumulative count over days and places. Never add it to the casualties it covers.",
        {"toll": ""},
        [
            *columns("uid", "title"),
            *window("when"),
            Column("places.slug", rule="Where it counts: slugs."),
            *VICTIM_COLUMNS,
            *force("perpetrator", "Who caused the harm. Blank: not stated."),
            *columns("operation", "phase"),
            *ESTIMATE_COLUMNS,
            *columns("series", "usable", "unusable_because", "adopted"),
            *envelope(),
            *columns("parent", "basis", "note"),
            *SUGGESTED_COLUMNS,
            *columns("live", "falls_below"),
            *bounds("explained", "counted by the incidents that it covers"),
            *bounds("residual", "that no incident explains"),
            *bounds("reconciled", "that the toll and its incidents count together"),
            *bounds("adds", "by which a reconciled sum grows if the toll is adopted"),
            *columns("contradiction"),
        ],
        key=("uid",),
        references={
            "victim_force": "forces",
            "perpetrator_slug": "forces",
            "operation": "operations",
            "phase": "phases",
            "parent": "tolls",
        },
    )
)
register(
    Table(
        "toll_coverage",
        "Whether a toll counts an incident.",
        {"toll": "coverage"},
        [
            Column("uid", "toll", "The toll's uid."),
            *columns("coverage.incident", "coverage.relation", "coverage.reason"),
        ],
        key=("toll", "incident"),
        references={"toll": "tolls", "incident": "incidents"},
    )
)
register(
    Table(
        "involvements",
        "A force's part in an incident.",
        {"incident": "forces"},
        [
            Column("uid", "incident", "The incident's uid."),
            Column("forces.slug", "force_slug", "The slug of the force."),
            Column("forces.name", "force_name", "The name of the force."),
            Column("forces.role", rule="What part it had."),
        ],
        key=("incident", "force_slug", "role"),
        references={"incident": "incidents", "force_slug": "forces"},
    )
)
register(
    Table(
        "external_ids",
        "What other datasets call an incident.",
        {"incident": "external_ids"},
        [
            Column("uid", "incident", "The incident's uid."),
            *columns("external_ids.scheme", "external_ids.code"),
        ],
        key=("scheme", "code"),
        references={"incident": "incidents"},
    )
)
register(
    Table(
        "claims",
        "What one passage says of a casualty or of a toll. Several claims may speak of the same people.",
        {"casualty": "claims", "toll": "claims"},
        [
            Column("claims.uid", rule="The claim's uid."),
            Column({"casualty": "uid"}, "casualty", "The uid of the casualty it speaks of, if any."),
            Column({"toll": "uid"}, "toll", "The uid of the toll it speaks of, if any."),
            *columns("claims.low", "claims.high", "claims.qualifier", "claims.as_of", "claims.supersedes"),
            *columns("claims.used", "claims.unused_because"),
            *passage("claims"),
            *columns("claims.claimed_by"),
        ],
        key=("uid",),
        references={"casualty": "casualties", "toll": "tolls", "article": "articles", "claimed_by": "forces"},
    )
)
register(
    Table(
        "citations",
        "A passage that an operation, a phase or an incident rests on.",
        {"operation": "citations", "phase": "citations", "incident": "citations"},
        [
            Column({"operation": "uid"}, "operation", "The uid of the operation it speaks of, if any."),
            Column({"phase": "uid"}, "phase", "The uid of the phase it speaks of, if any."),
            Column({"incident": "uid"}, "incident", "The uid of the incident it speaks of, if any."),
            *passage("citations"),
            Column("citations.supports", rule="Which parts of the record it speaks of."),
        ],
        references={"operation": "operations", "phase": "phases", "incident": "incidents", "article": "articles"},
    )
)
