"""The smallest valid outlet, article and piece of evidence."""

from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from sources.choices import MediaKind, OutletKind
from sources.models import Article, DistinctArticles, Media, Outlet


class OutletFactory(DjangoModelFactory):
    class Meta:
        model = Outlet

    slug = Sequence("outlet-{}".format)
    name = Sequence("Outlet {}".format)
    kind = OutletKind.UNKNOWN


class ArticleFactory(DjangoModelFactory):
    class Meta:
        model = Article

    outlet = SubFactory(OutletFactory)
    title = Sequence("Headline {}".format)


class DistinctArticlesFactory(DjangoModelFactory):
    class Meta:
        model = DistinctArticles

    article = SubFactory(ArticleFactory)
    other = SubFactory(ArticleFactory)
    reason = "They are two."


class MediaFactory(DjangoModelFactory):
    class Meta:
        model = Media

    article = SubFactory(ArticleFactory)
    ordinal = Sequence(lambda n: n + 1)
    kind = MediaKind.PHOTO
    caption = "A burnt-out car on a road."
    url = "https://example.org/photo.jpg"


class CitationFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    article = SubFactory(ArticleFactory)
    locator = "¶1"
