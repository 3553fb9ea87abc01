"""Documents of the sources, and how days and citations look in every document."""

from rest_framework import serializers

from . import days
from .choices import ArticleStatus, Credibility, Precision, PublishedBasis, Stance, Supports
from .models import WITHDRAWN_STATUS, Article, Media, Outlet
from .paragraphs import Locator, locator_of, passage_address, split


class WindowSerializer(serializers.Serializer):
    """A day that is known to lie in a window. Open ends are null; `edtf` is empty if nothing is known."""

    edtf = serializers.CharField(help_text="ISO 8601-2, such as 2021-12-07 or ../2020-06-02.")
    earliest = serializers.DateField(allow_null=True, help_text="The first possible day.")
    latest = serializers.DateField(allow_null=True, help_text="The last possible day.")
    precision = serializers.ChoiceField(Precision.choices, help_text="How long the window is.")

    def __init__(self, prefix="", of="*", **kwargs):
        self.window = days.Window(prefix)
        super().__init__(source=of, read_only=True, **kwargs)

    def to_representation(self, record):
        earliest, latest = (getattr(record, self.window.first), getattr(record, self.window.last))
        return {
            "edtf": days.edtf(earliest, latest),
            "earliest": earliest and earliest.isoformat(),
            "latest": latest and latest.isoformat(),
            "precision": days.precision(earliest, latest).value,
        }


class ReportedWindowSerializer(WindowSerializer):
    """A day that is known to lie in a window, with the source's own words for it."""

    as_reported = serializers.CharField(help_text="The source's own words for the day; may be empty.")

    def __init__(self, prefix="", **kwargs):
        super().__init__(prefix, **kwargs)
        self.words = f"{prefix}_as_reported".lstrip("_")

    def to_representation(self, record):
        return super().to_representation(record) | {"as_reported": getattr(record, self.words)}


class PublishedSerializer(WindowSerializer):
    """The day of publication, and how it is known."""

    basis = serializers.ChoiceField(PublishedBasis.choices, help_text="How the day is known.")
    note = serializers.CharField(help_text="How a derived day follows from the text.")

    def __init__(self, **kwargs):
        super().__init__("published", **kwargs)

    def to_representation(self, article):
        how = {"basis": article.published_basis, "note": article.published_note}
        return super().to_representation(article) | how


class OutletSerializer(serializers.ModelSerializer):
    """The publisher of an article."""

    class Meta:
        model = Outlet
        fields = ["slug", "name", "kind", "country", "affiliation", "reliability"]


class ParagraphSerializer(serializers.Serializer):
    """What one paragraph of the article says, in our own words."""

    id = serializers.CharField(help_text="What the `passage` of a citation ends with, such as p3.")
    locator = serializers.CharField(help_text="Where in the article it is: lead, ¶1, ¶2 …")
    text = serializers.CharField(help_text="What it says, in our own words.")


class MediaSerializer(serializers.ModelSerializer):
    """Evidence beside the article. Our copy of it is not served."""

    id = serializers.SerializerMethodField(help_text="What the `passage` of a citation ends with, such as media-1.")
    obtained = serializers.DateField(
        source="obtained_on", allow_null=True, help_text="The day on which we obtained our copy."
    )

    class Meta:
        model = Media
        fields = ["id", "ordinal", "kind", "caption", "url", "obtained", "sha256"]

    def get_id(self, media) -> str:
        return Locator.read(f"media:{media.ordinal}").anchor


class ArticleSerializer(serializers.ModelSerializer):
    """One report by one outlet. Its text is not served."""

    outlet = OutletSerializer()
    published = PublishedSerializer()
    retrieved = serializers.DateField(source="retrieved_on", allow_null=True)
    syndicated_from = serializers.SlugRelatedField(
        "uid", read_only=True, allow_null=True, help_text="The article that this one repeats."
    )
    copied_from = serializers.SlugRelatedField(
        "slug", read_only=True, allow_null=True, help_text="The outlet whose report it repeats."
    )
    paragraphs = serializers.SerializerMethodField(help_text="What it says, in our own words; empty: not retold.")
    media = MediaSerializer(many=True)

    class Meta:
        model = Article
        fields = [
            "uid", "title", "outlet", "byline", "published", "language", "url", "archive_url", "retrieved",
            "syndicated_from", "copied_from", "sha256", "licence", "status", "status_on", "status_note", "paragraphs",
            "media",
        ]  # fmt: skip

    def get_paragraphs(self, article) -> ParagraphSerializer(many=True):
        locators = ((locator_of(number), text) for number, text in enumerate(split(article.retelling)))
        return [{"id": Locator.read(name).anchor, "locator": name, "text": text} for name, text in locators]


class PassageSerializer(serializers.Serializer):
    """A passage of an article. The base of everything that a passage says."""

    article = serializers.CharField(source="article.uid", help_text="The article's uid.")
    outlet = serializers.CharField(source="article.outlet.name", help_text="Who published it.")
    published = serializers.CharField(source="article.published", help_text="When, as EDTF.")
    source_status = serializers.ChoiceField(
        [*ArticleStatus.choices, WITHDRAWN_STATUS],
        source="article.status_for_readers",
        help_text="Whether the outlet stands by the article; withdrawn: we no longer serve it.",
    )
    locator = serializers.CharField(help_text="Where in the article, such as ¶9.")
    passage = serializers.SerializerMethodField(
        help_text="Where the API has the passage: the address of the article, and the id of a paragraph in it."
    )
    quote = serializers.CharField(help_text="A few words of the passage, if the wording matters.")
    said_by = serializers.CharField(help_text="The source that the article names.")
    stance = serializers.ChoiceField(Stance.choices)
    credibility = serializers.ChoiceField(Credibility.choices)

    def get_passage(self, citation) -> str:
        return passage_address(citation.article.uid, citation.locator)


class OptionalPassageSerializer(PassageSerializer):
    """A passage of an article, if one is cited; otherwise what is cited for the whole record says so."""

    article = serializers.CharField(source="article.uid", allow_null=True, help_text="The article's uid.")
    outlet = serializers.CharField(source="article.outlet.name", allow_null=True, help_text="Who published it.")
    published = serializers.CharField(source="article.published", allow_null=True, help_text="When, as EDTF.")
    source_status = serializers.ChoiceField(
        [*ArticleStatus.choices, WITHDRAWN_STATUS],
        source="article.status_for_readers",
        allow_null=True,
        help_text="Whether the outlet stands by the article; withdrawn: we no longer serve it.",
    )

    def get_passage(self, citation) -> str | None:
        return super().get_passage(citation) if citation.article else None


class CitationSerializer(PassageSerializer):
    """A passage, and which parts of the record it is about."""

    supports = serializers.ListField(child=serializers.ChoiceField(Supports.choices))


def names_in(citations):
    """Return the officials and bodies that citations name as their source, so that they can be searched for."""
    return [citation.said_by for citation in citations if citation.said_by]
