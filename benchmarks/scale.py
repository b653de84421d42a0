"""Time and peak memory of the commands on trees of growing size, and the exponent of the growth of each.

    python benchmarks/scale.py [--files 2500] [--sizes 1 2 4] [--lines 31] [--seed 1] [--only index duplicates] [--keep FOLDER]

A tree has `--files` files of about `--lines` lines times each size, in Python, JavaScript, Go and Java, in packages of 40 files, as a git
repository of one commit. Python functions are spliced from statements of the standard library, renamed; the other languages are
written by a small grammar with the same vocabulary. One function in fifty is a copy of an earlier one, half of them renamed. The
same seed gives the same tree. The full size of the claim is `--files 12500 --sizes 1 2 4`: 50,000 files and 2,000,000 lines.

Each command is one process. Printed are its seconds and the peak of its resident memory (the largest process), and the exponent between
the smallest and the largest tree: log(time ratio) / log(size ratio). A linear step has 1, a quadratic one 2; what starts a process
only has about 0.
"""

from __future__ import annotations

import argparse
import ast
import json
import math
import os
import random
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

FOLDER_FILES = 40
COPIES = 0.02
NOT_SPLICED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Return, ast.Import, ast.ImportFrom, ast.Global)
SHARES = (("py", 0.6), ("js", 0.2), ("go", 0.1), ("java", 0.1))
QUESTION = "where is the connection pool closed"


class Pool:
    """Statements of the standard library, and the words of its names."""

    def __init__(self, most_modules: int = 250) -> None:
        self.statements: list[str] = []
        words: dict[str, None] = {}
        library = Path(sysconfig.get_paths()["stdlib"])
        for path in sorted(library.glob("*.py"))[:most_modules]:
            try:
                tree = ast.parse(path.read_text(encoding="utf-8"))
            except (SyntaxError, ValueError):
                continue
            for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
                words.update(dict.fromkeys(re.findall(r"[a-z]{3,}", function.name)))
                for statement in function.body:
                    text = ast.unparse(statement)
                    plain = not isinstance(statement, NOT_SPLICED) and not text.startswith(("'", '"'))
                    if plain and 8 < len(text) < 600 and "nonlocal" not in text and "yield" not in text:
                        self.statements.append(text)
        self.words = sorted(words)


class Writer:
    """Writes the files of one tree."""

    def __init__(self, pool: Pool, lines: int, seed: int) -> None:
        self.pool, self.lines, self.random = pool, lines, random.Random(seed)
        self.earlier: dict[str, list[str]] = {"py": [], "js": [], "go": [], "java": []}

    def name(self, style: str = "snake") -> str:
        parts = self.random.choices(self.pool.words, k=self.random.choice((1, 2, 2, 3)))
        if style == "snake":
            return "_".join(parts) if len(parts) > 1 else f"{parts[0]}_{self.random.choice(self.pool.words)}"
        camel = "".join(part.title() for part in parts)
        return camel if style == "pascal" else camel[:1].lower() + camel[1:] + self.random.choice(self.pool.words).title()

    def file(self, kind: str) -> str:
        """The text of one file of a kind, such as "py"."""
        head, foot = {
            "py": (f'"""About {self.name()}."""\n\nimport os\nimport re\n\n', ""),
            "js": ("'use strict';\n\n", ""),
            "go": ("package main\n\n", ""),
            "java": (f"package app;\n\npublic class {self.name('pascal')} {{\n\n", "}\n"),
        }[kind]
        parts, count = [head], 0
        while count < self.lines * self.random.uniform(0.4, 1.6):
            part = self.function(kind)
            parts.append(part)
            count += part.count("\n") + 1
        return "\n".join(parts) + foot

    def function(self, kind: str) -> str:
        earlier = self.earlier[kind]
        if earlier and self.random.random() < COPIES:
            text = self.random.choice(earlier)
            return self.renamed(text) if self.random.random() < 0.5 else text
        text = self.python() if kind == "py" else self.braced(kind)
        earlier.append(text)
        return text

    def renamed(self, text: str) -> str:
        """A copy with other names of its own."""
        own = sorted(set(re.findall(r"\b[a-z]+_[a-z_]+\b", text)))[:4]
        for word in own:
            text = re.sub(rf"\b{word}\b", self.name(), text)
        return text

    def python(self) -> str:
        parameters = [self.name() for _ in range(self.random.randint(0, 3))]
        body: list[str] = []
        for statement in self.random.sample(self.pool.statements, self.random.randint(3, 9)):
            for word in set(re.findall(r"\b[a-z_]{3,}\b(?=\s*=[^=])", statement)):
                statement = re.sub(rf"\b{word}\b", self.random.choice([*parameters, self.name()]), statement)
            body += statement.splitlines()
        lines = [f"def {self.name()}({', '.join(parameters)}):", f'    """The {self.name().replace("_", " ")}."""']
        return "\n".join([*lines, *(f"    {line}" for line in body), f"    return {self.name()}", ""])

    def braced(self, kind: str) -> str:
        end = ";" if kind != "go" else ""
        first = {
            "js": f"function {self.name('camel')}({self.name('camel')}, {self.name('camel')}) {{",
            "go": f"func {self.name('pascal')}({self.name('camel')} string, {self.name('camel')} int) int {{",
            "java": f"    public int {self.name('camel')}(String {self.name('camel')}, int {self.name('camel')}) {{",
        }[kind]
        lines = [f"// {self.name().replace('_', ' ')}", first]
        for _ in range(self.random.randint(3, 10)):
            lines += ["    " + line for line in self.braced_statement(kind, end)]
        return "\n".join([*lines, f"    return {self.random.randint(0, 9)}{end}", "}", ""])

    def braced_statement(self, kind: str, end: str) -> Iterator[str]:
        let = {"js": f"const {self.name('camel')} =", "go": f"{self.name('camel')} :=", "java": f"var {self.name('camel')} ="}[
            kind
        ]
        call = f"{self.name('camel')}.{self.name('camel')}({self.name('camel')}, {self.random.randint(0, 999)})"
        test = f"{self.name('camel')}.{self.name('camel')}() {self.random.choice(('>', '<', '==', '!='))} {self.random.randint(0, 99)}"
        form = self.random.randint(0, 3)
        if form == 0:
            yield f"{let} {call}{end}"
        elif form == 1:
            yield f"if {test} {{" if kind == "go" else f"if ({test}) {{"
            yield f"    {call}{end}"
            yield "}"
        elif form == 2:
            yield f"for {test} {{" if kind == "go" else f"while ({test}) {{"
            yield f"    {call}{end}"
            yield f"    {call.replace('.', '.set', 1)}{end}"
            yield "}"
        else:
            yield f'{let} "{self.name().replace("_", " ")}"{end}'


def make_tree(root: Path, files: int, lines: int, seed: int) -> int:
    """Write a tree of `files` files; returns the number of lines."""
    writer = Writer(Pool(), lines, seed)
    kinds, weights = zip(*SHARES, strict=True)
    total, folder = 0, root
    for number in range(files):
        kind = writer.random.choices(kinds, weights)[0]
        if number % FOLDER_FILES == 0:
            folder = root / writer.name() / f"{writer.name()}_{number // FOLDER_FILES}"
            folder.mkdir(parents=True)
        text = writer.file(kind)
        total += text.count("\n")
        (folder / f"{writer.name()}_{number}.{kind}").write_text(text, encoding="utf-8")
    return total


def commit(root: Path) -> None:
    """Make the tree a repository of one commit."""
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "First"],
    ):
        subprocess.run(["git", *words], cwd=root, check=True)


def measured(command: list[str], root: Path) -> tuple[float, float, int]:
    """(seconds, MB, exit code) of one process of the program; the memory is that of its largest process."""
    code = "import resource,subprocess,sys; r=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.PIPE,text=True); "
    code += "print(r.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, r.stderr[-300:].replace(chr(10),' '))"
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, sys.executable, "-m", "codeassist", *command],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])},
    )
    seconds = time.monotonic() - began
    exit_code, memory, *error = done.stdout.split(" ", 2)
    if int(exit_code) not in (0, 1):
        print(f"  {' '.join(command)} exits with {exit_code}: {''.join(error)}", file=sys.stderr)
    return seconds, int(memory) / (1024 if sys.platform != "darwin" else 1024 * 1024), int(exit_code)


def steps(root: Path) -> Iterator[tuple[str, list[str]]]:
    """(name, command) of each measured step; files are changed between them."""
    changed = min(root.rglob("*_1.*"))
    yield "index, cold", ["index", "-q"]
    yield "index, nothing changed", ["index", "-q"]
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    yield "index, one file changed", ["index", "-q"]
    yield "search", ["search", "-q", QUESTION]
    yield "ask", ["ask", "-q", QUESTION]
    yield "map", ["map", "-q"]
    yield "duplicates", ["duplicates", "-q"]
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# changed again\n", encoding="utf-8")
    yield "review of one file", ["review", "-q", "--timeout", "600"]


def exponent(rows: list[tuple[int, float]]) -> float:
    """The exponent between the first and the last size."""
    (small, before), (large, after) = rows[0], rows[-1]
    return math.log(after / before) / math.log(large / small) if large > small else math.nan


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2_500)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--lines", type=int, default=31)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], help="steps whose name contains one of these words; index always runs")
    parser.add_argument("--keep", type=Path, help="make the trees in this folder and keep them")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    table: dict[str, list[tuple[int, float, float]]] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        for size in options.sizes:
            root = (options.keep or Path(scratch)) / f"tree{size}"
            count = options.files * size
            if not root.exists():
                root.mkdir(parents=True)
                total = make_tree(root, count, options.lines, options.seed)
                commit(root)
                print(f"{count:,} files, {total:,} lines", file=sys.stderr)
            for name, command in steps(root):
                if options.only and not name.startswith("index, cold") and not any(word in name for word in options.only):
                    continue
                seconds, memory, _ = measured(command, root)
                table.setdefault(name, []).append((count, seconds, memory))
                print(f"  {name:<26} {seconds:8.2f} s {memory:8.0f} MB", file=sys.stderr)
    heads = [f"{options.files * size:,} files" for size in options.sizes]
    print(f"| | {' | '.join(heads)} | exponent of time | of memory |\n|---|{'---:|' * (len(heads) + 2)}")
    for name, rows in table.items():
        cells = [f"{seconds:.2f} s, {memory:.0f} MB" for _, seconds, memory in rows]
        growth = (exponent([(n, s) for n, s, _ in rows]), exponent([(n, m) for n, _, m in rows]))
        print(f"| {name} | {' | '.join(cells)} | {growth[0]:.2f} | {growth[1]:.2f} |")
    if options.json:
        options.json.write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
