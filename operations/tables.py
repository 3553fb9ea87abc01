"""The tables of places, forces, conflicts, operations and phases."""

from publication.tables import ExportColumn, Table, envelope, export_columns, register_table
from sources.tables import WINDOW, passage, window

from .choices import ParticipationRole, Standing


def force(path, rule):
    """Return the columns of a force that a document names."""
    return [
        ExportColumn(f"{path}.slug", rule=f"{rule} The force's slug."),
        ExportColumn(f"{path}.name", rule="The force's name."),
    ]


def result(source):
    """Return the columns of a result in the list `source` of a document."""
    return [
        *export_columns(*(f"{source}.{name}" for name in ("kind", "what", "low", "high", "unit", "qualifier"))),
        *force(f"{source}.claimed_by", "The force that claims it. Blank: not stated."),
        *passage(source),
    ]


register_table(
    Table(
        "places",
        "Somewhere on the map.",
        {"place": ""},
        [
            *export_columns("slug", "name", "kind", "parent", "within", "lat", "lon", "pcode", "disputed"),
            *envelope(),
            *export_columns("level"),
        ],
        key=("slug",),
        references={"parent": "places"},
    )
)
register_table(
    Table(
        "forces",
        "An armed actor, or an authority that commands one.",
        {"force": ""},
        [
            *export_columns("slug", "name", "kind", "echelon", "parent", "within"),
            *window("active", WINDOW),
            *envelope(),
        ],
        key=("slug",),
        references={"parent": "forces"},
    )
)
register_table(
    Table(
        "conflicts",
        "A war or another armed conflict with sides that fight each other.",
        {"conflict": ""},
        [*export_columns("slug", "name", "about"), *window("when", WINDOW), *envelope()],
        key=("slug",),
    )
)
register_table(
    Table(
        "sides",
        "One of the sides of a conflict.",
        {"conflict": "sides"},
        [
            ExportColumn("slug", "conflict", "The conflict's slug."),
            ExportColumn("sides.slug", "side"),
            *export_columns("sides.name"),
            ExportColumn("sides.members.force.slug", "forces", "The slugs of the forces listed on it."),
            ExportColumn("sides.members.period.edtf", "periods", "From when to when, force by force; blank: always."),
        ],
        key=("side",),
        references={"conflict": "conflicts"},
    )
)
register_table(
    Table(
        "operations",
        "A named or announced military undertaking.",
        {"operation": ""},
        [
            *export_columns("uid", "name", "kind", "objective", "summary"),
            *force("commanding_force", "The force that led it. Blank: not stated."),
            *window("starts"),
            *window("ends"),
            *export_columns("end_status"),
            ExportColumn("places.slug", rule="The slugs of the places in which it took place, as announced."),
            *export_columns("parent"),
            *envelope(),
        ],
        key=("uid",),
        references={"commanding_force_slug": "forces", "parent": "operations"},
    )
)
register_table(
    Table(
        "phases",
        "A part of an operation.",
        {"phase": ""},
        [
            *export_columns("uid", "operation", "ordinal", "name", "basis"),
            *window("starts"),
            *window("ends"),
            ExportColumn("places.slug", rule="The slugs of the places in which it took place."),
            *export_columns("area_km2"),
            *envelope(),
        ],
        key=("uid",),
        references={"operation": "operations"},
    )
)
register_table(
    Table(
        "participations",
        "What one passage says about the role of a force in a phase, including that it had none.",
        {"phase": "participations"},
        [
            ExportColumn("uid", "phase", "The phase's uid."),
            ExportColumn("operation", rule="The operation's uid."),
            *force("participations.force", "The force that the passage is about."),
            ExportColumn("participations.role", codes=ParticipationRole),
            ExportColumn("participations.standing", codes=Standing),
            *passage("participations"),
        ],
        key=("phase", "force_slug", "role", "article", "locator"),
        references={"phase": "phases", "operation": "operations", "force_slug": "forces", "article": "articles"},
    )
)
register_table(
    Table(
        "results",
        "How many things of one kind a passage counts as the result of a phase.",
        {"phase": "results"},
        [
            ExportColumn("uid", "phase", "The phase's uid."),
            ExportColumn("operation", rule="The operation's uid."),
            *result("results"),
        ],
        key=("phase", "kind", "what", "article", "locator"),
        references={"phase": "phases", "operation": "operations", "claimed_by_slug": "forces", "article": "articles"},
    )
)
register_table(
    Table(
        "names",
        "One spelling, in one language, of a place, a force, a conflict or an operation.",
        {"place": "names", "force": "names", "operation": "names", "conflict": "names"},
        [
            ExportColumn({"place": "slug"}, "place", "The place's slug, if it is the name of a place."),
            ExportColumn({"force": "slug"}, "force", "The force's slug, if it is the name of a force."),
            ExportColumn({"operation": "uid"}, "operation", "The operation's uid, if it is the name of an operation."),
            *export_columns("names.name", "names.language"),
            ExportColumn({"conflict": "slug"}, "conflict", "The conflict's slug, if it is the name of a conflict."),
        ],
        references={"place": "places", "force": "forces", "operation": "operations", "conflict": "conflicts"},
    )
)
register_table(
    Table(
        "region_members",
        "A place that lies in a region that cuts across the tree of places.",
        {"place": "members"},
        [
            ExportColumn("slug", "region", "The slug of the region."),
            *export_columns("members.place"),
            *passage("members"),
        ],
        key=("region", "place"),
        references={"region": "places", "place": "places", "article": "articles"},
    )
)
register_table(
    Table(
        "place_control",
        "Who claims, administers or controls a place, according to one passage.",
        {"place": "control"},
        [
            ExportColumn("slug", "place", "The place's slug."),
            *export_columns("control.aspect"),
            *force("control.force", "Who claims, administers or controls it. Blank: nobody, or not stated."),
            *export_columns("control.no_force"),
            *window("control.starts", WINDOW),
            *window("control.ends", WINDOW),
            *passage("control"),
            *export_columns("control.uid"),
        ],
        key=("uid",),
        references={"place": "places", "force_slug": "forces", "article": "articles"},
    )
)
