"""What was measured, in words for people: targets first, then ratios, then a plot of cost against size."""

from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

#: Under the name of each target why it is not met, and what was tried; printed for those that are not met.
REMARKS = Path(__file__).resolve().with_name("REMARKS.md")

#: Groups whose numbers are milliseconds; of the others, more is better.
TIMES = {"list", "filter", "detail", "page", "moment", "stats", "admin"}
UNITS = {
    "stream": "thousand records a second",
    "publish": "incidents a second",
    "import": "incidents a second",
    "release": "thousand incidents a second",
    "crowd": "requests a second, eight clients",
    "memory": "MB",
    "size": "GB",
}
READ = ["list", "filter", "detail"]
AGAIN = ["killed, incident", "killed, reconciled"]
NOT_MET = "**not met**"
RIVALS = {
    "again": "asked again",
    "limit": "the limit",
    "bytes": "bytes only",
    "stock": "stock DRF",
    "datasette": "Datasette",
}

PREFACE = """# What Hamrin costs

`make bench` wrote this page; `make bench SIZE=10000` prints it for one size. Times are medians of answers over HTTP to
one client, each beside its rivals in turn, and every answer is checked; what takes seconds is repeated for as long as
three of them, or taken once. **Compare the ratios: the times are this machine's.**

- *The limit* is a bare WSGI function that reads the same rows by psycopg and sends the same bytes; *bytes only* does
  not even ask the database. For streams, publishing, imports and releases it is `COPY` of the same documents.
- *Hamrin* answers each request as if it were the first: what it keeps in memory is switched off. *Asked again* is a
  second Hamrin that keeps answers, as it comes.
- *Stock DRF* is nested ModelSerializers over the working tables, prefetched, on numbered pages.
- *Datasette* serves the flat table of incidents, without casualties, claims and citations, from an indexed SQLite file.

The theatre is drawn by a fixed seed: 1,000 incidents with casualties, claims, citations, revisions, operations and
tolls, skewed like real data, and copies of them under other days and uids. All servers but Datasette are gunicorn
with two workers of four threads.
"""


class Run:
    """The results of one size, by group and name."""

    def __init__(self, content):
        self.size, self.machine = content["size"], content["machine"]
        self.results = {(each["group"], each["name"]): each for each in content["results"]}

    def get(self, group, name, of="hamrin"):
        """Return a number that was measured."""
        return self.results[group, name][of]

    def all(self, groups, *names, of="hamrin"):
        """Return the numbers of some groups by name: those of these names, or all that were measured."""
        rows = {key[1]: each for key, each in self.results.items() if key[0] in groups}
        return {name: each[of] for name, each in rows.items() if of in each and (not names or name in names)}


@dataclass(frozen=True)
class Goal:
    """What every run must reach: none of its numbers is above the limit or, with `more`, below it.

    `numbers` takes the run and the one of the fewest incidents, and returns the numbers by what they are of.
    """

    name: str
    limit: float
    numbers: Callable[[Run, Run], dict[str, float]]
    more: bool = False

    def cell(self, run, small):
        """Return the worst number, what it is of, and whether it meets the target; empty text if there is none."""
        numbers = self.numbers(run, small)
        if not numbers:
            return ""
        of, worst = (min if self.more else max)(numbers.items(), key=lambda item: item[1])
        met = worst >= self.limit if self.more else worst <= self.limit
        return f"{number(worst)}{f' ({of})' if len(numbers) > 1 else ''} {'met' if met else NOT_MET}"


def ratios(these, those):
    """Return by name how many times as much these are."""
    return {name: value / those[name] for name, value in these.items() if name in those}


def grown(run, small, groups, *names):
    """Return how many times as long a run took as the one of the fewest incidents; nothing for that one."""
    return ratios(run.all(groups, *names), small.all(groups, *names)) if run is not small else {}


TARGETS = [
    Goal(
        "list and record asked again against the limit", 1.5,
        lambda run, _: ratios(run.all(["list", "detail"], of="again"), run.all(["list", "detail"], of="limit")),
    ),
    Goal(
        "list, record and filters asked again against Datasette", 1,
        lambda run, _: ratios(run.all(READ, of="again"), run.all(READ, of="datasette")),
    ),
    Goal(
        "one record first asked against Datasette", 1,
        lambda run, _: ratios(run.all(["detail"]), run.all(["detail"], of="datasette")),
    ),
    Goal(
        "list, record and filters against the limit", 1.5,
        lambda run, _: ratios(run.all(READ), run.all(READ, of="limit")),
    ),
    Goal(
        "stock DRF against list, record and filters", 10,
        lambda run, _: ratios(run.all(READ, of="stock"), run.all(READ)), more=True,
    ),
    Goal(
        "a deep page against the first", 1.2,
        lambda run, _: {"": run.get("moment", "deep cursor") / run.get("moment", "first page")},
    ),
    Goal(
        "a past state against the present", 2,
        lambda run, _: {
            when: run.get("moment", f"as_of {when}") / run.get("moment", "first page")
            for when in ("the end", "half way")
        },
    ),
    Goal("a filter against the fewest incidents", 3, lambda run, small: grown(run, small, ["filter"])),
    Goal(
        "the admin's list against the fewest incidents", 2,
        lambda run, small: grown(run, small, ["admin"], "list, first page"),
    ),
    *(
        Goal(
            f"{name} stream against COPY", limit,
            lambda run, _, name=name: ratios(run.all(["stream"], name), run.all(["stream"], of="limit")), more=True,
        )
        for name, limit in (("csv", 0.4), ("jsonl", 0.5))
    ),
    Goal("incidents published in a second", 3000, lambda run, _: run.all(["publish"]), more=True),
    Goal("sums by month and first level, ms", 300, lambda run, _: run.all(["stats"], *AGAIN)),
    Goal(
        "the same asked for the first time, ms", 15_000,
        lambda run, _: run.all(["stats"], *(f"{name}, first asked" for name in AGAIN)),
    ),
    Goal("memory of a worker, MB", 200, lambda run, _: run.all(["memory"], "worker after reading", of="mb")),
    Goal("memory of a stream, MB", 150, lambda run, _: run.all(["stream"], "csv", "jsonl", "geojson", of="mb")),
]  # fmt: skip


def text(contents):
    """Return the page of results as Markdown."""
    runs = [Run(content) for content in contents]
    machine = "; ".join(f"{name} {value}" for name, value in runs[-1].machine.items())
    parts = [PREFACE, f"Measured on: {machine}.\n", "## Targets\n", *_targets(runs)]
    for run in runs:
        parts += [f"\n## {run.size:,} incidents\n", *_times(run), "", *_rates(run)]
    if len(runs) > 1:
        parts += ["\n## Cost against size\n", "![Milliseconds against the number of incidents](cost.svg)\n"]
        parts += _growth(runs)
    return "\n".join(parts) + "\n"


def _targets(runs):
    cells = {target.name: [target.cell(run, runs[0]) for run in runs] for target in TARGETS}
    yield "| | target | " + " | ".join(f"{run.size:,}" for run in runs) + " |"
    yield "| --- | ---: |" + " ---: |" * len(runs)
    for target in TARGETS:
        sign = "≥" if target.more else "≤"
        yield f"| {target.name} | {sign} {target.limit:,} | {' | '.join(cells[target.name])} |"
    for name, remark in remarks().items():
        if any(NOT_MET in cell for cell in cells[name]):
            yield f"\n**{name[0].upper()}{name[1:]}:** {remark}"


def remarks():
    """Return by the name of a target why it is not met."""
    _, *sections = REMARKS.read_text().split("\n## ")
    return {name: remark.strip() for name, _, remark in (section.partition("\n") for section in sections)}


def _times(run):
    yield "| ms | Hamrin | asked again | × the limit | again × it | × bytes only | stock DRF takes | Datasette takes |"
    yield "| --- |" + " ---: |" * 7
    for (group, name), each in run.results.items():
        if group not in TIMES or "hamrin" not in each:
            continue
        mine = each["hamrin"]
        again = each.get("again")
        cells = [number(again) if again else ""]
        cells += [
            number(took / each[rival]) if took and rival in each else ""
            for took, rival in ((mine, "limit"), (again, "limit"), (mine, "bytes"))
        ]
        cells += [f"{number(each[rival] / mine)} ×" if rival in each else "" for rival in ("stock", "datasette")]
        yield f"| {group}: {name} | {number(mine)} | " + " | ".join(cells) + " |"


def _rates(run):
    yield "| | Hamrin | others |"
    yield "| --- | ---: | --- |"
    for (group, name), each in run.results.items():
        if group not in UNITS:
            continue
        mine = each.get("hamrin", each.get("mb", each.get("gb")))
        others = [f"{RIVALS.get(key, key)} {number(value)}" for key, value in each.items()
                  if key not in {"group", "name", "hamrin"} and value is not mine]  # fmt: skip
        yield f"| {group}: {name} ({UNITS[group]}) | {number(mine)} | {', '.join(others)} |"


def _growth(runs):
    yield "| ms | " + " | ".join(f"{run.size:,}" for run in runs) + " | growth |"
    yield "| --- |" + " ---: |" * (len(runs) + 1)
    for key, each in runs[0].results.items():
        if key[0] in TIMES and "hamrin" in each and all(key in run.results for run in runs):
            took = [run.get(*key) for run in runs]
            yield f"| {key[0]}: {key[1]} | " + " | ".join(map(number, took)) + f" | {number(took[-1] / took[0])} × |"


def number(value):
    """Return a number in two or three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2g}"


#: What the plot shows, each in a colour that colour-blind people can distinguish, too (Okabe and Ito).
PLOTTED = {
    ("list", "list of 100"): "#0072B2",
    ("filter", "three filters"): "#E69F00",
    ("filter", "words, common"): "#009E73",
    ("detail", "one record"): "#56B4E9",
    ("moment", "as_of half way"): "#CC79A7",
    ("stats", "killed, reconciled"): "#D55E00",
    ("admin", "list, first page"): "#000000",
}


def plot(contents):
    """Return an SVG of milliseconds against the number of incidents, both by powers of ten."""
    runs = [Run(content) for content in contents]
    lines = {": ".join(key): ([run.get(*key) for run in runs], colour) for key, colour in PLOTTED.items()}
    lines["stock DRF: list of 100"] = ([run.get("list", "list of 100", "stock") for run in runs], "#999999")
    # Words stay words, and the same numbers give the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "hamrin"}):
        figure, drawing = Figure(figsize=(9, 5), layout="constrained"), StringIO()
        axes = figure.subplots()
        axes.set(xscale="log", yscale="log", xlabel="incidents", ylabel="milliseconds")
        axes.grid(axis="y", color="#dddddd")
        for name, (took, colour) in sorted(lines.items(), key=lambda line: -line[1][0][-1]):
            axes.plot([run.size for run in runs], took, color=colour, marker="o", label=name)
        figure.legend(loc="outside right upper")
        figure.savefig(drawing, format="svg", metadata={"Date": None})
    return drawing.getvalue()
