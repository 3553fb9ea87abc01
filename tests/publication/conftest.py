"""What the tests of publishing and reading share."""

import pytest

from tests.publication.theatre import Theatre


@pytest.fixture
def theatre(db):
    """A small theatre, published up to seq 16."""
    theatre = Theatre()
    theatre.publish()
    return theatre


@pytest.fixture
def get(client):
    """Read an address of the API and return the answer's JSON; the status must be as expected."""

    def get(path, status=200, **parameters):
        response = client.get(f"/api/v1/{path}", parameters)
        assert response.status_code == status, response.content
        return response.json()

    return get
