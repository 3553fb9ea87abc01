"""What was reported: who published it, when, and which passage says what."""

from functools import cached_property

import pghistory
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value

from records.choices import State
from records.codes import COUNTRY, LANGUAGE
from records.duplicates import ToldApart
from records.keys import Keyed, UidField
from records.models import Reviewed
from records.names import NormalisedField
from records.triggers import part_of, reviewed, shown_by
from records.word_index import word_index

from .addresses import canonical_column
from .choices import (
    RESTING_STANCES,
    ArticleStatus,
    Credibility,
    MediaKind,
    OutletKind,
    PublishedBasis,
    Reliability,
    Stance,
    Supports,
)
from .copies import KeptCopies, name_of_copy
from .days import Window, earliest_day, in_order, latest_day
from .paragraphs import GRAMMAR, GRAMMAR_IN_WORDS, Locator, reading_order, split

#: What documents say of an article that is no longer served.
WITHDRAWN_STATUS = ("withdrawn", "Withdrawn")
#: The days on which something may have been published, as one range; where an end is not known it is open.
PUBLISHED_DAYS = Func(
    "published_earliest_on", "published_latest_on", Value("[]"), function="daterange", output_field=DateRangeField()
)
SHA256 = RegexValidator(r"^[0-9a-f]{64}$", "A SHA-256 sum has 64 digits from 0 to f.")


@pghistory.track()
@shown_by("articles")
class Outlet(Keyed):
    """A publisher of reports."""

    slug = models.SlugField(
        unique=True, help_text="The short name in coding sheets and addresses. Never change it once it is in use."
    )
    name = models.CharField(max_length=200, help_text="The name as the outlet writes it.")
    normalised = NormalisedField()
    kind = models.CharField(max_length=20, choices=OutletKind, help_text="What type of publisher it is.")
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[COUNTRY],
        help_text="The country in which its editors work (ISO 3166-1). Blank: not known.",
    )
    affiliation = models.CharField(
        max_length=200,
        blank=True,
        help_text="The party, government or force to which it belongs or is close. Blank: none, or not known.",
    )
    feed_group = models.SlugField(
        blank=True, help_text="Outlets that share a feed have the same word here and count as one source. Blank: none."
    )
    reliability = models.CharField(
        max_length=1,
        choices=Reliability,
        default=Reliability.F,
        help_text="How reliable the outlet is in general (Admiralty code A to F).",
    )
    url = models.URLField(blank=True, help_text="The address of its front page.")

    key = ("slug",)

    class Meta:
        ordering = ["slug"]
        constraints = [OutletKind.closes("kind"), Reliability.closes("reliability")]

    def __str__(self):
        return self.name


@reviewed
@pghistory.track()
class Article(Reviewed, Keyed):
    """One report by one outlet."""

    uid = UidField("ART")
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="articles", help_text="The publisher of the copy that we read."
    )
    title = models.CharField(max_length=500, help_text="The headline as published.")
    byline = models.CharField(
        max_length=200, blank=True, help_text="The authors or the desk as published. Blank: none given."
    )
    url = models.URLField(max_length=1000, blank=True, help_text="The canonical address. Blank: not known.")
    archive_url = models.URLField(max_length=1000, blank=True, help_text="The address of an archived copy.")
    language = models.CharField(
        max_length=20,
        default="en",
        validators=[LANGUAGE],
        help_text="The language as a BCP 47 tag, such as en, ar or ckb.",
    )
    published_earliest_on = earliest_day("of publication")
    published_latest_on = latest_day("of publication")
    published_basis = models.CharField(
        max_length=10,
        choices=PublishedBasis,
        default=PublishedBasis.UNKNOWN,
        help_text="How we know the day of publication.",
    )
    published_note = models.TextField(
        blank=True, help_text="For a derived day: from which paragraphs it follows, and how. Public."
    )
    licence = models.CharField(
        max_length=100,
        blank=True,
        help_text="The licence under which it may be redistributed, such as CC BY 4.0. Blank: not stated.",
    )
    retrieved_on = models.DateField(
        null=True, blank=True, help_text="The day on which we made our copy. Blank: not recorded."
    )
    syndicated_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        help_text="The report that this one repeats. The two count as one source. Blank: none.",
    )
    copied_from = models.ForeignKey(
        Outlet,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="copied_articles",
        help_text="The outlet whose report this one repeats, if that report is not in the database. Blank: none.",
    )
    status = models.CharField(
        max_length=10,
        choices=ArticleStatus,
        default=ArticleStatus.CURRENT,
        help_text="Whether the outlet stands by it. Readers see this beside every citation of the article.",
    )
    status_on = models.DateField(
        null=True, blank=True, help_text="The day on which it was corrected or retracted. Blank: not known."
    )
    status_note = models.TextField(
        blank=True, help_text="What was corrected, or why it was retracted, and who says so. Public."
    )
    sha256 = models.CharField(
        max_length=64,
        blank=True,
        validators=[SHA256],
        help_text="The SHA-256 sum of the copy that was coded. Blank: not recorded.",
    )
    text = models.TextField(
        blank=True,
        help_text="The full text without the headline; blank lines separate its paragraphs, of which the first is the"
        " lead. Only curators see it, and quotes are checked against it; the API never publishes it.",
    )
    retelling = models.TextField(
        blank=True,
        help_text="What the report says, in our own words: never copied wording, and no private person named. One"
        " paragraph for each of the original, separated by blank lines. Public: citations lead to its paragraphs.",
    )

    key = ("uid",)
    published = Window("published")

    class Meta:
        ordering = ["uid"]
        indexes = [
            word_index("article", "title", "byline", "url"),
            GistIndex(PUBLISHED_DAYS, name="article_by_published_days"),
        ]
        constraints = [
            *Reviewed.Meta.constraints,
            *in_order("published"),
            PublishedBasis.closes("published_basis"),
            ArticleStatus.closes("status"),
            models.CheckConstraint(
                condition=Q(status=ArticleStatus.CURRENT, status_note="", status_on=None)
                | ~Q(status=ArticleStatus.CURRENT) & ~Q(status_note=""),
                name="article_status_is_explained",
                violation_error_message="Say in the note what was corrected, or why the article was retracted; an"
                " article that is current has no such note and day.",
            ),
            models.UniqueConstraint(
                canonical_column("url"),
                condition=~Q(url=""),
                name="article_address_once",
                violation_error_message="Another article has this address already, in this or another spelling.",
            ),
            models.CheckConstraint(
                condition=~Q(published_basis=PublishedBasis.DERIVED) | ~Q(published_note=""),
                name="article_derived_day_is_explained",
                violation_error_message="Say in the note how the day of publication was derived.",
            ),
            models.CheckConstraint(
                condition=~Q(published_basis=PublishedBasis.UNKNOWN)
                | Q(published_earliest_on=None, published_latest_on=None),
                name="article_known_day_has_basis",
                violation_error_message="Say how the day of publication is known.",
            ),
            models.CheckConstraint(
                condition=~Q(syndicated_from=F("id")),
                name="article_not_its_own_copy",
                violation_error_message="An article cannot be a copy of itself.",
            ),
            models.CheckConstraint(
                condition=Q(syndicated_from=None) | Q(copied_from=None),
                name="article_copied_from_one_place",
                violation_error_message="Name the article it was copied from, or its outlet, not both.",
            ),
        ]

    def __str__(self):
        return f"{self.uid} {self.title}"

    @cached_property
    def paragraphs_held(self) -> dict[str, list[str]]:
        """The paragraphs of its text and of its retelling, as far as they are held."""
        return {"text": split(self.text), "retelling": split(self.retelling)}

    def prepare_merge(self, survivor):
        """Number the evidence on after the survivor's, and let what cites it follow: media:1 is another one there."""
        taken = max((each.ordinal for each in survivor.media.all()), default=0)
        # From the highest number down, so that no two rows ever have the same one.
        for each in self.media.order_by("-ordinal") if taken else ():
            each.ordinal += taken
            each.save(update_fields=["ordinal"])
        tables = [each for each in self._meta.related_objects if taken and issubclass(each.related_model, Citation)]
        for relation in tables:
            rows = relation.related_model._base_manager.filter(article=self, locator__startswith="media:")
            for row in sorted(rows, key=lambda row: Locator.read(row.locator), reverse=True):
                row.locator = f"media:{Locator.read(row.locator).first + taken}"
                row.save(update_fields=["locator"])

    @property
    def status_for_readers(self) -> str:
        """What documents that cite the article say of it: its status, or that it was withdrawn from the database."""
        return WITHDRAWN_STATUS[0] if self.state == State.WITHDRAWN else self.status


class DistinctArticles(ToldApart):
    """A decision that two articles that look alike are two, and neither is entered twice nor a copy of the other."""

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="distinct_from", help_text="One of the two articles."
    )
    other = models.ForeignKey(Article, models.CASCADE, related_name="+", help_text="The other one.")

    key = ("article__uid", "other__uid", "reason")

    class Meta:
        ordering = ["article", "other", "at"]
        verbose_name = "decision on a duplicate article"
        verbose_name_plural = "decisions on duplicate articles"
        constraints = [
            models.UniqueConstraint(
                fields=["article", "other", "reason"],
                name="distinct_articles_once_per_reason",
                violation_error_message="This decision is listed already.",
            ),
            models.CheckConstraint(
                condition=~Q(article=F("other")),
                name="distinct_articles_are_two",
                violation_error_message="An article cannot be told apart from itself.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="distinct_articles_say_why",
                violation_error_message="Say why they are not the same, so that others can follow.",
            ),
        ]

    def __str__(self):
        return f"{self.article.uid} is not {self.other.uid}"


@part_of("article")
@pghistory.track()
class Media(Keyed):
    """Evidence beside an article, such as a photo in it. It is cited like a paragraph: media:1."""

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="media", help_text="The article beside which it was found."
    )
    ordinal = models.PositiveSmallIntegerField(
        help_text="1, 2, 3 … within the article. The locator media:1 cites the first; never number them again."
    )
    kind = models.CharField(max_length=10, choices=MediaKind, help_text="What it is.")
    caption = models.CharField(
        max_length=500, help_text="What it shows, in our own words. No private person named. Public."
    )
    url = models.URLField(max_length=1000, blank=True, help_text="Its address. Blank: not known.")
    obtained_on = models.DateField(
        null=True, blank=True, help_text="The day on which we obtained our copy. Blank: not recorded."
    )
    sha256 = models.CharField(
        max_length=64,
        blank=True,
        validators=[SHA256],
        help_text="The SHA-256 sum of our copy. Blank: not recorded; saving a kept copy in the admin fills it in.",
    )
    kept = models.FileField(
        max_length=200,
        blank=True,
        storage=KeptCopies,
        upload_to=name_of_copy,
        help_text="Our copy. Only curators see it; readers get its sum. Blank: none kept.",
    )

    key = ("article__uid", "ordinal")

    class Meta:
        ordering = ["article", "ordinal"]
        verbose_name = "piece of evidence"
        verbose_name_plural = "evidence"
        constraints = [
            MediaKind.closes("kind"),
            models.CheckConstraint(
                condition=Q(ordinal__gt=0),
                name="media_counts_from_one",
                violation_error_message="The first piece of evidence has the number 1.",
            ),
            models.CheckConstraint(
                condition=~Q(url="", kept=""),
                name="media_can_be_found",
                violation_error_message="Give its address, or keep a copy of it.",
            ),
            models.UniqueConstraint(
                fields=["article", "ordinal"],
                name="media_numbered_once",
                violation_error_message="The article has a piece of evidence with this number already.",
            ),
        ]

    def __str__(self):
        return f"{self.article.uid} media:{self.ordinal}"


#: The constraints on what is coded of every passage.
CODES_OF_A_PASSAGE = [Stance.closes("stance"), Supports.closes_list("supports"), Credibility.closes("credibility")]


class Citation(models.Model):
    """One passage of one article, and what it says about a record."""

    article = models.ForeignKey(Article, models.PROTECT, help_text="The report in which the passage is.")
    locator = models.CharField(
        max_length=40,
        help_text="Where in the report it is: headline, standfirst, lead (the first paragraph), ¶1, ¶2 … for the"
        " paragraphs after it, ¶3-4 for several, or caption.",
    )
    quote = models.CharField(
        max_length=300, blank=True, help_text="A few words of the passage, only if the wording matters."
    )
    said_by = models.CharField(
        max_length=200,
        blank=True,
        help_text="The official or organisation that the report names as its source. No private persons.",
    )
    stance = models.CharField(
        max_length=12, choices=Stance, default=Stance.SUPPORTS, help_text="How the passage relates to the record."
    )
    supports = ArrayField(
        models.CharField(max_length=12, choices=Supports),
        default=list,
        blank=True,
        help_text="Which parts of the record the passage is about.",
    )
    credibility = models.CharField(
        max_length=1,
        choices=Credibility,
        default=Credibility.UNJUDGED,
        help_text="How credible this statement is, whoever made it.",
    )

    class Meta:
        abstract = True
        ordering = ["article", *reading_order()]
        constraints = [
            *CODES_OF_A_PASSAGE,
            models.CheckConstraint(
                condition=Q(locator__regex=GRAMMAR),
                name="%(class)s_points_at_a_passage",
                violation_error_message=GRAMMAR_IN_WORDS,
            ),
        ]

    def __str__(self):
        return f"{self.article.uid} {self.locator}"

    @classmethod
    def rests(cls) -> Q:
        """Return the condition on which the record rests on a passage: without it, it would say something else."""
        return Q(stance__in=RESTING_STANCES)


class OptionalCitation(Citation):
    """What a passage may say about a record, or what the passages of the record as a whole say."""

    article = models.ForeignKey(
        Article,
        models.PROTECT,
        null=True,
        blank=True,
        help_text="The report in which the passage is. Blank: what the whole record cites says so.",
    )
    locator = models.CharField(
        max_length=40,
        blank=True,
        help_text="Where in the report it is: headline, lead (first paragraph), then ¶1, ¶2 … after it, or caption.",
    )

    class Meta(Citation.Meta):
        abstract = True
        constraints = [
            *CODES_OF_A_PASSAGE,
            models.CheckConstraint(
                condition=Q(article=None, locator="") | Q(article__isnull=False) & Q(locator__regex=GRAMMAR),
                name="%(class)s_points_at_a_passage",
                violation_error_message=f"Name the article and the passage, or neither. {GRAMMAR_IN_WORDS}",
            ),
        ]

    def __str__(self):
        return super().__str__() if self.article else "no passage of its own"
