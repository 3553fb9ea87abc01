"""The four fields that every document has: they identify its revision."""

from functools import cache

from rest_framework import serializers

from .choices import Op, Reason


class EnvelopeSerializer(serializers.Serializer):
    """The fields that publishing appends to a document."""

    revision = serializers.IntegerField(read_only=True, help_text="1, 2, 3… for each record.")
    seq = serializers.IntegerField(read_only=True, help_text="The place of this revision in the log.")
    published_at = serializers.DateTimeField(read_only=True, help_text="When this revision was published.")
    codebook = serializers.CharField(read_only=True, help_text="The version of the codebook that it follows.")


#: The names of those fields, in their order.
ENVELOPE = tuple(EnvelopeSerializer().fields)


@cache
def with_envelope(serializer):
    """Return the serializer class that describes a kind's documents as readers get them: with the envelope."""
    fields = [*serializer.Meta.fields, *ENVELOPE]
    meta = type("Meta", (serializer.Meta,), {"fields": fields})
    return type(serializer.__name__, (EnvelopeSerializer, serializer), {"Meta": meta, "__doc__": serializer.__doc__})


#: The fields of each revision in a record's history, and their columns.
REVISION_FIELDS = {
    "number": "number",
    "seq": "seq",
    "at": "published_at",
    "op": "op",
    "changed_fields": "changed_fields",
    "reason_code": "reason_code",
    "reason": "reason",
    "replaced_by": "replaced_by",
    "codebook": "codebook",
}

#: The same for the feed of changes, with the record; the feed adds the document.
FEED_FIELDS = {
    "seq": "seq", "at": "published_at", "kind": "kind", "uid": "uid", **REVISION_FIELDS,
    "digest": "digest", "seal": "seal", "chain": "chain",
}  # fmt: skip


class StepSerializer(serializers.Serializer):
    """One revision in the history of a record."""

    number = serializers.IntegerField(help_text="1, 2, 3… for each record.")
    seq = serializers.IntegerField(help_text="The place of the revision in the log; `as_of` takes it.")
    at = serializers.DateTimeField(help_text="When it was published.")
    op = serializers.ChoiceField(Op.choices)
    changed_fields = serializers.ListField(child=serializers.CharField(), help_text="What differs from the one before.")
    reason_code = serializers.ChoiceField([("", ""), *Reason.choices])
    reason = serializers.CharField(allow_blank=True)
    replaced_by = serializers.CharField(allow_blank=True, help_text="The surviving uid after a merge.")
    codebook = serializers.CharField()


class TombstoneSerializer(serializers.Serializer):
    """What replaces the document of a record that was withdrawn or merged, and why."""

    uid = serializers.CharField()
    op = serializers.ChoiceField(Op.choices)
    reason_code = serializers.ChoiceField(Reason.choices)
    reason = serializers.CharField()
    replaced_by = serializers.CharField(allow_blank=True, help_text="The surviving uid after a merge.")


class HistorySerializer(serializers.Serializer):
    """Every revision of one record, oldest first."""

    uid = serializers.CharField()
    results = StepSerializer(many=True)


class ChangeSerializer(StepSerializer):
    """One revision in the feed of changes."""

    kind = serializers.CharField()
    uid = serializers.CharField()
    document = serializers.DictField(allow_null=True, help_text="The whole record; null for a tombstone.")
    digest = serializers.CharField(help_text="SHA-256 of the document and of the columns that filters read.")
    seal = serializers.CharField(help_text="SHA-256 over who published it, and over the reviews and edits behind it.")
    chain = serializers.CharField(help_text="SHA-256 over the chain of the revision before and all of this.")
    log = serializers.CharField(help_text="The id of the log.")
    epoch = serializers.IntegerField(help_text="The epoch in which it was published.")


class ChangesSerializer(serializers.Serializer):
    """A page of the feed of changes."""

    results = ChangeSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page; null when you have everything.")
    seq = serializers.IntegerField(help_text="The newest revision in the log when the page was read.")
    chain = serializers.CharField(allow_blank=True, help_text="The chain there.")
    log = serializers.CharField(allow_blank=True, help_text="The id of the log; blank before anything is published.")
    epoch = serializers.IntegerField(help_text="The epoch that the log is in; a restore from a backup begins another.")
