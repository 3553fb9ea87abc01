"""Where kept copies of evidence are: in a folder beside the database, which no page for readers serves."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.urls import reverse


class KeptCopies(FileSystemStorage):
    """Files that only curators can open, through the admin."""

    @property
    def location(self) -> str:
        return str(settings.HAMRIN_DATA / "copies")

    def url(self, name: str | None) -> str:
        return reverse("admin:sources_article_kept_copy", args=[name])


def name_of_copy(media, filename: str) -> str:
    """Return the path in the storage at which a new copy is kept."""
    return f"{media.article.uid}/{filename}"
