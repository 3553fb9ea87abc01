"""Forms for records: coding rules with their codes, and each constraint's sentence at its input."""

from functools import cache

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import Q, UniqueConstraint
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField, construct_instance
from django.http import HttpRequest, QueryDict

from publication.choices import Reason
from records.vocabulary import Vocabulary


@cache
def rules_of_codes(codes):
    """Return the coding rules of the vocabulary that has these codes, by code."""
    fitting = (vocabulary for vocabulary in Vocabulary.__subclasses__() if tuple(vocabulary.values) == codes)
    return {member.value: member.rule for vocabulary in fitting for member in vocabulary}


class RuledWidget:
    """A widget that gives each option its coding rule as title."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        codes = tuple(code for code, _ in self.choices if code)
        if rule := rules_of_codes(codes).get(value):
            option["attrs"]["title"] = rule
        return option


class RuledSelect(RuledWidget, forms.Select):
    """One code of a vocabulary."""

    template_name = "editing/select.html"


class RuledBoxes(RuledWidget, forms.CheckboxSelectMultiple):
    """Several codes of a vocabulary."""


class HeldSelect(AutocompleteSelect):
    """A record chosen by autocomplete. The record that the row already refers to is not queried again."""

    held = None

    def optgroups(self, name, value, attr=None):
        if self.held is None or value != [str(self.held.pk)]:
            return super().optgroups(name, value, attr)
        nothing = [] if self.is_required else [self.create_option(name, "", "", selected=False, index=0)]
        label = self.choices.field.label_from_instance(self.held)
        return [(None, [*nothing, self.create_option(name, self.held.pk, label, selected=True, index=len(nothing))], 0)]


class DayInput(forms.DateInput):
    """One day in ISO 8601 format."""

    def __init__(self, attrs=None):
        super().__init__({"class": "days", "placeholder": "YYYY-MM-DD", **(attrs or {})}, format="%Y-%m-%d")


def codes_field(field):
    """Return the form field for a list column of codes: a row of checkboxes."""
    return forms.MultipleChoiceField(
        choices=field.base_field.choices,
        required=not field.blank,
        label=field.verbose_name.capitalize(),
        help_text=field.help_text,
        widget=RuledBoxes(attrs={"class": "codes"}),
    )


def holds_codes(field):
    """Return whether a column is a list of codes."""
    return isinstance(field, ArrayField) and bool(field.base_field.choices)


def columns_in(condition):
    """Yield the names of the columns in a condition, in its order."""
    for part in condition.children:
        if isinstance(part, Q):
            yield from columns_in(part)
        else:
            yield part[0].partition("__")[0]


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form is filled with: None until it is sent."""
    return request.POST if request.method == "POST" else None


class RecordForm(forms.ModelForm):
    """A form that checks every constraint of its table and shows each violation at the input it is about."""

    #: Inputs that only matter where another one has a certain value: {"note": "basis=coder_judgement"}.
    show_if = {}

    #: Why nothing can be saved. Django makes a subclass of this form for each request, and the admin sets it there
    #: (`RecordAdmin.get_form`).
    refusal = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.TextInput | forms.Textarea):
                field.widget.attrs.setdefault("dir", "auto")
            if name in self.show_if:
                # What Django wraps to add links to the related record is the input.
                getattr(field.widget, "widget", field.widget).attrs["data-show-if"] = self.show_if[name]
            if isinstance(inner := getattr(field.widget, "widget", None), HeldSelect):
                inner.held = self._meta.model._meta.get_field(name).get_cached_value(self.instance, default=None)

    def input_of(self, column):
        """Return the name of the input through which a column is filled."""
        return column

    def _post_clean(self):
        """Fill and check the instance as Django does, but let constraints see the columns without an input as well."""
        parents = {name for name, field in self.fields.items() if isinstance(field, InlineForeignKeyField)}
        exclude = self._get_validation_exclusions() | parents
        self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
        try:
            self.instance.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            self._update_errors(error)
        self.validate_unique()
        if self.has_changed():
            unsaved = {name for name in parents if not getattr(self.instance, f"{name}_id")}
            self._check_constraints(unsaved)
        if self.refusal:
            self.add_error(None, self.refusal)

    def _check_constraints(self, exclude):
        wrong = {field.name for field in self.instance._meta.fields if self.input_of(field.name) in self.errors}
        for constraint in self.instance._meta.constraints:
            try:
                constraint.validate(type(self.instance), self.instance, exclude=exclude | wrong)
            except ValidationError as error:
                self.add_error(self.input_for(constraint), error)

    def input_for(self, constraint):
        """Return the last input in a constraint; None if the form has none of them."""
        unique = isinstance(constraint, UniqueConstraint)
        named = constraint.fields if unique and constraint.fields else columns_in(constraint.condition or Q())
        inputs = [name for name in map(self.input_of, named) if name in self.fields]
        return inputs[-1] if inputs else None


class PartFormSet(BaseInlineFormSet):
    """The rows of an inline: a row that is there twice gets the sentence of the table's constraint."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = (
                f"Delete {form.instance}" if form.instance.pk else "Delete"
            )

    def validate_unique(self):
        rows = [form for form in self.forms if not self._should_delete_form(form) and form.is_valid()]
        filled = [form for form in rows if form.instance.pk or form.has_changed()]
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and not constraint.condition:
                self._mark_twins(constraint, filled)

    def _mark_twins(self, constraint, rows):
        seen = set()
        for form in rows:
            fields = [self.model._meta.get_field(name) for name in constraint.fields]
            key = tuple(getattr(form.instance, field.attname) for field in fields if field != self.fk)
            if None in key and constraint.nulls_distinct is not False:
                continue
            if key in seen and form.is_valid():
                form.add_error(form.input_for(constraint), constraint.violation_error_message)
            seen.add(key)


class ReasonForm(forms.Form):
    """The comment on a step of the review."""

    comment = forms.CharField(
        label="Comment", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class ExplainedForm(ReasonForm):
    """A required comment on a step of the review."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = True
        self.fields["comment"].error_messages["required"] = "Say why, so that others can follow."


class WithdrawForm(ExplainedForm):
    """Why a record is withdrawn: a code, and a sentence for readers."""

    #: The reasons that a person can choose; the others are given by the system.
    REASONS = [
        reason
        for reason in Reason
        if reason not in {Reason.REFERENCE, Reason.CODEBOOK, Reason.REMOVED, Reason.DUPLICATE}
    ]

    reason_code = forms.ChoiceField(
        label="Reason",
        choices=[(reason.value, f"{reason.label}: {reason.rule}") for reason in REASONS],
        widget=forms.RadioSelect,
    )
    field_order = ["reason_code", "comment"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].label = "In a sentence for readers"
