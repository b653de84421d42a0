"""How long the first answer of `codeassist mcp` takes: a new process, `initialize`, and one `search`.

    python benchmarks/mcp_start.py REPOSITORY QUERY [--times 3] [--shared] [--indexed]

Without `--indexed` the index is removed before each start, so that the first answer comes from the files. Without `--shared`
the process serves alone (`--alone`); with it, it is the client of a process that all agents share, which the first one starts.
Prints, for each start, seconds by the clock and of CPU (of the process and its finished children, at the moment of the answer)
until the server is ready and until it answers, and the first place. Wall times mean something on a quiet machine only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process and of its children that were waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def call(child: subprocess.Popen[str], number: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
    """The response to a request."""
    assert child.stdin is not None
    assert child.stdout is not None
    print(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}), file=child.stdin, flush=True)
    for line in child.stdout:
        message: dict[str, Any] = json.loads(line)
        if message.get("id") == number:
            return message
    raise SystemExit(f"the server ended: {child.wait()}")


def start(root: Path, query: str, *, shared: bool) -> tuple[float, float, float, float, str]:
    """(seconds, CPU seconds until ready; the same until the answer; its first place)."""
    command = [sys.executable, "-m", "codeassist", "mcp", "-C", str(root), *(() if shared else ("--alone",))]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "start", "version": "1"}}
        call(child, 1, "initialize", hello)
        ready, ready_cpu = time.perf_counter() - begun, cpu_seconds(child.pid)
        print(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}), file=child.stdin, flush=True)
        found = call(child, 2, "tools/call", {"name": "search", "arguments": {"query": query}})["result"]
        answered, cpu = time.perf_counter() - begun, cpu_seconds(child.pid)
        child.terminate()
    places = found.get("structuredContent", {}).get("results", [])
    first = f"{places[0]['path']}:{places[0].get('start_line', '')}" if places else found["content"][0]["text"][:80]
    return ready, ready_cpu, answered, cpu, first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("query")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--indexed", action="store_true")
    options = parser.parse_args()
    for _ in range(options.times):
        if not options.indexed:
            shutil.rmtree(options.root / ".codeassist", ignore_errors=True)
        ready, ready_cpu, answered, cpu, first = start(options.root, options.query, shared=options.shared)
        load = os.getloadavg()[0]
        print(f"ready {ready:.2f} s ({ready_cpu:.2f} CPU)  answered {answered:.2f} s ({cpu:.2f} CPU)  {first}  load {load:.0f}")


if __name__ == "__main__":
    main()
