"""The table of articles, and the columns that passages and days have in every table."""

from publication.tables import Column, Table, columns, envelope, register

WINDOW = ("edtf", "earliest", "latest", "precision")
REPORTED_WINDOW = (*WINDOW, "as_reported")


def window(path, parts=REPORTED_WINDOW):
    """Return the columns of a day known to lie in a window."""
    return columns(*(f"{path}.{part}" for part in parts))


def passage(source):
    """Return the columns of a passage that stands in the list `source` of a document."""
    parts = ("article", "outlet", "published", "locator", "quote", "said_by")
    return [
        *columns(*(f"{source}.{part}" for part in parts)),
        Column(f"{source}.stance", rule="How the passage bears on the record."),
        Column(f"{source}.credibility", rule="How far this statement can be believed (Admiralty 1–6)."),
    ]


register(
    Table(
        "articles",
        "One report by one outlet.",
        {"article": ""},
        [
            *columns("uid", "title"),
            Column("outlet.slug", rule="The slug of its outlet."),
            *columns("outlet.name", "outlet.kind", "outlet.country", "outlet.affiliation", "outlet.reliability"),
            *columns("byline"),
            *window("published", (*WINDOW, "basis", "note")),
            *columns("language", "url", "archive_url", "retrieved", "syndicated_from", "copied_from", "sha256"),
            *envelope(),
            *columns("licence"),
        ],
        key=("uid",),
        references={"syndicated_from": "articles"},
    )
)
