"""Duplicate detection: precision and recall on clones of real functions, and the calibration of the threshold.

    python benchmarks/duplicates.py --repositories FOLDER... [--each 120]

Each repository is indexed in a scratch copy. Sampled functions of at least 8 lines are the originals. Each is cloned by a seeded edit:
only comments and documentation changed (type 1), every local name renamed (type 2), or half of the local names renamed and one simple
statement added, removed or moved (type 3). The clone is the query; a result is correct when it is the original. Negatives are functions
of other repositories, used as queries on this one: any result for them is wrong, unless its tokens are the same. Repositories are split
in halves: the threshold is chosen on the even ones (the highest within 0.02 of the best F1, because less similar pairs are less useful
to report), and the figures are those of the odd ones.
"""

from __future__ import annotations

import argparse
import ast
import random
import shutil
import statistics
import tempfile
from pathlib import Path

from codeassist.evidence.clones import THRESHOLD, likeness, tokens
from indexers import Index
from indexers.syntax.languages import is_test_path

GRID = [round(0.5 + 0.02 * n, 2) for n in range(24)]
DEPTH = 10


class Renamer(ast.NodeTransformer):
    """Renames arguments and local variables."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self.names.get(node.arg, node.arg)
        return node


WORDS = (
    "alpha beta gamma delta item entry record value count total first last left right inner outer part whole name label".split()
)


def clone(function: ast.FunctionDef, kind: int, generator: random.Random) -> str:
    made = ast.parse(ast.unparse(function)).body[0]
    assert isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef)
    if ast.get_docstring(made) is not None and len(made.body) > 1:
        made.body.pop(0)
    local = {n.id for n in ast.walk(made) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} | {
        a.arg for a in ast.walk(made) if isinstance(a, ast.arg)
    }
    local -= {"self", "cls"}
    share = {1: 0.0, 2: 1.0, 3: 0.5}[kind]
    names = {n: f"{generator.choice(WORDS)}_{i}" for i, n in enumerate(sorted(local)) if generator.random() < share}
    made = Renamer(names).visit(made)
    if kind != 1:
        made.name = f"{generator.choice(WORDS)}_{generator.choice(WORDS)}"
    if kind == 3 and len(made.body) > 2:
        position = generator.randrange(1, len(made.body) - 1)
        choice = generator.random()
        if choice < 0.4:
            made.body.insert(position, ast.parse("log.debug('step')").body[0])
        elif choice < 0.7:
            made.body.pop(position)
        else:
            made.body[position - 1], made.body[position] = made.body[position], made.body[position - 1]
    return ast.unparse(made)


def functions(root: Path) -> list[tuple[str, ast.FunctionDef, str]]:
    rows = []
    for file in sorted(root.rglob("*.py")):
        path = file.relative_to(root).as_posix()
        if is_test_path(path):
            continue
        try:
            text = file.read_text(encoding="utf-8")
            tree = ast.parse(text)
        except (SyntaxError, UnicodeDecodeError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 7:
                source = "\n".join(text.split("\n")[node.lineno - 1 : node.end_lineno])
                if len(tokens(source)) >= 60:
                    rows.append((path, node, source))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repositories", type=Path, nargs="+", required=True)
    parser.add_argument("--each", type=int, default=120)
    options = parser.parse_args()
    generator = random.Random(3)
    halves: dict[int, list[tuple[int, float, float]]] = {0: [], 1: []}
    everything = {root: functions(root) for root in options.repositories}
    for number, root in enumerate(options.repositories):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / root.name
            shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".git", ".codeassist"), symlinks=True)
            with Index.build(copy) as index:
                sample = generator.sample(everything[root], min(options.each, len(everything[root])))
                for position, (path, node, source) in enumerate(sample):
                    kind = position % 3 + 1
                    score, cosine = best(index, clone(node, kind, generator), path, node, source)
                    halves[number % 2].append((kind, score, cosine))
                others = [f for other in options.repositories if other != root for f in everything[other]]
                for _, _, source in generator.sample(others, min(options.each, len(others))):
                    score, cosine = nearest(index, source)
                    halves[number % 2].append((0, score, cosine))
        print(root.name, len(everything[root]), "functions", flush=True)
    top = max(figures(halves[0], t)[2] for t in GRID)
    tuned = max(t for t in GRID if figures(halves[0], t)[2] >= top - 0.02)
    print(f"highest threshold within 0.02 of the best F1 ({top:.3f}) on the first half: {tuned}; shipped: {THRESHOLD}")
    for half, name in ((0, "tuned on"), (1, "reported")):
        precision, recall, f1 = figures(halves[half], THRESHOLD)
        print(
            f"{name}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} of {len(halves[half])} queries at {THRESHOLD}"
        )
        for kind in (1, 2, 3):
            scores = [s for k, s, _ in halves[half] if k == kind]
            detected = sum(s >= THRESHOLD for s in scores)
            print(
                f"  type {kind}: {detected / max(1, len(scores)):.3f} of {len(scores)} detected; median score {statistics.median(scores):.2f}"
            )
        print(
            f"  the vector search returned the original among the first {DEPTH}: {sum(c > 0 for k, _, c in halves[half] if k) / max(1, sum(k > 0 for k, *_ in halves[half])):.3f}"
        )


def best(index: Index, text: str, path: str, node: ast.FunctionDef, source: str) -> tuple[float, float]:
    """(likeness, cosine) of the original; zeros when the vector search does not return its chunk."""
    for near in index.similar([text], DEPTH)[0]:
        if near.path == path and near.start_line <= (node.end_lineno or 0) and near.end_line >= node.lineno:
            return likeness(text, source), near.similarity
    return 0.0, 0.0


def nearest(index: Index, text: str) -> tuple[float, float]:
    """The highest (likeness, cosine) among the vector search results for a function of another repository."""
    from codeassist.evidence.parsed_source import functions_of
    from indexers.files.decoding import file_lines

    top = (0.0, 0.0)
    for near in index.similar([text], DEPTH)[0]:
        lines = file_lines(index.root, near.path)
        for _, start, end in functions_of(near.path, "\n".join(lines)):
            if start <= near.end_line and end >= near.start_line:
                other = "\n".join(lines[start - 1 : end])
                if tokens(other) != tokens(text):
                    top = max(top, (likeness(text, other), near.similarity))
    return top


def figures(rows: list[tuple[int, float, float]], threshold: float) -> tuple[float, float, float]:
    right = sum(kind > 0 and score >= threshold for kind, score, _ in rows)
    wrong = sum(kind == 0 and score >= threshold for kind, score, _ in rows)
    precision, recall = right / max(1, right + wrong), right / max(1, sum(kind > 0 for kind, *_ in rows))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


if __name__ == "__main__":
    main()
