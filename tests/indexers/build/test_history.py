"""The history of an index does not matter: a tree gives the same results, indexed at once or step by step."""

from __future__ import annotations

import random

import pytest

from indexers import Index

SUBJECTS = ("cache", "session", "parser", "token", "router", "queue", "buffer", "socket")
VERBS = ("open", "close", "flush", "read", "reset")
QUERIES = (
    "where is the cache flushed",
    "reset the session token",
    "__init__",
    "Parser",
    "close every socket before the queue is read",
    "router.open",
    "copyright notice",
    "flush",
)


def module(subject: str, number: int) -> str:
    """A module with a class whose name is shared by many modules, as are its methods and a licence."""
    methods = "\n\n".join(
        f"    def {verb}(self, {subject}_{n}):\n        '''{verb.title()} the {subject} number {n}.'''\n"
        f"        return self.{verb}_{subject}({subject}_{n}, {number})"
        for n, verb in enumerate(VERBS)
    )
    return (
        f"# Copyright notice: all {subject}s are free\n\nclass {subject.title()}:\n"
        f"    def __init__(self):\n        self.{subject} = {number % 7}\n\n{methods}\n"
    )


def results(index: Index) -> dict[str, list[tuple]]:
    """What an index answers, with scores."""
    found = {}
    for query in QUERIES:
        for all_chunks in (False, True):
            hits = index.search(query, 50, all_chunks=all_chunks)
            found[f"{query} {all_chunks}"] = [(hit.path, hit.start_line, hit.end_line, hit.score) for hit in hits]
        found[f"{query} evidence"] = [(hit.path, hit.start_line, hit.end_line) for hit in index.evidence(query, 1000)]
    found["definitions"] = [(d.path, d.line, d.uses) for d in index.definitions("__init__", 1000)]
    found["callers"] = [(use.path, use.line) for use in index.callers("flush")]
    found["ranks"] = [(path, pytest.approx(rank)) for path, rank in sorted(index.file_ranks().items())]
    return found


def test_an_updated_index_answers_like_a_new_one(tmp_path):
    random_order = random.Random(7)
    files = {f"src/{subject}/m{n}.py": module(subject, n) for n in range(24) for subject in SUBJECTS}
    root = tmp_path / "r"
    names = list(files)
    random_order.shuffle(names)
    for step in range(4):
        for name in names[step * 48 : step * 48 + 48]:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[name] if step % 2 else files[name].replace("return", "yield"), encoding="utf-8")
        (root / "gone.py").write_text(module("gone", step), encoding="utf-8")
        Index.build(root, index_dir=tmp_path / "updated").close()
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    (root / "gone.py").unlink()
    with (
        Index.build(root, index_dir=tmp_path / "updated") as updated,
        Index.build(root, index_dir=tmp_path / "new") as new,
    ):
        assert results(updated) == results(new)
