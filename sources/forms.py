"""Uncertain days in forms: one EDTF text for two columns."""

from django import forms

from editing.forms import RecordForm

from .days import parse
from .hours import read_clock

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


class ClockField(DayField):
    """A clock time, or a span of them, as one text."""

    default_validators = [read_clock]

    def __init__(self):
        super().__init__("Local time: 21:40 · 21:00/22:30 (one time in between) · 22:00/04:00. Blank: not stated.")


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
