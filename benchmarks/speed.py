"""Speed and size compared with semble and ripgrep, on corpora of increasing size.

    python benchmarks/speed.py --corpora flask=DIR django=DIR cpython=DIR --semble BIN --semble-model DIR [--runs 5]

Whole processes are timed from outside, alternating between both tools (ours, theirs, ours, ...). Reported are the medians
and the median of the ratios of each pair of runs. `--semble` is the program of semble 0.7.0 in its own environment,
`--semble-model` a folder with its static model (all-MiniLM-L6-v2 distilled by model2vec to 256 dimensions); its cache is
emptied before each cold run. Our index is in a scratch folder. Corpora are plain source trees without version control.
Prints a Markdown table and writes `results/speed.json`; `--chart` also writes `results/scaling.svg`, time and memory
against the number of lines.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

RESULTS = Path(__file__).with_name("results")
QUERIES = [
    "where is authentication handled",
    "csrf token check",
    "password hashing",
    "parse command line arguments",
    "how are templates rendered",
    "read a configuration file",
    "session cookie expiry",
    "resolve url patterns",
    "open a network connection",
    "file upload handlers",
    "retry after a timeout",
    "json encoder for dates",
    "load plugins from entry points",
    "thread pool executor shutdown",
    "log record formatting",
    "unicode normalization",
    "generate a random token",
    "walk a directory tree",
    "compile a regular expression",
    "test client request",
]
SEARCH = "where is authentication handled"


@dataclass
class Row:
    """The figures of one corpus; times in seconds, sizes in bytes."""

    corpus: str
    files: int = 0
    lines: int = 0
    source: int = 0
    chunks: int = 0
    cold: float = 0.0
    cold_semble: float = 0.0
    cold_ratio: float = 0.0
    unchanged: float = 0.0
    one_changed: float = 0.0
    search: float = 0.0
    search_semble: float = 0.0
    search_ratio: float = 0.0
    search_ripgrep: float = 0.0
    query_p50: float = 0.0
    query_p95: float = 0.0
    memory: int = 0
    memory_semble: int = 0
    size: int = 0
    notes: list[str] = field(default_factory=list)


def timed(command: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> tuple[float, int]:
    """(wall time in seconds, peak memory of the largest process in bytes) of one run."""
    before = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    scale = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - before, usage.ru_maxrss * scale


def pairs(ours: list[tuple[float, int]], theirs: list[tuple[float, int]]) -> tuple[float, float, float]:
    """Both medians, and the median of the ratios of each pair."""
    ratios = [a[0] / b[0] for a, b in zip(ours, theirs, strict=True)]
    return statistics.median(a[0] for a in ours), statistics.median(b[0] for b in theirs), statistics.median(ratios)


def measure(name: str, corpus: Path, options: argparse.Namespace) -> Row:
    """All figures of one corpus."""
    row = Row(name)
    program = [sys.executable, "-m", "codeassist"] if not options.program else [options.program]
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / name
        shutil.copytree(corpus, tree, symlinks=True, ignore=shutil.ignore_patterns(".codeassist"))
        index = ["--index-dir", str(Path(scratch) / "index")]
        environment = os.environ | {
            "SEMBLE_MODEL_NAME": str(options.semble_model),
            "SEMBLE_CACHE_LOCATION": str(Path(scratch) / "semble"),
            "HF_HUB_OFFLINE": "1",
        }
        semble = [str(options.semble), "search", SEARCH, str(tree), "-k", "10", "--max-snippet-lines", "0"]
        ours, theirs = [], []
        for _ in range(options.runs):
            shutil.rmtree(Path(scratch) / "index", ignore_errors=True)
            ours.append(timed([*program, "index", str(tree), "-q", *index]))
            if options.semble:
                shutil.rmtree(Path(scratch) / "semble", ignore_errors=True)
                theirs.append(timed(semble, env=environment))
        if theirs:
            row.cold, row.cold_semble, row.cold_ratio = pairs(ours, theirs)
            row.memory_semble = max(peak for _, peak in theirs)
        row.cold = statistics.median(seconds for seconds, _ in ours)
        row.memory = max(peak for _, peak in ours)
        row.unchanged = statistics.median(timed([*program, "index", str(tree), "-q", *index])[0] for _ in range(options.runs))
        changed = []
        edited = max((p for p in tree.rglob("*.py") if p.stat().st_size < 30_000), key=lambda p: p.stat().st_size)
        for number in range(options.runs):
            edited.write_text(edited.read_text(encoding="utf-8") + f"\n# change {number}\n", encoding="utf-8")
            changed.append(timed([*program, "index", str(tree), "-q", *index])[0])
        row.one_changed = statistics.median(changed) - row.unchanged
        ours, theirs, greps = [], [], []
        for _ in range(max(9, options.runs)):
            ours.append(timed([*program, "search", SEARCH, "-n", "0", "-C", str(tree), *index]))
            if options.semble:
                theirs.append(timed(semble, env=environment))
            if shutil.which("rg"):
                greps.append(timed(["rg", "--no-require-git", "-il", "auth", str(tree)])[0])
        row.search = statistics.median(seconds for seconds, _ in ours)
        if theirs:
            row.search, row.search_semble, row.search_ratio = pairs(ours, theirs)
        row.search_ripgrep = statistics.median(greps) if greps else 0.0
        warm(row, tree, Path(scratch) / "index")
    return row


def warm(row: Row, tree: Path, index_dir: Path) -> None:
    """Fill in the latency of queries through the API in this process, and the contents and size of the index."""
    from indexers import Index
    from indexers.stores.folder import index_size

    with Index.open(tree, index_dir=index_dir) as index:
        for query in QUERIES:
            index.search(query)
        times = []
        for _ in range(5):
            for query in QUERIES:
                before = time.perf_counter()
                index.search(query)
                times.append(time.perf_counter() - before)
        languages = index.statistics().languages.values()
        row.files, row.lines, row.chunks = (
            sum(getattr(entry, key) for entry in languages) for key in ("files", "lines", "chunks")
        )
        paths = index.files()
        row.source = sum((tree / path).stat().st_size for path in paths)
    cuts = statistics.quantiles(times, n=20)
    row.query_p50, row.query_p95 = statistics.median(times), cuts[18]
    row.size = index_size(index_dir)


def scaling(corpus: Path, program: list[str]) -> list[tuple[int, float, int]]:
    """(lines, seconds, peak bytes) of indexing increasing parts of one corpus."""
    files = sorted(path for path in corpus.rglob("*") if path.is_file() and path.suffix in (".py", ".c", ".h", ".js", ".txt"))
    points = []
    for share in (0.125, 0.25, 0.5, 0.75, 1.0):
        with tempfile.TemporaryDirectory() as scratch:
            tree, lines = Path(scratch) / "tree", 0
            for path in files[:: max(1, round(1 / share))] if share <= 0.5 else files[: int(len(files) * share)]:
                target = tree / path.relative_to(corpus)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
                lines += path.read_bytes().count(b"\n")
            runs = []
            for _ in range(3):
                shutil.rmtree(Path(scratch) / "index", ignore_errors=True)
                runs.append(timed([*program, "index", str(tree), "-q", "--index-dir", str(Path(scratch) / "index")]))
            points.append((lines, statistics.median(s for s, _ in runs), max(m for _, m in runs)))
    return points


def chart(points: list[tuple[int, float, int]], path: Path) -> None:
    """Draw time and memory against the number of lines, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "codeassist"
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    lines = [point[0] / 1e3 for point in points]
    left.plot(lines, [point[1] for point in points], "o-")
    left.set(xlabel="thousand lines", ylabel="seconds, cold index", xlim=0, ylim=0)
    right.plot(lines, [point[2] / 1e6 for point in points], "o-", color="tab:orange")
    right.set(xlabel="thousand lines", ylabel="peak memory, MB", xlim=0, ylim=0)
    for axes in (left, right):
        axes.grid(visible=True, alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", nargs="+", required=True, help="NAME=FOLDER")
    parser.add_argument("--program", help="the installed codeassist program (default: this interpreter's)")
    parser.add_argument("--semble", type=Path)
    parser.add_argument("--semble-model", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--chart", action="store_true")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    RESULTS.mkdir(exist_ok=True)
    rows = []
    for entry in options.corpora:
        name, _, folder = entry.partition("=")
        rows.append(measure(name, Path(folder), options))
        print(json.dumps(asdict(rows[-1])), flush=True)
    print("\n| | " + " | ".join(row.corpus for row in rows) + " |\n|---|" + "---:|" * len(rows))
    for label, show in TABLE:
        print(f"| {label} | " + " | ".join(show(row) for row in rows) + " |")
    (RESULTS / "speed.json").write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    if options.chart:
        name, _, folder = options.corpora[-1].partition("=")
        program = [options.program] if options.program else [sys.executable, "-m", "codeassist"]
        points = scaling(Path(folder), program)
        print(points)
        chart(points, RESULTS / "scaling.svg")


TABLE = [
    ("files / lines indexed", lambda r: f"{r.files:,} / {r.lines:,}"),
    ("chunks", lambda r: f"{r.chunks:,}"),
    ("cold index", lambda r: f"{r.cold:.2f} s"),
    ("semble, cold", lambda r: f"{r.cold_semble:.2f} s"),
    ("ratio", lambda r: f"**{r.cold_ratio:.2f}**"),
    ("nothing changed", lambda r: f"{r.unchanged:.2f} s"),
    ("one file changed, on top", lambda r: f"{r.one_changed:.2f} s"),
    ("`search`, whole process", lambda r: f"{r.search:.3f} s"),
    ("semble search, cached", lambda r: f"{r.search_semble:.3f} s"),
    ("ratio", lambda r: f"**{r.search_ratio:.2f}**"),
    ("ripgrep, one word", lambda r: f"{r.search_ripgrep:.3f} s"),
    ("warm query p50 / p95", lambda r: f"{r.query_p50 * 1e3:.1f} / {r.query_p95 * 1e3:.1f} ms"),
    ("peak memory, largest process", lambda r: f"{r.memory / 1e6:.0f} MB"),
    ("semble's", lambda r: f"{r.memory_semble / 1e6:.0f} MB"),
    ("index on disk / source", lambda r: f"{r.size / 1e6:.1f} / {r.source / 1e6:.1f} MB = {r.size / max(1, r.source):.2f}"),
]

if __name__ == "__main__":
    main()
