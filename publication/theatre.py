"""The theatre as readers see it: the site's name, publisher, licence and words, from the log."""

from collections.abc import Iterable

import orjson
from rest_framework import serializers

from .documents import FilterColumns, Kind, register_kind
from .models import Revision, Theatre
from .tables import ExportColumn, Table, envelope, export_columns, register_table


class LicenceSerializer(serializers.ModelSerializer):
    """The licence of the data."""

    name = serializers.CharField(source="licence", help_text="Its SPDX identifier.")
    path = serializers.CharField(source="licence_url", help_text="The address of its text; may be empty.")

    class Meta:
        model = Theatre
        fields = ["name", "path"]

    def to_representation(self, theatre):
        return super().to_representation(theatre) if theatre.licence else None


class ContactSerializer(serializers.ModelSerializer):
    """Where readers reach the publisher."""

    email = serializers.CharField(source="contact_email", help_text="May be empty.")
    url = serializers.CharField(source="contact_url", help_text="May be empty.")

    class Meta:
        model = Theatre
        fields = ["email", "url"]


class BoxSerializer(serializers.ModelSerializer):
    """A box on the Earth in degrees. If `west` is greater than `east`, it crosses the date line."""

    class Meta:
        model = Theatre
        fields = ["west", "south", "east", "north"]

    def to_representation(self, theatre):
        return None if theatre.west is None else super().to_representation(theatre)


class LevelsSerializer(serializers.ModelSerializer):
    """What the levels of places are called here, one and several of them. Empty: no word of its own."""

    class Meta:
        model = Theatre
        fields = [
            "first_level", "first_level_plural", "second_level", "second_level_plural", "third_level",
            "third_level_plural",
        ]  # fmt: skip


class TheatreSerializer(serializers.ModelSerializer):
    """What the database as a whole is about, who publishes it, and under which licence."""

    licence = LicenceSerializer(source="*", allow_null=True, help_text="Null: none is stated.")
    contact = ContactSerializer(source="*")
    box = BoxSerializer(source="*", allow_null=True, help_text="What maps show. Null: not stated.")
    levels = LevelsSerializer(source="*")

    class Meta:
        model = Theatre
        fields = [
            "slug", "name", "title", "publisher", "licence", "contact", "citation_note", "countries", "languages",
            "time_zone", "starts_on", "box", "levels",
        ]  # fmt: skip


def theatre_columns(theatre):
    return FilterColumns({"title": theatre.name}, texts=[theatre.title], names=[theatre.name])


THEATRE = register_kind(
    Kind(
        "theatre",
        "theatres",
        order=100,
        model=Theatre,
        serializer=TheatreSerializer,
        filter_columns=theatre_columns,
        queryset=Theatre.objects.all,
    )
)
register_table(
    Table(
        "theatres",
        "What the database as a whole is about: one row.",
        {"theatre": ""},
        [
            *export_columns("slug", "name", "title", "publisher", "licence.name", "licence.path"),
            *export_columns("contact.email", "contact.url", "citation_note", "countries", "languages", "time_zone"),
            *export_columns("starts_on", "box.west", "box.south", "box.east", "box.north"),
            *(ExportColumn(f"levels.{name}", name=name) for name in LevelsSerializer.Meta.fields),
            *envelope(),
        ],
        key=("slug",),
    )
)

#: What is said while no theatre is published.
NEUTRAL = TheatreSerializer(Theatre(slug="hamrin", name="Hamrin", title="Hamrin")).data


def theatre_at(seq: int | None = None) -> dict:
    """Return the document of the theatre as readers see it, or saw it at a seq; neutral words if there is none."""
    theatres = Revision.objects.of(THEATRE.name)
    shown = theatres.served() if seq is None else theatres.as_of(seq)
    return _read(shown.values_list("document", flat=True).first())


def theatres_at(seqs: Iterable[int]) -> dict[int, dict]:
    """Return what `theatre_at` does for each of several seqs, by one query."""
    columns = ("seq", "superseded_at", "document")
    revisions = list(Revision.objects.of(THEATRE.name).values_list(*columns))
    return {at: _read(next((text for seq, until, text in revisions if seq <= at < until), None)) for at in seqs}


def _read(text):
    document = orjson.loads(text) if text else NEUTRAL
    return {name: document.get(name, neutral) for name, neutral in NEUTRAL.items()}
