"""Finding the right lines, not only the right file: questions with line ranges as answers, for codeassist and other tools.

    python benchmarks/spans.py make --bench BENCH --mirrors MIRRORS --repos CHECKOUTS --out CASES
    python benchmarks/spans.py run --cases CASES [--semble PYTHON] [--minilm FOLDER] [--only NAME...]

Three kinds of questions, generated from repositories that are not in the training data of the shipped model.
`documentation`: a definition's own documentation, removed from the source. `commit`: the subject of a commit; the answers
are the functions that it changed, in the tree of its parent. `error`: the text of an error as a user would paste it; the
answer is the function that raises it. MIRRORS contains a git folder `OWNER+NAME/repo` for each repository of BENCH. A
result is correct when it is in the right file and its lines overlap those of the answer. MRR@10 and recall@k are means over
questions; the interval is a bootstrap over repositories. `tokens` is the number of tokens a reader has read, results in
order, when the answer appears (characters / 4; ten results at most).
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from indexers import Index, IndexOptions, WalkRules
from indexers.build.parsing import parse_file
from indexers.files.decoding import split_lines
from indexers.search.searcher import Options
from indexers.syntax.languages import CODE, MINOR_KINDS, detect, is_test_path
from indexers.syntax.words import query_terms
from training.queries import make_repository

K = 10
COMMITS_A_REPOSITORY = 4
ERRORS_A_REPOSITORY = 8
LONGEST_ANSWER = 150
"""In lines; a longer function is too easy to hit by chance."""
_RAISES = re.compile(
    r"""(?:raise|throw|panic!?|errors\.New|fmt\.Errorf|bail!|fail|error|abort|Err)\b[^"'`\n]{0,60}["'`]([^"'`\n]{18,120})["'`]"""
)
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\{[^}]*\}|%[-\d.]*[a-z]|#\{[^}]*\}|\\\(.*?\)")
_DULL = re.compile(
    r"^(?:merge|bump|release|update (?:dep|readme|change)|chore|ci|docs?|style|test|fix (?:typo|lint)|prepare|v?\d)",
    re.IGNORECASE,
)


def _git(mirror: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", f"--git-dir={mirror}", *arguments], capture_output=True, text=True, errors="replace", check=False
    )
    return done.stdout


def _functions(path: str, text: str) -> list[tuple[str, int, int]]:
    """(name, first line, last line) of the definitions in a file."""
    parsed = parse_file(path, detect(path), text.encode("utf-8", "replace"))
    return [(s.name, s.start_line, s.end_line) for s in parsed.symbols if s.kind not in MINOR_KINDS]


def _innermost(functions: Sequence[tuple[str, int, int]], line: int) -> tuple[str, int, int] | None:
    enclosing = [f for f in functions if f[1] <= line <= f[2]]
    return min(enclosing, key=lambda f: f[2] - f[1], default=None)


def _archive(mirror: Path, revision: str, root: str, target: Path) -> bool:
    target.mkdir(parents=True, exist_ok=True)
    command = ["git", f"--git-dir={mirror}", "archive", revision, *([root] if root else [])]
    packed = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    unpacked = subprocess.run(["tar", "-x", "-C", str(target)], stdin=packed.stdout, check=False)
    return packed.wait() == 0 and unpacked.returncode == 0


def _changed_lines(diff: str) -> dict[str, list[int]]:
    """Map each path to the lines of the old file that a diff changes or deletes, without pure insertions."""
    changed: dict[str, list[int]] = defaultdict(list)
    path, header = "", False
    for row in diff.splitlines():
        if row.startswith("diff --git "):
            path, header = "", True
        elif header and row.startswith("--- "):
            path = row[6:] if row.startswith("--- a/") else ""
        elif hunk := re.match(r"@@ -(\d+)(?:,(\d+))? ", row):
            header = False
            first, count = int(hunk[1]), int(hunk[2] or 1)
            changed[path].extend(range(first, first + count))
    return {path: lines for path, lines in changed.items() if path and lines}


def commit_cases(mirror: Path, revision: str, root: str, target: Path) -> list[dict[str, Any]]:
    """Questions from commits up to `revision`; the tree of each parent is written below `target`."""
    cases: list[dict[str, Any]] = []
    log = _git(mirror, "log", "--no-merges", "-n", "600", "--format=%H%x09%P%x09%s", revision, "--", *([root] if root else []))
    for line in log.splitlines():
        if len(cases) >= COMMITS_A_REPOSITORY:
            break
        sha, parent, subject = line.split("\t", 2)
        subject = re.sub(r"\s*\(#\d+\)|^\w+(?:\([^)]*\))?!?:\s*|#\d+", "", subject).strip()
        if not 4 <= len(subject.split()) <= 16 or _DULL.match(subject) or " " in parent:
            continue
        answers = []
        diff = _git(mirror, "diff", "--unified=0", "--no-renames", parent, sha, "--", *([root] if root else []))
        changed = _changed_lines(diff)
        code = [p for p in changed if detect(p).role == CODE and detect(p).queries and not is_test_path(p)]
        if not 1 <= len(code) <= 3 or sum(len(changed[p]) for p in code) > 80:
            continue
        for path in code:
            functions = _functions(path, _git(mirror, "show", f"{parent}:{path}"))
            answers.extend({(path, f[1], f[2]) for n in changed[path] if (f := _innermost(functions, n))})
        if not 1 <= len(answers) <= 5 or any(end - start > LONGEST_ANSWER for _, start, end in answers):
            continue
        folder = target / sha[:10]
        if _archive(mirror, parent, root, folder):
            cases.append(
                {
                    "kind": "commit",
                    "query": subject,
                    "folder": str(folder / root),
                    "answers": [[p[len(root) + 1 :] if root else p, a, b] for p, a, b in sorted(answers)],
                }
            )
    return cases


def error_cases(folder: Path, name: str) -> list[dict[str, Any]]:
    """Questions from error texts, with placeholders replaced by values that a user would see."""
    generator = random.Random(name)
    cases = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        language = detect(path.name)
        if (
            not path.is_file()
            or language.role != CODE
            or not language.queries
            or is_test_path(relative)
            or path.stat().st_size > 300_000
        ):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        functions = None
        for number, line in enumerate(split_lines(text), 1):
            if (raised := _RAISES.search(line)) and len(query_terms(raised[1])) >= 3 and " " in raised[1]:
                functions = functions or _functions(relative, text)
                if place := _innermost(functions, number):
                    query = _PLACEHOLDER.sub(lambda _: generator.choice(("42", "foo", "'name'", "/tmp/x")), raised[1])
                    cases.append(
                        {"kind": "error", "query": query, "folder": str(folder), "answers": [[relative, place[1], place[2]]]}
                    )
    generator.shuffle(cases)
    by_query = {case["query"]: case for case in cases}
    return list(by_query.values())[:ERRORS_A_REPOSITORY]


def _everything(folder: Path) -> str:
    """All text below a folder in lower case with whitespace folded, to drop questions that it still contains verbatim."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return " ".join(" ".join(path.read_text(encoding="utf-8", errors="replace").split()) for path in files).lower()


def make(bench: Path, mirrors: Path, repos: Path, out: Path) -> None:
    """Write the questions of every repository to `out`/NAME.json, and the trees to search next to it."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for entry in json.loads((bench / "repos.json").read_text(encoding="utf-8")):
        name, root = entry["name"], entry["benchmark_root"] or ""
        mirror = mirrors / entry["github"].replace("/", "+") / "repo"
        checkout = repos / name / root
        cases = commit_cases(mirror, entry["revision"], root, out / name)
        cases += error_cases(checkout, name)
        stripped = out / name / "documentation"
        source_text = ""
        for question in make_repository(checkout, stripped):
            source_text = source_text or _everything(stripped)
            if (
                question.kind == "span"
                and question.end - question.start <= LONGEST_ANSWER
                and question.text.lower() not in source_text
            ):
                cases.append(
                    {
                        "kind": "documentation",
                        "query": question.text,
                        "folder": str(stripped),
                        "answers": [[question.path, question.start, question.end]],
                    }
                )
        for case in cases:
            case["repo"] = name
        (out / f"{name}.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1), encoding="utf-8")
        print(name, {kind: sum(c["kind"] == kind for c in cases) for kind in ("documentation", "commit", "error")}, flush=True)


Result = tuple[str, int, int]
Engine = Callable[[Path, Sequence[str]], list[list[Result]]]


def codeassist(encoder: str = "static", options: Options | None = None) -> Engine:
    """Our own search: one result per file, or with `all_chunks` several chunks per file like the other tools."""

    def answer(folder: Path, queries: Sequence[str]) -> list[list[Result]]:
        with tempfile.TemporaryDirectory() as index_dir:
            index_options = IndexOptions(WalkRules(), encoder, jobs=1)
            with Index.build(folder, index_dir=Path(index_dir), options=index_options) as index:
                return [[(h.path, h.start_line, h.end_line) for h in index.search(q, K, options=options)] for q in queries]

    return answer


def chunks_of(folder: Path) -> list[tuple[str, int, int, str]]:
    """Our chunks of every code file, for tools without a chunker of their own."""
    chunks = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if path.is_file() and detect(path.name).role == CODE and path.stat().st_size < 1_000_000:
            parsed = parse_file(relative, detect(relative), path.read_bytes())
            chunks.extend((relative, c.start_line, c.end_line, f"{c.header}\n{c.text}") for c in parsed.chunks)
    return chunks


def bm25(folder: Path, queries: Sequence[str]) -> list[list[Result]]:
    """bm25s on our chunks, with its own tokeniser and default settings."""
    import bm25s

    chunks = chunks_of(folder)
    engine = bm25s.BM25()
    engine.index(bm25s.tokenize([c[3] for c in chunks], show_progress=False), show_progress=False)
    places, _ = engine.retrieve(bm25s.tokenize(list(queries), show_progress=False), k=min(K, len(chunks)), show_progress=False)
    return [[chunks[i][:3] for i in row] for row in places.tolist()]


def minilm(model_folder: str) -> Engine:
    """all-MiniLM-L6-v2 on our chunks, dense search only; folders with more than 1,200 chunks are skipped."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(model_folder, device="cpu")

    def answer(folder: Path, queries: Sequence[str]) -> list[list[Result]]:
        chunks = chunks_of(folder)
        if len(chunks) > 1200:
            return []
        table = model.encode([c[3][:1000] for c in chunks], batch_size=64, normalize_embeddings=True, show_progress_bar=False)
        query_vectors = model.encode(list(queries), normalize_embeddings=True, show_progress_bar=False)
        return [[chunks[i][:3] for i in np.argsort(-row)[:K]] for row in np.asarray(query_vectors) @ np.asarray(table).T]

    return answer


_SEMBLE = """
import json, sys
from semble import SembleIndex
folder, queries = json.load(sys.stdin)
index = SembleIndex.from_path(folder)
out = []
for query in queries:
    results = index.search(query, top_k=10)
    out.append([(r.chunk.file_path, r.chunk.start_line, r.chunk.end_line) for r in results])
print(json.dumps(out))
"""


def semble(python: str) -> Engine:
    """Run semble in its own environment, with the model in SEMBLE_MODEL_NAME."""

    def answer(folder: Path, queries: Sequence[str]) -> list[list[Result]]:
        request = json.dumps([str(folder), list(queries)])
        done = subprocess.run([python, "-I", "-c", _SEMBLE], input=request, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr[-2000:])
        return [
            [(str(p).removeprefix(f"{folder}/"), a, b) for p, a, b in row] for row in json.loads(done.stdout.splitlines()[-1])
        ]

    return answer


def grep(folder: Path, queries: Sequence[str]) -> list[list[Result]]:
    """Ripgrep for the words of the question: whole files, sorted by how many of the words they contain, then by matches."""
    out = []
    for query in queries:
        votes: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for term in query_terms(query)[:8]:
            done = subprocess.run(["rg", "-i", "-c", "-F", term, "."], cwd=folder, capture_output=True, text=True, check=False)
            for line in done.stdout.splitlines():
                path, _, n = line.removeprefix("./").rpartition(":")
                votes[path][0] += 1
                votes[path][1] += int(n)
        ranked = sorted(votes, key=lambda p: (-votes[p][0], -votes[p][1], p))[:K]
        out.append([(p, 1, len(split_lines((folder / p).read_text(encoding="utf-8", errors="replace")))) for p in ranked])
    return out


def rank_of(results: Sequence[Result], answers: Sequence[Sequence[Any]]) -> int:
    """The rank (from 1) of the first result that overlaps an answer, or 0."""
    for rank, (path, start, end) in enumerate(results, 1):
        if any(path == a[0] and start <= a[2] and end >= a[1] for a in answers):
            return rank
    return 0


def tokens_read(folder: Path, results: Sequence[Result], rank: int) -> int:
    """Characters / 4 of the results up to `rank`, or of all results when `rank` is 0."""
    total = 0
    for path, start, end in results[: rank or None]:
        lines = split_lines((folder / path).read_text(encoding="utf-8", errors="replace"))
        total += sum(len(line) + 1 for line in lines[start - 1 : end])
    return total // 4


def run(cases_folder: Path, engines: dict[str, Engine], only: Sequence[str]) -> None:
    """Run every question on every engine and print the figures by kind."""
    ranks: dict[str, dict[str, list[tuple[str, int, int]]]] = {name: defaultdict(list) for name in engines}
    for file in sorted(cases_folder.glob("*.json")):
        if only and file.stem not in only:
            continue
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for case in json.loads(file.read_text(encoding="utf-8")):
            groups[case["folder"]].append(case)
        for folder, cases in groups.items():
            for name, engine in engines.items():
                answers = engine(Path(folder), [case["query"] for case in cases])
                if not answers:  # the engine skipped this folder; the column `questions` shows it
                    continue
                for case, results in zip(cases, answers, strict=True):
                    rank = rank_of(results, case["answers"])
                    ranks[name][case["kind"]].append((file.stem, rank, tokens_read(Path(folder), results, rank)))
    print(f"{'':26}{'questions':>10}{'MRR@10':>8}{'':>18}{'R@1':>7}{'R@5':>7}{'R@10':>7}{'tokens':>8}")
    for kind in ("documentation", "commit", "error", "all"):
        for name in engines:
            results = [r for k, rows in ranks[name].items() if kind in (k, "all") for r in rows]
            if results:
                print(f"{name:16}{kind:14}", *_figures(results))


def _figures(rows: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    by_repo: dict[str, list[float]] = defaultdict(list)
    for repo, rank, _ in rows:
        by_repo[repo].append(1 / rank if rank else 0.0)
    sums = np.array([(sum(v), len(v)) for v in by_repo.values()])
    draws = np.random.default_rng(0).integers(0, len(sums), (2000, len(sums)))
    means = sums[draws].sum(axis=1)
    low, high = np.percentile(means[:, 0] / means[:, 1], [2.5, 97.5])
    yield f"{len(rows):6}{sums[:, 0].sum() / sums[:, 1].sum():8.3f}  [{low:.3f}, {high:.3f}]"
    for k in (1, 5, 10):
        yield f"{sum(0 < rank <= k for _, rank, _ in rows) / len(rows):6.3f}"
    yield f"{statistics.fmean(tokens for _, _, tokens in rows):7.0f}"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    for name in ("bench", "mirrors", "repos", "out"):
        making.add_argument(f"--{name}", type=Path, required=True)
    running = commands.add_parser("run")
    running.add_argument("--cases", type=Path, required=True)
    running.add_argument("--semble", help="the Python interpreter of an environment with semble")
    running.add_argument("--minilm", help="the folder of all-MiniLM-L6-v2")
    running.add_argument("--only", nargs="*", default=())
    running.add_argument("--ours-only", action="store_true")
    options = parser.parse_args()
    if options.command == "make":
        make(options.bench, options.mirrors, options.repos, options.out)
        return
    engines: dict[str, Engine] = {"codeassist": codeassist(), "all chunks": codeassist(options=Options(all_chunks=True))}
    if not options.ours_only:
        engines |= {"bm25s": bm25, "ripgrep, files": grep}
        if options.semble:
            engines["semble"] = semble(options.semble)
        if options.minilm:
            engines["MiniLM, dense"] = minilm(options.minilm)
    run(options.cases, engines, options.only)


if __name__ == "__main__":
    main()
