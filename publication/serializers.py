"""What every document has in common: the four fields that say which revision it is."""

from functools import cache

from rest_framework import serializers


class EnvelopeSerializer(serializers.Serializer):
    """The fields that publishing appends to a document."""

    revision = serializers.IntegerField(read_only=True, help_text="1, 2, 3… for each record.")
    seq = serializers.IntegerField(read_only=True, help_text="The place of this revision in the log.")
    published_at = serializers.DateTimeField(read_only=True, help_text="When this revision was published.")
    codebook = serializers.CharField(read_only=True, help_text="The version of the codebook that it follows.")


#: The names of those fields, in their order.
ENVELOPE = tuple(EnvelopeSerializer._declared_fields)


@cache
def served(serializer):
    """Return the serializer class that describes a kind's documents as readers get them: with the envelope."""
    fields = [*serializer.Meta.fields, *ENVELOPE]
    meta = type("Meta", (serializer.Meta,), {"fields": fields})
    return type(serializer.__name__, (EnvelopeSerializer, serializer), {"Meta": meta, "__doc__": serializer.__doc__})
