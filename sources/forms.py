"""Uncertain days in forms: one EDTF text for two columns."""

from django import forms

from editing.forms import RecordForm

from .days import parse

SOME_DAY = (
    "2021-12-07 · 2021-12 · 2020-05-11/2020-05-20 (one day in between) · ../2020-06-02 (by then) · 2017-10-16/.. "
    "(from then on). Blank: not known."
)
FROM_TO = "First and last day: 2020-11-27/2021-12-08 · 2014-06-10/.. (no end) · 2021-12 (all of it). Blank: not known."


class DayField(forms.CharField):
    """A window of days as one EDTF text. It sets the property with the name of the field."""

    default_validators = [parse]

    def __init__(self, help_text=SOME_DAY, **kwargs):
        super().__init__(required=False, help_text=help_text, max_length=40, **kwargs)
        self.widget.attrs |= {"class": "days", "autocomplete": "off", "spellcheck": "false"}


class DayForm(RecordForm):
    """A form with DayFields, each named as a Window of its model."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.windows():
            self.initial.setdefault(name, getattr(self.instance, name))

    def windows(self):
        """Return the model's windows that this form fills, by name."""
        model = self._meta.model
        return {name: getattr(model, name) for name, field in self.fields.items() if isinstance(field, DayField)}

    def input_of(self, column):
        for name, window in self.windows().items():
            if column in (window.first, window.last):
                return name
        return super().input_of(column)

    def clean(self):
        cleaned = super().clean()
        for name in self.windows():
            if name in cleaned:
                setattr(self.instance, name, cleaned[name])
        return cleaned
