"""Load on `codeassist serve`: searches a second and latencies at several numbers of clients, memory, and a refresh under load.

python benchmarks/load.py REPOSITORY [--requests 2000] [--clients 1 16 128] [--soak 50000]

The load tool is `hey` (Debian's package), which asks one query again and again; the server runs as its own process on loopback.
Latencies are wall time on the machine as it is; CPU is the server's own.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

QUERY = "where are the settings read"
TICKS = os.sysconf("SC_CLK_TCK")


def usage(pid: int) -> tuple[float, float, int]:
    """(resident MB, CPU seconds, open files) of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, (int(fields[11]) + int(fields[12])) / TICKS, files


def hey(address: str, clients: int, requests: int) -> list[str]:
    """The command that sends one search again and again."""
    body = json.dumps({"query": QUERY, "results": 5})
    how_many = ["-n", str(requests), "-c", str(clients)]
    request = ["-m", "POST", "-T", "application/json", "-d", body, "-t", "120", "-o", "csv"]
    return ["hey", *how_many, *request, f"{address}v1/search"]


def answers_of(printed: str) -> list[tuple[float, int]]:
    """(seconds, status) of each request, from what `hey` prints."""
    return [(float(row["response-time"]), int(row["status-code"])) for row in csv.DictReader(io.StringIO(printed))]


def load(address: str, clients: int, requests: int) -> list[tuple[float, int]]:
    """(seconds, status) of each request, by `hey`."""
    done = subprocess.run(hey(address, clients, requests), capture_output=True, text=True, check=True, timeout=1800)
    return answers_of(done.stdout)


def share(times: list[float], part: float) -> float:
    """A percentile in milliseconds."""
    return 1000 * sorted(times)[min(len(times) - 1, int(part * len(times)))]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("repository", type=Path)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16, 128])
    parser.add_argument("--soak", type=int, default=0)
    given = parser.parse_args()
    if not shutil.which("hey"):
        sys.exit("hey is not installed (apt-get install hey)")
    copy = Path(tempfile.mkdtemp(prefix="codeassist-load-")) / "repository"
    shutil.copytree(given.repository, copy, symlinks=True)  # files of the copy are changed under load
    subprocess.run([sys.executable, "-m", "codeassist", "index", "-q", str(copy)], check=True)
    command = [sys.executable, "-m", "codeassist", "serve", "--repo", str(copy), "--port", "0", "-q", "--concurrency", "256"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = next(line for line in server.stderr if "Serving at" in line)
        address = re.search(r"http://\S+", line)[0]
        measure(server.pid, address, copy, given)
    finally:
        server.terminate()
        print(f"exit code {server.wait(60)}")
        shutil.rmtree(copy.parent)


def measure(pid: int, address: str, copy: Path, given: argparse.Namespace) -> None:
    """The measurements on a running server."""
    load(address, 1, 50)
    print("clients  requests  not 200  searches/s  CPU ms each  p50 ms  p99 ms  MB")
    for clients in given.clients:
        before = usage(pid)
        answers = load(address, clients, given.requests)
        after = usage(pid)
        times = [seconds for seconds, _ in answers]
        bad = sum(status != 200 for _, status in answers)
        rate = len(times) / (sum(times) / clients)
        cpu = 1000 * (after[1] - before[1]) / len(times)
        figures = f"{rate:>10.1f}  {cpu:>11.1f}  {share(times, 0.5):>6.1f}  {share(times, 0.99):>6.1f}  {after[0]:.0f}"
        print(f"{clients:>7}  {len(times):>8}  {bad:>7}  {figures}", flush=True)
    refresh_under_load(address, copy, given.requests)
    if given.soak:
        print("requests so far, MB, open files")
        for done in range(0, given.soak, given.soak // 10):
            bad = sum(status != 200 for _, status in load(address, 16, given.soak // 10))
            memory, _, files = usage(pid)
            print(f"{done + given.soak // 10:>8}  {memory:.0f}  {files}  not 200: {bad}", flush=True)


def refresh_under_load(address: str, copy: Path, requests: int) -> None:
    """Change files while requests come in: none may be lost, and the last state must be found."""
    background = subprocess.Popen(hey(address, 16, requests), stdout=subprocess.PIPE, text=True)
    changes = 0
    while background.poll() is None:
        (copy / "zz_canary.py").write_text(f"def zzcanary_{changes}():\n    return {changes}\n")
        changes += 1
        try:
            background.wait(2.5)
        except subprocess.TimeoutExpired:
            continue
    answers = answers_of(background.stdout.read())
    bad = sum(status != 200 for _, status in answers)
    times = [seconds for seconds, _ in answers]
    time.sleep(2.5)
    last = json.dumps({"query": f"zzcanary_{changes - 1}"}).encode()
    request = urllib.request.Request(f"{address}v1/search", last, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        found = json.load(answer)["results"]
    is_found = bool(found) and found[0]["path"] == "zz_canary.py"
    print(
        f"refresh under load: {changes} changes, {len(answers)} requests, {bad} not 200, "
        f"p50 {share(times, 0.5):.1f} ms, p99 {share(times, 0.99):.1f} ms; last change found: {is_found}",
        flush=True,
    )


if __name__ == "__main__":
    main()
