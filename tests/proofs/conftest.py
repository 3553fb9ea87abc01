"""Writing docs/proofs.md: a row for each proof, with its docstring and its property `ran`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

PAGE = """# Proofs

What takes longer than the suite should, with larger amounts than there. `make proofs` runs it and writes this page;
`make proofs SCALE=0.1` runs a tenth of each.

| proof | what was run | result | date | seconds |
| --- | --- | --- | --- | --- |
{rows}
"""

REPORTS = pytest.StashKey[list]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        sentence = " ".join(item.obj.__doc__.split())
        item.config.stash.setdefault(REPORTS, []).append((sentence, report))
    return report


def pytest_sessionfinish(session):
    today = datetime.now(UTC).date()
    rows = [
        f"| {sentence} | {dict(report.user_properties).get('ran', '')} | {'holds' if report.passed else '**fails**'}"
        f" | {today} | {report.duration:.0f} |"
        for sentence, report in session.config.stash.get(REPORTS, [])
    ]
    if rows:
        Path(settings.BASE_DIR, "docs/proofs.md").write_text(PAGE.format(rows="\n".join(rows)), encoding="utf-8")
