"""One index in several threads, and beside a process that updates or rebuilds it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexers import (
    Index,
    IndexerError,
    IndexOptions,
)
from tests.conftest import git, write


def test_threads_can_share_an_index(shop_index):
    def search(number: int) -> list[str]:
        language = ("python", "go", "javascript")[number % 3]
        return [hit.language for hit in shop_index.search("charge the account", languages=[language])]

    with ThreadPoolExecutor(8) as pool:
        for number, languages in enumerate(pool.map(search, range(120))):
            assert set(languages) == {("python", "go", "javascript")[number % 3]}


ROUNDS = 12


NAMES = ("alpha", "beta", "gamma")


def _files(generation: int) -> dict[str, str | bytes]:
    """Three files that name the same generation; each also uses a function of the next."""
    return {
        f"{name}.py": (
            f'"""Module {name}."""\n\n\ndef {name}_marker():\n    """Generation g{generation:03} of the marker."""\n'
            f"    return {NAMES[(position + 1) % 3]}_marker()\n"
        )
        for position, name in enumerate(NAMES)
    }


def _one_generation(texts: list[str]) -> None:
    generations = {text.split("Generation ")[1][:4] for text in texts}
    assert len(generations) == 1, generations


def _searches(index: Index) -> None:
    hits = index.search("generation of the marker", k=3)
    assert len(hits) == 3
    _one_generation([hit.documentation for hit in hits])


def _walks(index: Index) -> None:
    uses = index.callers("beta_marker")
    assert {use.path for use in uses} == {"alpha.py"}
    definitions = index.definitions("beta_marker")
    assert [definition.path for definition in definitions] == ["beta.py"]
    assert [definition.name for _, definition in index.callees("alpha_marker") if definition] == ["beta_marker"]


def _graph(index: Index) -> None:
    assert set(index.file_ranks()) == {f"{name}.py" for name in NAMES}
    assert [definition.name for definition in index.outline("gamma.py")] == ["gamma_marker"]
    assert index.defines("gamma_marker")
    assert not index.knows_name("delta_marker")


def _counts(index: Index) -> None:
    assert index.files() == [f"{name}.py" for name in NAMES]
    assert index.statistics().remaining == 0
    assert index.health().ok
    assert len(index.similar(["def alpha_marker(): return beta_marker()"], 2)[0]) == 2


def _history(index: Index) -> None:
    assert [commit.subject for commit in index.commits("marker introduced")] == ["Introduce the marker"]
    assert len(index.changes()) in (0, 1, 2, 3)


def test_eight_threads_read_while_one_updates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexers.build.update.COMMIT_SECONDS", 1e9)  # a slow machine would commit in between
    root = write(tmp_path / "r", _files(0))
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Introduce the marker")
    faults: list[BaseException] = []
    done = threading.Event()

    def repeated(question: Callable[[Index], None]) -> None:
        try:
            rounds = 0
            while not done.is_set() or rounds < 3:
                question(index)
                rounds += 1
        except BaseException as fault:  # noqa: BLE001  # raised again by the test
            faults.append(fault)
            done.set()

    with Index.build(root, options=IndexOptions(history=10)) as index:
        questions = [_searches, _walks, _graph, _counts, _history, _searches, _walks, _searches]
        threads = [threading.Thread(target=repeated, args=(question,)) for question in questions]
        for thread in threads:
            thread.start()
        for generation in range(1, ROUNDS):
            if done.is_set():
                break
            write(root, _files(generation))
            assert index.update().complete
        done.set()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]
        assert {hit.documentation.split("Generation ")[1][:4] for hit in index.search("generation of the marker", k=3)} == {
            f"g{ROUNDS - 1:03}"
        }


@pytest.mark.parametrize("damage", ["removed", "overwritten"])
def test_faults_from_threads_are_errors_of_the_tree(tmp_path: Path, damage: str) -> None:
    root = write(tmp_path / "r", _files(0))
    with Index.build(root) as index:
        database = index.folder / "index.db"
        for path in (database, database.with_name("index.db-wal"), database.with_name("index.db-shm")):
            if path.exists():
                if damage == "removed":
                    path.unlink()
                else:
                    path.write_bytes(b"not a database" * 999)
        faults: list[BaseException] = []

        def ask() -> None:
            for question in (_searches, _walks, _graph):
                try:
                    question(index)
                except IndexerError:
                    pass
                except BaseException as fault:  # noqa: BLE001  # shown by the test
                    faults.append(fault)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [repr(fault) for fault in faults] == []


def test_threads_follow_an_index_that_another_process_rebuilt(tmp_path: Path) -> None:
    root = write(tmp_path / "r", _files(0))
    Index.build(root).close()
    with Index.open(root) as index:
        assert index.search("generation of the marker")
        write(root, _files(1))
        Index.build(root, rebuild=True).close()
        faults: list[BaseException] = []

        def ask() -> None:
            try:
                for _ in range(20):
                    _searches(index)
            except BaseException as fault:  # noqa: BLE001  # raised again by the test
                faults.append(fault)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]
