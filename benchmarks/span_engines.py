"""The tools that benchmarks/spans.py compares: each answers questions about a folder with places, best first."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from indexers import Index, IndexOptions, WalkRules
from indexers.build.parsing import parse_file
from indexers.files.decoding import split_lines
from indexers.search.options import Options
from indexers.syntax.languages import CODE, detect
from indexers.syntax.words import query_terms

K = 10
"""The number of results that each tool gives."""

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
