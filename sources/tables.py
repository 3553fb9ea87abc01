"""The table of articles, and the columns that passages and days have in every table."""

from publication.tables import ExportColumn, Table, envelope, export_columns, register_table

from .serializers import MediaSerializer

WINDOW = ("edtf", "earliest", "latest", "precision")
REPORTED_WINDOW = (*WINDOW, "as_reported")


def window(path, parts=REPORTED_WINDOW):
    """Return the columns of a day that is known to lie in a window."""
    return export_columns(*(f"{path}.{part}" for part in parts))


def passage(source):
    """Return the columns of a passage in the list `source` of a document."""
    parts = ("article", "outlet", "published", "locator", "quote", "said_by")
    return [
        *export_columns(*(f"{source}.{part}" for part in parts)),
        ExportColumn(f"{source}.stance", rule="How the passage relates to the record."),
        ExportColumn(f"{source}.credibility", rule="How credible this statement is (Admiralty code 1 to 6)."),
        *export_columns(f"{source}.passage", f"{source}.source_status"),
    ]


register_table(
    Table(
        "articles",
        "One report by one outlet.",
        {"article": ""},
        [
            *export_columns("uid", "title"),
            ExportColumn("outlet.slug", rule="The slug of its outlet."),
            *export_columns("outlet.name", "outlet.kind", "outlet.country", "outlet.affiliation", "outlet.reliability"),
            *export_columns("byline"),
            *window("published", (*WINDOW, "basis", "note")),
            *export_columns("language", "url", "archive_url", "retrieved", "syndicated_from", "copied_from", "sha256"),
            *envelope(),
            *export_columns("licence", "status", "status_on", "status_note"),
        ],
        key=("uid",),
        references={"syndicated_from": "articles"},
    )
)
register_table(
    Table(
        "paragraphs",
        "What one paragraph of an article says, in our own words.",
        {"article": "paragraphs"},
        [
            ExportColumn("uid", "article", "The article's uid."),
            *export_columns("paragraphs.locator", "paragraphs.text"),
        ],
        key=("article", "locator"),
        references={"article": "articles"},
    )
)
register_table(
    Table(
        "media",
        "Evidence beside an article, such as a photo in it.",
        {"article": "media"},
        [
            ExportColumn("uid", "article", "The article's uid."),
            *export_columns(*(f"media.{name}" for name in MediaSerializer.Meta.fields[1:])),
        ],
        key=("article", "ordinal"),
        references={"article": "articles"},
    )
)
