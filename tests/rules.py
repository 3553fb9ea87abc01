"""What the tests of rules share."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction


def refuse(record, sentence, **values):
    """Assert that the values are refused by the model, with the sentence, and by the database too."""
    for name, value in values.items():
        setattr(record, name, value)
    with pytest.raises(ValidationError) as refused:
        record.validate_constraints()
    assert sentence in refused.value.messages
    with pytest.raises(IntegrityError), transaction.atomic():
        record.save()
