"""The theatre among the records of the API: its document, and every revision of it."""

from .listings import THEATRE_LIST
from .viewsets import RecordViewSet


class TheatreViewSet(RecordViewSet):
    """What the database as a whole is about, who publishes it, and under which licence. There is one."""

    listing = THEATRE_LIST
