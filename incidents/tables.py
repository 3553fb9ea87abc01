"""The tables of incidents, casualties and tolls, and of the passages that they are based on."""

from operations.tables import force, result
from publication.tables import ExportColumn, Table, envelope, export_columns, register_table
from sources.tables import WINDOW, passage, window

PLACE_COLUMNS = [
    ExportColumn(
        "place.slug", rule="The slug of the smallest place in which it certainly happened. Blank: not stated."
    ),
    *export_columns("place.name", "place.within", "place.lat", "place.lon", "place.disputed"),
]
VICTIM_COLUMNS = [
    ExportColumn(
        "victim.force", rule="The slug of the force to which the victims belonged. Blank: none, or not stated."
    ),
    ExportColumn("victim.status", rule="What the people harmed were at the time."),
    ExportColumn("harm", rule="What happened to the people harmed."),
]
ESTIMATE_COLUMNS = export_columns("low", "best", "high")


def bounds(name, whom):
    """Return the columns of a number of people."""
    return [
        ExportColumn(f"{name}.low", rule=f"The lowest credible number {whom}. Blank: not stated."),
        ExportColumn(f"{name}.best", rule=f"The most likely number {whom}. Blank: not stated."),
        ExportColumn(f"{name}.high", rule=f"The highest credible number {whom}. Blank: open."),
    ]


def floors(*names):
    """Return the columns that say of numbers of people whether the best one is a floor."""
    rule = "Whether `{}_best` is only a floor: at least so many."
    return [ExportColumn(f"{name}.at_least", rule=rule.format(name)) for name in names]


SUGGESTED_COLUMNS = [
    *bounds("suggested", "that the claims suggest"),
    ExportColumn("suggested.basis", rule="What the suggestion is based on. Blank: it has no best number."),
    ExportColumn("suggested.contested", rule="Whether credible sources give figures that exclude each other."),
]

CONFLICT_COLUMNS = [
    ExportColumn("conflict.slug", "conflict", "The slug of the conflict in which it happened. Blank: none, or unknown.")
]

register_table(
    Table(
        "incidents",
        "One act at one place and time, violent or not.",
        {"incident": ""},
        [
            *export_columns("uid", "kind", "violent", "title", "summary"),
            *window("when"),
            *PLACE_COLUMNS,
            *export_columns("place_as_reported", "location_precision"),
            ExportColumn(
                "point.lat", rule="Degrees north (WGS 84). Only if the spot is known more precisely than its place."
            ),
            ExportColumn(
                "point.lon", rule="Degrees east (WGS 84). Only if the spot is known more precisely than its place."
            ),
            *export_columns("operation", "phase", "methods", "weapons", "target", "attribution", "clarity"),
            *bounds("killed", "killed"),
            *bounds("wounded", "wounded"),
            *envelope(),
            *bounds("attackers_killed", "killed of the side that attacked, whom the columns before do not count"),
            *export_columns("time.clock", "time.earliest", "time.latest", "time.parts_of_day", "time.as_reported"),
            *export_columns("time.zone", "contested"),
            ExportColumn(
                "other_places.place.slug", "other_places", "The slugs of the other places in which it happened."
            ),
            *CONFLICT_COLUMNS,
            ExportColumn("violence_type.code", "violence_type"),
            ExportColumn("violence_type.stated", "violence_type_stated"),
            *floors("killed", "wounded", "attackers_killed"),
            ExportColumn("control.before.uid", "control_before", "The row of place_control that ended with it."),
            ExportColumn("control.after.uid", "control_after", "The row of place_control that began with it."),
        ],
        key=("uid",),
        references={
            "place_slug": "places",
            "conflict": "conflicts",
            "operation": "operations",
            "phase": "phases",
            "control_before": "place_control",
            "control_after": "place_control",
        },
        year_of="when_latest",
    )
)
register_table(
    Table(
        "casualties",
        "The estimate for one victim group and one kind of harm. Add up `rest_best`, and nobody is counted twice.",
        {"casualty": ""},
        [
            *export_columns("uid", "incident"),
            *window("when"),
            *PLACE_COLUMNS,
            *VICTIM_COLUMNS,
            *ESTIMATE_COLUMNS,
            *export_columns("basis"),
            *envelope(),
            *export_columns("note", "within"),
            *SUGGESTED_COLUMNS,
            ExportColumn("victim.group", rule="Who the victims were, in words. Blank: not told apart."),
            ExportColumn("victim.age_group", rule="How old they were."),
            ExportColumn("victim.sex", rule="The sex of the victims."),
            ExportColumn("victim.occupation", rule="What they did or which office they held. Blank: not stated."),
            *export_columns("counted_as"),
            *window("died", WINDOW),
            *bounds("rest", "of these people whom no estimate within this one counts"),
            *export_columns("at_least"),
            *floors("suggested"),
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
register_table(
    Table(
        "tolls",
        "A cumulative count over days and places. Never add it to the casualties that it counts.",
        {"toll": ""},
        [
            *export_columns("uid", "title"),
            *window("when"),
            ExportColumn("places.slug", rule="The slugs of the places in which it counts."),
            *VICTIM_COLUMNS,
            *force("perpetrator", "The force that caused the harm. Blank: not stated."),
            *export_columns("operation", "phase"),
            *ESTIMATE_COLUMNS,
            *export_columns("series", "usable", "unusable_because", "adopted"),
            *envelope(),
            *export_columns("parent", "basis", "note"),
            *SUGGESTED_COLUMNS,
            *export_columns("live", "falls_below"),
            *bounds("explained", "counted by the incidents that it covers"),
            *bounds("residual", "that no incident explains"),
            *bounds("reconciled", "that the toll and its incidents count together"),
            *export_columns("contradiction"),
            *CONFLICT_COLUMNS,
            *export_columns("at_least"),
            *floors("suggested"),
        ],
        key=("uid",),
        references={
            "victim_force": "forces",
            "perpetrator_slug": "forces",
            "conflict": "conflicts",
            "operation": "operations",
            "phase": "phases",
            "parent": "tolls",
        },
    )
)
register_table(
    Table(
        "toll_coverage",
        "Whether a toll counts an incident.",
        {"toll": "coverage"},
        [
            ExportColumn("uid", "toll", "The toll's uid."),
            *export_columns(
                "coverage.incident",
                "coverage.relation",
                "coverage.reason",
                "coverage.people",
                "coverage.proposed",
                "coverage.stale_because",
            ),
        ],
        key=("toll", "incident"),
        references={"toll": "tolls", "incident": "incidents"},
    )
)
register_table(
    Table(
        "involvements",
        "What one passage says about the role of a force in an incident, including that it had none.",
        {"incident": "forces"},
        [
            ExportColumn("uid", "incident", "The incident's uid."),
            ExportColumn("forces.slug", "force_slug", "The slug of the force."),
            ExportColumn("forces.name", "force_name", "The name of the force."),
            ExportColumn("forces.role", rule="The role of the force in the incident."),
            *export_columns("forces.standing"),
            ExportColumn("forces.people.low", rule="The lowest number of its people there. Blank: not stated."),
            ExportColumn("forces.people.high", rule="The highest number of its people there. Blank: open."),
            *passage("forces"),
        ],
        references={"incident": "incidents", "force_slug": "forces", "article": "articles"},
    )
)
register_table(
    Table(
        "incident_results",
        "How many things of one kind a passage counts as the result of an incident.",
        {"incident": "results"},
        [ExportColumn("uid", "incident", "The incident's uid."), *result("results")],
        key=("incident", "kind", "what", "article", "locator"),
        references={"incident": "incidents", "claimed_by_slug": "forces", "article": "articles"},
    )
)
register_table(
    Table(
        "incident_places",
        "Another place in which an incident happened, beside its first one.",
        {"incident": "other_places"},
        [
            ExportColumn("uid", "incident", "The incident's uid."),
            ExportColumn("other_places.place.slug", "place", "The slug of the other place."),
            *export_columns("other_places.sequence", "other_places.note"),
        ],
        key=("incident", "place"),
        references={"incident": "incidents", "place": "places"},
    )
)
register_table(
    Table(
        "incident_links",
        "How an incident is connected with another one.",
        {"incident": "links"},
        [
            ExportColumn("uid", "incident", "The incident's uid."),
            *export_columns("links.kind"),
            ExportColumn("links.incident", "other", "The other incident's uid."),
            *export_columns("links.note"),
            *passage("links"),
        ],
        key=("incident", "kind", "other"),
        references={"incident": "incidents", "other": "incidents", "article": "articles"},
    )
)
register_table(
    Table(
        "rival_facts",
        "A passage that an incident cites, with what it says that the record does not.",
        {"incident": "citations"},
        [
            ExportColumn("uid", "incident", "The incident's uid."),
            *passage("citations"),
            ExportColumn("citations.contests", rule="In which respects it says something else than the record."),
            *window("citations.says.when", WINDOW),
            ExportColumn("citations.says.place.slug", rule="The slug of the other place. Blank: none."),
            *export_columns("citations.says.place_as_reported"),
            *force("citations.says.force", "The other perpetrator. Blank: none."),
            *export_columns("citations.says.force_as_reported", "citations.says.kind", "citations.says.target"),
        ],
        key=("incident", "article", "locator"),
        references={
            "incident": "incidents",
            "article": "articles",
            "says_force_slug": "forces",
            "says_place_slug": "places",
        },
    )
)
register_table(
    Table(
        "external_ids",
        "What other datasets call an incident.",
        {"incident": "external_ids"},
        [
            ExportColumn("uid", "incident", "The incident's uid."),
            *export_columns("external_ids.scheme", "external_ids.code"),
        ],
        key=("scheme", "code"),
        references={"incident": "incidents"},
    )
)
register_table(
    Table(
        "dataset_codes",
        "The id of the conflict, of the pair of enemies or of a side of an incident in another dataset.",
        {"incident": "dataset_codes"},
        [
            ExportColumn("uid", "incident", "The incident's uid."),
            *export_columns("dataset_codes.scheme", "dataset_codes.code"),
        ],
        key=("incident", "scheme"),
        references={"incident": "incidents"},
    )
)
register_table(
    Table(
        "claims",
        "What one passage says about a casualty or a toll. Several claims may be about the same people.",
        {"casualty": "claims", "toll": "claims"},
        [
            ExportColumn("claims.uid", rule="The claim's uid."),
            ExportColumn({"casualty": "uid"}, "casualty", "The uid of the casualty that it is about, if any."),
            ExportColumn({"toll": "uid"}, "toll", "The uid of the toll that it is about, if any."),
            *export_columns("claims.low", "claims.high", "claims.qualifier", "claims.as_of", "claims.supersedes"),
            *export_columns("claims.used", "claims.unused_because"),
            *passage("claims"),
            *export_columns("claims.claimed_by", "claims.name_list"),
        ],
        key=("uid",),
        references={"casualty": "casualties", "toll": "tolls", "article": "articles", "claimed_by": "forces"},
    )
)
register_table(
    Table(
        "citations",
        "A passage that an operation, a phase or an incident is based on.",
        {"operation": "citations", "phase": "citations", "incident": "citations"},
        [
            ExportColumn({"operation": "uid"}, "operation", "The uid of the operation that it is about, if any."),
            ExportColumn({"phase": "uid"}, "phase", "The uid of the phase that it is about, if any."),
            ExportColumn({"incident": "uid"}, "incident", "The uid of the incident that it is about, if any."),
            *passage("citations"),
            ExportColumn("citations.supports", rule="Which parts of the record the passage is about."),
        ],
        references={"operation": "operations", "phase": "phases", "incident": "incidents", "article": "articles"},
    )
)
