"""The tables of places, forces, operations and phases."""

from publication.tables import Column, Table, columns, envelope, register
from sources.tables import WINDOW, passage, window

from .choices import ParticipationRole, ResultKind, Standing


def force(path, rule):
    """Return the columns of a force that a document names."""
    return [Column(f"{path}.slug", rule=f"{rule} The force's slug."), Column(f"{path}.name", rule="The force's name.")]


register(
    Table(
        "places",
        "Somewhere on the map.",
        {"place": ""},
        [*columns("slug", "name", "kind", "parent", "within", "lat", "lon", "pcode", "disputed"), *envelope()],
        key=("slug",),
        references={"parent": "places"},
    )
)
register(
    Table(
        "forces",
        "An armed actor, or an authority that commands one.",
        {"force": ""},
        [
            *columns("slug", "name", "kind", "side", "echelon", "parent", "within"),
            *window("active", WINDOW),
            *envelope(),
        ],
        key=("slug",),
        references={"parent": "forces"},
    )
)
register(
    Table(
        "operations",
        "A named or announced military undertaking.",
        {"operation": ""},
        [
            *columns("uid", "name", "kind", "objective", "summary"),
            *force("commanding_force", "Who led it. Blank: not stated."),
            *window("starts"),
            *window("ends"),
            *columns("end_status"),
            Column("places.slug", rule="Its area, as announced: slugs."),
            *columns("parent"),
            *envelope(),
        ],
        key=("uid",),
        references={"commanding_force_slug": "forces", "parent": "operations"},
    )
)
register(
    Table(
        "phases",
        "A part of an operation.",
        {"phase": ""},
        [
            *columns("uid", "operation", "ordinal", "name", "basis"),
            *window("starts"),
            *window("ends"),
            Column("places.slug", rule="Where it took place: slugs."),
            *columns("area_km2"),
            *envelope(),
        ],
        key=("uid",),
        references={"operation": "operations"},
    )
)
register(
    Table(
        "participations",
        "What one passage says of a force's part in a phase, that it had none included.",
        {"phase": "participations"},
        [
            Column("uid", "phase", "The phase's uid."),
            Column("operation", rule="The operation's uid."),
            *force("participations.force", "Who it speaks of."),
            Column("participations.role", codes=ParticipationRole),
            Column("participations.standing", codes=Standing),
            *passage("participations"),
        ],
        key=("phase", "force_slug", "role", "article", "locator"),
        references={"phase": "phases", "operation": "operations", "force_slug": "forces", "article": "articles"},
    )
)
register(
    Table(
        "results",
        "What one passage says a phase brought about.",
        {"phase": "results"},
        [
            Column("uid", "phase", "The phase's uid."),
            Column("operation", rule="The operation's uid."),
            Column("results.kind", codes=ResultKind),
            Column("results.low", rule="The least it can be. Blank: not stated."),
            Column("results.best", rule="The figure as given. Blank: none given."),
            Column("results.high", rule="The most it can be. Blank: not stated."),
            *force("results.claimed_by", "Who claims it. Blank: not stated."),
            *passage("results"),
        ],
        key=("phase", "kind", "article", "locator"),
        references={"phase": "phases", "operation": "operations", "claimed_by_slug": "forces", "article": "articles"},
    )
)
register(
    Table(
        "names",
        "One spelling, in one language, of a place, a force or an operation.",
        {"place": "names", "force": "names", "operation": "names"},
        [
            Column({"place": "slug"}, "place", "The place's slug, if it is the name of a place."),
            Column({"force": "slug"}, "force", "The force's slug, if it is the name of a force."),
            Column({"operation": "uid"}, "operation", "The operation's uid, if it is the name of an operation."),
            *columns("names.name", "names.language"),
        ],
        references={"place": "places", "force": "forces", "operation": "operations"},
    )
)
register(
    Table(
        "place_control",
        "Who administers or controls a place, as one passage says.",
        {"place": "control"},
        [
            Column("slug", "place", "The place's slug."),
            *columns("control.aspect", "control.authority"),
            *window("control.starts", WINDOW),
            *window("control.ends", WINDOW),
            *passage("control"),
        ],
        key=("place", "aspect", "authority", "article", "locator"),
        references={"place": "places", "article": "articles"},
    )
)
