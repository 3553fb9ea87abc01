"""Releases: what readers saw at one seq of the log, built once, never changed, withdrawn with a reason.

A release exists when its row in the database does. The row is written last; until then its files are not served.
"""

import os
import re
import shutil
import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from ..codebook import CODEBOOK_VERSION
from ..documents import Dates, dated
from ..models import Release, ReleaseFile, Revision
from ..positions import position_at
from .files import ReleaseRefused, file_digest, sync_folder, write_release

#: The advisory lock that one build holds at a time.
RELEASE_LOCK = 0x52454C45

#: Prefix of the folder of an unfinished build. If nobody is building, such a folder was left by a killed build.
BUILDING = ".building-"
VERSION_FOLDER = re.compile(r"\d{4}\.\d+(\.\d+)?")


def folder_of(release):
    """Return the folder of a release's files."""
    return _shelf() / release.version


def build_release(version, *, seq=None, notes=""):
    """Build and return the release of the log at `seq`, its head unless given. Raise ReleaseRefused if it cannot be."""
    with transaction.atomic():
        _lock()
        head = Revision.objects.head()
        position = position_at(head if seq is None else min(seq, head))
        release = Release(
            version=version,
            seq=head if seq is None else seq,
            chain=position.chain,
            log=position.log,
            epoch=position.epoch,
            published_at=timezone.now(),
            notes=notes,
            codebook=CODEBOOK_VERSION,
        )
        _clean(release)
        release.supersedes = _before(release)
        _refuse_unfit(release, head)
        covered = Revision.objects.of(dated(Dates.COVERED).name).as_of(release.seq)
        release.earliest_on, release.latest_on = first_and_last_day(covered)
        _sweep()
        with tempfile.TemporaryDirectory(prefix=BUILDING, dir=_shelf()) as building:
            files = write_release(release, Path(building))
            os.rename(Path(building, "files"), folder_of(release))
        sync_folder(_shelf())
        release.save()
        for file in files:
            file.release = release
        ReleaseFile.objects.bulk_create(files)
    return release


def withdraw_release(version, because):
    """Withdraw a release: its page stays and gives the reason, its files are no longer served. Return it."""
    release = _named(version)
    if release.withdrawn_at:
        raise ReleaseRefused(f"Release {release} is withdrawn already.")
    release.withdrawn_at, release.withdrawn_because = timezone.now(), because
    _clean(release)
    release.save(update_fields=["withdrawn_at", "withdrawn_because"])
    return release


def differing_files(version):
    """Build a release again and compare it with the one on disk; return the paths where either is not as recorded."""
    release = _named(version)
    with transaction.atomic():
        _lock()
        with tempfile.TemporaryDirectory(prefix=BUILDING, dir=_shelf()) as building:
            again = {file.path: file.sha256 for file in write_release(release, Path(building))}
    recorded = dict(release.files.values_list("path", "sha256"))
    kept = {path: file_digest(folder_of(release) / path) for path in recorded}
    paths = sorted(again.keys() | recorded.keys())
    return [path for path in paths if not again.get(path) == recorded.get(path) == kept.get(path)]


def _shelf():
    shelf = settings.HAMRIN_DATA / "releases"
    shelf.mkdir(parents=True, exist_ok=True)
    return shelf


def _lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [RELEASE_LOCK])
        if cursor.fetchone() != (True,):
            raise ReleaseRefused("Another release is being built.")


def _named(version):
    release = Release.objects.filter(version=version).first()
    if release is None:
        raise ReleaseRefused(f"There is no release {version}.")
    return release


def _clean(release):
    try:
        release.full_clean()
    except ValidationError as error:
        raise ReleaseRefused(" ".join(error.messages)) from error


def _before(release):
    """Return the release before this one in the order of versions, withdrawn or not."""
    earlier = [other for other in Release.objects.all() if other.order < release.order]
    return max(earlier, key=lambda other: other.order, default=None)


def _refuse_unfit(release, head):
    if release.seq > head:
        raise ReleaseRefused(f"The log has no such seq yet: the newest is {head}.")
    before = release.supersedes
    if before and before.seq > release.seq:
        raise ReleaseRefused(f"Release {before} holds seq {before.seq}, so a later one cannot hold seq {release.seq}.")
    if Revision.objects.as_of(release.seq).exclude(codebook=CODEBOOK_VERSION).exists():
        raise ReleaseRefused(
            f"At seq {release.seq} some documents follow another codebook than {CODEBOOK_VERSION}. "
            "Run `manage.py reproject`, then release a later seq."
        )


def first_and_last_day(revisions):
    """Return the first and the last possible day of all these records; None if all of them are open."""
    return (
        revisions.exclude(earliest_on=date.min).aggregate(day=Min("earliest_on"))["day"],
        revisions.exclude(latest_on=date.max).aggregate(day=Max("latest_on"))["day"],
    )


def _sweep():
    """Remove what a killed build left: its own folder, and a release without a row."""
    known = set(Release.objects.values_list("version", flat=True))
    for left in _shelf().iterdir():
        if left.name.startswith(BUILDING) or (VERSION_FOLDER.fullmatch(left.name) and left.name not in known):
            shutil.rmtree(left)
