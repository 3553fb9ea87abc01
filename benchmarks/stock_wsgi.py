"""Serves stock.py with Django's own middleware and nothing else."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
settings.ROOT_URLCONF = "benchmarks.stock"
# Those that `startproject` writes.
settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each.startswith("django.")]
application = get_wsgi_application()
