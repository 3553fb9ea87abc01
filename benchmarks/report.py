"""What was measured, in words for people: targets first, then ratios, then a plot of cost against size."""

from math import log10

#: Groups whose numbers are milliseconds; of the others, more is better.
TIMES = {"list", "filter", "detail", "moment", "stats", "admin"}
UNITS = {
    "stream": "thousand records a second",
    "publish": "incidents a second",
    "release": "thousand incidents a second",
    "crowd": "requests a second, eight clients",
    "memory": "MB",
    "size": "GB",
}
RIVALS = {"limit": "the limit", "bytes": "bytes only", "stock": "stock DRF", "datasette": "Datasette"}

PREFACE = """# What Hamrin costs

`make bench` wrote this page; `make bench SIZE=10000` prints it for one size. Times are medians of answers over HTTP to
one client, each beside its rivals in turn, and every answer is checked. **Compare the ratios: the times are this
machine's.**

- *The limit* is a bare WSGI function that reads the same rows by psycopg and sends the same bytes; *bytes only* does
  not even ask the database. For streams and publishing it is `COPY`.
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


def targets(run, small):
    """Yield (what, worst ratio or number, limit, whether more is better) for one run; `small` is the smallest run."""
    compared = [key for key, each in run.results.items() if key[0] in {"list", "filter", "detail"} and "limit" in each]
    yield "list, record and filters against the limit", _worst(run, compared, "limit"), 1.5, False
    with_stock = [key for key in compared if "stock" in run.results[key]]
    least = min(run.get(*key, "stock") / run.get(*key) for key in with_stock)
    yield "stock DRF against list, record and filters", least, 10, True
    first = run.get("moment", "first page")
    yield "a deep page against the first", run.get("moment", "deep cursor") / first, 1.2, False
    past = max(run.get("moment", f"as_of {when}") for when in ("the end", "half way"))
    yield "a past state against the present", past / first, 2, False
    if run is not small:
        worst, name = max((run.get(*key) / small.get(*key), key[1]) for key in run.results if key[0] == "filter")
        yield f"the slowest filter ({name}) against {small.size:,} incidents", worst, 3, False
        pages = run.get("admin", "list, first page") / small.get("admin", "list, first page")
        yield f"the admin's list against {small.size:,} incidents", pages, 2, False
    for name in ("csv", "jsonl"):
        yield f"{name} stream against COPY", run.get("stream", name) / run.get("stream", name, "limit"), 0.5, True
    yield "incidents published in a second", run.get("publish", "incidents with parts"), 3000, True
    yield "sums by month and governorate, ms", run.get("stats", "killed, reconciled"), 300, False
    yield "memory of a worker, MB", run.get("memory", "worker after reading", "mb"), 200, False
    yield (
        "memory of a stream, MB",
        max(run.get("stream", each, "mb") for each in ("csv", "jsonl", "geojson")),
        150,
        False,
    )


def _worst(run, keys, rival):
    return max(run.get(*key) / run.get(*key, rival) for key in keys)


def _targets(runs):
    rows = [list(targets(run, runs[0])) for run in runs]
    yield "| | target | " + " | ".join(f"{run.size:,}" for run in runs) + " |"
    yield "| --- | ---: |" + " ---: |" * len(runs)
    named = {}
    for column, row in enumerate(rows):
        for what, value, target, more in row:
            what = what if "slowest filter" not in what else "the slowest filter against the smallest size"
            cells = named.setdefault((what, target, more), [""] * len(runs))
            met = value >= target if more else value <= target
            cells[column] = f"{number(value)} {'met' if met else '**not met**'}"
    for (what, target, more), cells in named.items():
        yield f"| {what} | {'≥' if more else '≤'} {number(target)} | " + " | ".join(cells) + " |"


def _times(run):
    yield "| ms | Hamrin | × the limit | × bytes only | stock DRF takes | Datasette takes |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for (group, name), each in run.results.items():
        if group not in TIMES or "hamrin" not in each:
            continue
        mine = each["hamrin"]
        cells = [number(mine / each[rival]) if rival in each else "" for rival in ("limit", "bytes")]
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


#: What the plot shows, each in a colour that also the colour-blind tell apart (Okabe and Ito).
LINES = {
    ("list", "list of 100"): "#0072B2",
    ("filter", "three filters"): "#E69F00",
    ("filter", "words, common"): "#009E73",
    ("detail", "one record"): "#56B4E9",
    ("moment", "as_of half way"): "#CC79A7",
    ("stats", "killed, reconciled"): "#D55E00",
    ("admin", "list, first page"): "#000000",
}
WIDTH, HEIGHT, LEFT, RIGHT, EDGE = 780, 420, 60, 210, 30


def plot(contents):
    """Return an SVG of milliseconds against the number of incidents, both by powers of ten."""
    runs = [Run(content) for content in contents]
    drawn = {key: colour for key, colour in LINES.items() if all(key in run.results for run in runs)}
    stock = [run.get("list", "list of 100", "stock") for run in runs]
    lines = {": ".join(key): ([run.get(*key) for run in runs], colour) for key, colour in drawn.items()}
    lines["stock DRF: list of 100"] = (stock, "#999999")
    values = [value for took, _ in lines.values() for value in took]
    low, high = int(log10(min(values))), int(log10(max(values))) + 1
    first, last = log10(runs[0].size), log10(runs[-1].size)

    def across(size):
        return LEFT + (log10(size) - first) / ((last - first) or 1) * (WIDTH - LEFT - RIGHT)

    def down(value):
        return HEIGHT - EDGE - (log10(value) - low) / (high - low) * (HEIGHT - 2 * EDGE)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for power in range(low, high + 1):
        y = down(10**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10**power:g} ms</text>')
    for run in runs:
        parts.append(f'<text x="{across(run.size):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{run.size:,}</text>')
    label = 0
    for name, (took, colour) in sorted(lines.items(), key=lambda line: -line[1][0][-1]):
        points = " ".join(f"{across(run.size):.1f},{down(value):.1f}" for run, value in zip(runs, took, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        label = max(down(took[-1]) + 4, label + 15)
        parts.append(f'<text x="{WIDTH - RIGHT + 8}" y="{label:.1f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
