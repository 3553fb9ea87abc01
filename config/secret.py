"""A secret key that nobody has to choose: created on the first start, then kept in the data folder."""

import os
import tempfile
from contextlib import suppress

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def kept_key(path):
    """Return the key in the file at path, which only the current user can read."""
    try:
        if not path.exists():
            create(path)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The secret key cannot be kept in {path}: {error.strerror}. "
            "Set HAMRIN_DATA to a folder that you may write to, or HAMRIN_SECRET_KEY to a key of your own."
        ) from error


def create(path):
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as draft:
        draft.write(get_random_secret_key())
        draft.flush()
        # If two processes start for the first time at once, one key is kept and both read it.
        with suppress(FileExistsError):
            os.link(draft.name, path)
