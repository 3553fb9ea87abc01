"""The smallest valid theatre."""

from factory.django import DjangoModelFactory

from publication.models import Theatre


class TheatreFactory(DjangoModelFactory):
    class Meta:
        model = Theatre

    slug = "here"
    name = "Here"
    title = "Events here"
