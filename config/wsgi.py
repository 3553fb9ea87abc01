"""What a web server runs: `gunicorn config.wsgi`."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from reading.answers import KeptAnswers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = KeptAnswers(get_wsgi_application(), settings.HAMRIN_ANSWER_CACHE_MB)
