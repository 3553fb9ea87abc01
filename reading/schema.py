"""The OpenAPI document: what every address takes, and every answer that it can give."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from publication.serializers import TombstoneSerializer

from .formats import FormatNegotiation
from .moments import MOMENTS, TEXT
from .problems import PROBLEM

CHOSEN = "Only these fields of each record, separated by commas; of a flat table, only these columns."

#: The most values that a parameter may have, separated by commas.
VALUES_MAX = 100

#: Each way to refuse an answer: its status, its name, and when it happens.
REFUSALS = [
    (400, "BadRequest", "A parameter is unknown, or its value is bad: the problem names it."),
    (404, "NotFound", "There is nothing of this name, nor was there at the moment that is asked for."),
    (406, "NotAcceptable", "`Accept` takes none of the media types that there are."),
    (409, "Forked", "The log has another history at that seq than the `chain` that you followed."),
    (410, "Gone", "It was withdrawn: the problem says why."),
    (414, "AddressTooLong", "The address is too long."),
    (416, "OutOfRange", "The file does not have these bytes."),
    (429, "QuotaExceeded", "That was more than one address may ask; `Retry-After` says in how many seconds to go on."),
    (503, "TooSlow", "The query took the database too long. Narrow it."),
]

#: What the addresses of each kind of record give, in a word.
SUMMARIES = {"list": "All that match", "retrieve": "One, by its uid or slug", "history": "Its revisions"}

#: What documents and pages of them look like if `fields` chooses from them.
CUT = {
    "type": "object",
    "description": "A record of which `fields` chose these.",
    "additionalProperties": {},
}
CUT_PAGE = {
    "type": "object",
    "description": "A page of records of which `fields` chose some.",
    "required": ["results", "next", "previous", "seq"],
    "properties": {
        "results": {"type": "array", "items": {"$ref": "#/components/schemas/Cut"}},
        "next": {"type": ["string", "null"], "format": "uri"},
        "previous": {"type": ["string", "null"], "format": "uri"},
        "seq": {"type": "integer"},
        "count": {"type": "integer"},
    },
}


def header(name, kind, description, *statuses, required=True):
    """Return the description of a header of the answers with these statuses."""
    return OpenApiParameter(
        name, kind, OpenApiParameter.HEADER, description=description, required=required, response=list(statuses)
    )


class ApiSchema(AutoSchema):
    """Describes an address in each of its formats, with the parameters that no filter declares and all refusals."""

    @property
    def action(self):
        """What the view does: list, retrieve or history; None where it is of no record."""
        return getattr(self.view, "action", None)

    @property
    def tells_seq(self):
        """Whether the view is a LogView: it says where the log stands, and knows an answer by its ETag."""
        return hasattr(self.view, "tag")

    def get_operation_id(self):
        name = super().get_operation_id()
        return name.removesuffix("_retrieve") if self.action == "history" else name

    def get_auth(self):
        """Nobody needs a key; that it is optional is not said, because generated clients would then ask for one."""
        return []

    def get_summary(self):
        return SUMMARIES.get(self.action)

    def get_paginated_name(self, serializer_name):
        return f"{serializer_name}Page"

    def get_filter_backends(self):
        return getattr(self.view, "filter_backends", []) if self.action in {"list", None} else []

    def get_response_serializers(self):
        serializer = super().get_response_serializers()
        if self.action != "retrieve":
            return serializer
        return {200: serializer, 308: TombstoneSerializer, 410: TombstoneSerializer}

    def get_override_parameters(self):
        parameters = []
        if self.action in {"list", "retrieve"}:
            chosen = {"type": "array", "items": TEXT, "minItems": 1, "maxItems": VALUES_MAX}
            parameters += [OpenApiParameter(**each) for each in MOMENTS]
            parameters.append(OpenApiParameter("fields", chosen, description=CHOSEN, style="form", explode=False))
        if self.action == "list":
            parameters += [
                OpenApiParameter(name, bool, description=f"Only with `format={each.format}`. {sentence}")
                for each in self.view.get_renderers()
                for name, sentence in each.switches.items()
            ]
        if self.action == "retrieve":
            parameters.append(header("Location", str, "The record that it was merged into.", 308))
        if self.tells_seq:
            known = "The ETag of the answer that you have: if it still holds, you get a 304."
            parameters += [
                OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description=known),
                header("X-Data-Seq", int, "Where the log stood when the answer was made.", 200, 308, 410),
                header(
                    "X-Data-Chain", str, "The chain there, which tells this history from all others.", 200, 308, 410
                ),
                header("X-Data-Log", str, "The id of the log.", 200, 308, 410),
                header("X-Data-Epoch", int, "The epoch that the log is in: 2 after the first restore.", 200, 308, 410),
                header("ETag", str, "What tells this answer from others of the same address.", 200),
            ]
        return parameters

    def _insert_field_validators(self, field, schema):
        super()._insert_field_validators(field, schema)
        # An empty address is both a text of a format and an empty text to whoever does not check formats.
        if "oneOf" in schema:
            schema["anyOf"] = schema.pop("oneOf")

    def get_operation(self, *args):
        operation = super().get_operation(*args)
        if operation is None:
            return None
        filters = self.view.filterset_class.base_filters if self.get_filter_backends() else {}
        for each in operation.get("parameters", []):
            if each["name"] == "uid":
                each["description"] = "The record's uid or slug."
            if each["name"] in filters:
                self.complete(each, filters[each["name"]])
        formats = {each.format: each for each in self.view.get_renderers()}
        answers = operation["responses"]
        if self.action == "list":
            # Of several formats with one media type the first one is described.
            for form in reversed(formats.values()):
                answers["200"]["content"][form.media_type] |= form.described()
            (asked,) = [each for each in operation["parameters"] if each["name"] == "format"]
            asked["description"] = "; ".join(f"`{name}`: {form.about}" for name, form in formats.items())
        if self.action in {"list", "retrieve"}:
            cut = self.component("CutPage", CUT_PAGE) if self.action == "list" else self.component("Cut", CUT)
            self.component("Cut", CUT)
            whole = answers["200"]["content"]["application/json"]
            whole["schema"] = {"anyOf": [whole["schema"], cut]}
        operation["responses"] = dict(sorted((answers | self.refusals(answers, operation)).items()))
        return operation

    @staticmethod
    def complete(parameter, declared):
        """Add to the description of a filter what its declaration says and the generator passes over."""
        parameter.setdefault("description", declared.extra["help_text"])
        shape = parameter["schema"]
        if "max_length" in declared.extra:
            shape["maxLength"] = declared.extra["max_length"]
        if shape["type"] == "array":
            shape |= {"minItems": 1, "maxItems": VALUES_MAX}
            shape = shape["items"]
        if shape["type"] == "string" and not {"enum", "format", "pattern"} & set(shape):
            shape |= TEXT

    def refusals(self, answers, operation):
        """Return the answers that are no success, by status; a view declares those that only it can give."""
        statuses = {400, 414, 503} | {int(status) for status, answer in answers.items() if "content" not in answer}
        if isinstance(self.view.get_content_negotiator(), FormatNegotiation):
            statuses.add(406)
        if any(each["name"] == "chain" for each in operation.get("parameters", [])):
            statuses.add(409)
        if "{" in self.path:
            statuses.add(404)
        if self.view.get_throttles():
            statuses.add(429)
        found = {str(status): self.refusal(*rest) for status, *rest in REFUSALS if status in statuses}
        if self.tells_seq:
            found["304"] = {"description": "The answer that you have still holds."}
        return found

    def refusal(self, name, description):
        problem = {"schema": self.component("Problem", PROBLEM)}
        answer = {"description": description, "content": {"application/problem+json": problem}}
        if name == "QuotaExceeded":
            answer["headers"] = {"Retry-After": {"required": True, "schema": {"type": "integer"}}}
        return self.component(name, answer, ResolvedComponent.RESPONSE)

    def component(self, name, content, sort=ResolvedComponent.SCHEMA):
        """Return the reference to a shared part of the document, which is added to it if it is not there."""
        part = ResolvedComponent(name, sort, content, object=name)
        self.registry.register_on_missing(part)
        return part.ref
