"""What the tests of this folder share."""

import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path():
    """Instead of pytest's, whose folders are closed to the user that PostgreSQL is under root."""
    with tempfile.TemporaryDirectory(prefix="hamrin-") as folder:
        yield Path(folder)
