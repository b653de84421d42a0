"""The tools of a coding agent, with a log of what each call gave it to read: for comparing agents with and without `search`.

    python benchmarks/agent_tools.py draw QUESTIONS.jsonl --number 20 --seed 1 > chosen.jsonl
    python benchmarks/agent_tools.py call LOG FOLDER grep PATTERN [GLOB]
    python benchmarks/agent_tools.py call LOG FOLDER read PATH [FIRST LAST]
    python benchmarks/agent_tools.py call LOG FOLDER list [SUBFOLDER]
    python benchmarks/agent_tools.py call LOG FOLDER search QUESTION
    python benchmarks/agent_tools.py count LOG...

`draw` chooses questions of SWE-QA, as many of each repository as of the others. `call` prints what the tool answers and
adds a line to the log: the tool, its arguments and the estimated tokens of the answer. `grep` is ripgrep with line numbers
(the first 100 lines); `read` gives at most 250 numbered lines; `search` is the tool of `codeassist mcp` with its default
budget, on an index that exists. `count` prints calls and tokens of each log. The protocol that uses it is in agents.md.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from codeassist.models.token_estimate import estimate

MOST_MATCHES = 100
MOST_LINES = 250


def main() -> int:
    """Run one of the subcommands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("questions", type=Path)
    drawing.add_argument("--number", type=int, default=20)
    drawing.add_argument("--seed", type=int, default=1)
    calling = commands.add_parser("call")
    calling.add_argument("log", type=Path)
    calling.add_argument("folder", type=Path)
    calling.add_argument("tool", choices=TOOLS)
    calling.add_argument("arguments", nargs="*")
    counting = commands.add_parser("count")
    counting.add_argument("logs", type=Path, nargs="+")
    options = parser.parse_args()
    if options.command == "draw":
        draw(options.questions, options.number, options.seed)
    elif options.command == "call":
        call(options.log, options.folder.resolve(), options.tool, options.arguments)
    else:
        count(options.logs)
    return 0


def draw(path: Path, number: int, seed: int) -> None:
    """Print `number` questions: of each repository in turn, one drawn at random."""
    left: defaultdict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        left[json.loads(line)["repo"]].append(line)
    chance = random.Random(seed)
    for lines in left.values():
        chance.shuffle(lines)
    for turn in range(number):
        print(left[sorted(left)[turn % len(left)]].pop())


def call(log: Path, folder: Path, tool: str, arguments: list[str]) -> None:
    """Print the answer of a tool and log its size."""
    answer = TOOLS[tool](folder, *arguments)
    print(answer)
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"tool": tool, "arguments": arguments, "tokens": estimate(answer)}) + "\n")


def grep(folder: Path, pattern: str, glob: str = "") -> str:
    """Matching lines of the files that git does not ignore."""
    command = ["rg", "--line-number", "--no-heading", "--sort=path", *([f"--glob={glob}"] if glob else []), "-e", pattern, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    lines = done.stdout.splitlines() or [done.stderr.strip() or "no match"]
    more = [f"({len(lines) - MOST_MATCHES} more lines)"] if len(lines) > MOST_MATCHES else []
    return "\n".join([*(line[:300] for line in lines[:MOST_MATCHES]), *more])


def read(folder: Path, path: str, first: str = "1", last: str = "") -> str:
    """Numbered lines of a file."""
    target = (folder / path).resolve()
    if not target.is_relative_to(folder) or not target.is_file():
        return f"no file {path}"
    lines = target.read_text(encoding="utf-8", errors="replace").splitlines()
    start = max(1, int(first))
    end = min(int(last) if last else len(lines), start + MOST_LINES - 1, len(lines))
    return "\n".join([*(f"{n}\t{lines[n - 1]}" for n in range(start, end + 1)), f"({len(lines)} lines in all)"])


def listing(folder: Path, below: str = ".") -> str:
    """The entries of a folder."""
    target = (folder / below).resolve()
    if not target.is_relative_to(folder) or not target.is_dir():
        return f"no folder {below}"
    return "\n".join(sorted(f"{p.name}{'/' if p.is_dir() else ''}" for p in target.iterdir() if not p.name.startswith(".")))


def search(folder: Path, *question: str) -> str:
    """The answer of the `search` tool."""
    from codeassist.mcp import tools
    from codeassist.mcp.early import DEFAULT_TOKENS
    from codeassist.repositories import Repositories

    repositories = Repositories([folder])
    try:
        return tools.search(repositories.get(), " ".join(question), (), DEFAULT_TOKENS).text
    finally:
        repositories.close()


def count(logs: list[Path]) -> None:
    """Print the number of calls of each tool, and the tokens."""
    for log in logs:
        rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        calls = Counter(row["tool"] for row in rows)
        print(f"{log.name}: {len(rows)} calls {dict(calls)}, {sum(row['tokens'] for row in rows)} tokens")


TOOLS = {"grep": grep, "read": read, "list": listing, "search": search}


if __name__ == "__main__":
    sys.exit(main())
