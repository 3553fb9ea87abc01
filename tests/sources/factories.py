"""The smallest valid outlet and article."""

from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from sources.choices import OutletKind
from sources.models import Article, Outlet


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


class CitationFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    article = SubFactory(ArticleFactory)
    locator = "¶1"
