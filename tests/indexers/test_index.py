"""Building, updating, locking and reopening an index."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from indexers import EncoderMismatchError, Index, IndexBusyError, IndexMissingError, IndexOptions, WalkRules
from indexers.stores.catalog import Catalog
from indexers.stores.compression import unpack_terms, unpack_uses
from indexers.stores.vectors import empty_vectors, open_vectors
from indexers.testing import HashEncoder
from tests.conftest import SHOP, git, write

BIG = "\n\n".join(f"def function_{n}(value):\n    return compute_{n}(value, {n})" for n in range(400))


def rows(index: Index, query: str) -> list[tuple]:
    """The rows of a query on the database of an index."""
    catalog = Catalog.open(index.folder / "index.db")
    try:
        return catalog.connection.execute(query).fetchall()
    finally:
        catalog.close()


def assert_consistent(index: Index) -> None:
    """Check that chunks, vectors, lexical rows and names match."""
    catalog = Catalog.open(index.folder / "index.db")
    sql, generation = catalog.connection, catalog.meta("generation", 0)
    empty = generation == catalog.meta("first_generation", 0)
    dimension = catalog.meta("dimension", 0)
    vectors = empty_vectors(dimension) if empty else open_vectors(index.folder, generation, dimension)
    ids = [row[0] for row in sql.execute("SELECT id FROM chunks ORDER BY id")]
    assert len(vectors) == len(ids)
    assert (abs(vectors.get(ids)).sum(axis=1) > 0).sum() >= len(ids) * 0.9
    assert sql.execute("SELECT count(*) FROM lexicon").fetchone()[0] == len(ids)
    stored = sum(len(unpack_terms(row[0])) for row in sql.execute("SELECT terms FROM files WHERE terms != x''"))
    assert stored == len(ids)
    mismatched = sql.execute(
        "SELECT n.name FROM names n WHERE n.uses != (SELECT coalesce(sum(count), 0) FROM uses u WHERE u.name = n.id) "
        "OR n.definitions != (SELECT count(*) FROM symbols s WHERE s.name = n.id)"
    ).fetchall()
    assert not mismatched
    packed = sum(len(lines) for row in sql.execute("SELECT uses FROM files") for _, _, lines in unpack_uses(row[0]))
    assert packed == sql.execute("SELECT coalesce(sum(count), 0) FROM uses").fetchone()[0]
    orphans = "SELECT count(*) FROM chunks WHERE file NOT IN (SELECT id FROM files)"
    assert sql.execute(orphans).fetchone()[0] == 0
    sql.execute("INSERT INTO lexicon(lexicon) VALUES('integrity-check')")
    catalog.close()


def test_a_second_build_changes_nothing(shop):
    with Index.build(shop) as index:
        assert index.last_report.added == len(SHOP) - 1  # one is empty
        assert index.last_report.skipped == {"empty": 1}
        assert_consistent(index)
    with Index.build(shop) as index:
        assert (index.last_report.added, index.last_report.changed, index.last_report.deleted) == (0, 0, 0)
        assert index.last_report.unchanged == len(SHOP)


def test_changed_renamed_and_deleted_files(shop):
    Index.build(shop).close()
    write(shop, {"shop/auth.py": SHOP["shop/auth.py"].replace("hash_password", "scramble")})
    (shop / "stock/inventory.go").rename(shop / "stock/store.go")
    (shop / "README.md").unlink()
    with Index.build(shop) as index:
        report = index.last_report
        assert (report.added, report.changed, report.deleted) == (1, 1, 2)
        assert index.definitions("scramble")
        assert not [d for d in index.definitions("hash_password") if d.name == "hash_password"]
        assert [d.path for d in index.definitions("Reserve")] == ["stock/store.go"]
        assert_consistent(index)


def test_a_touched_file_is_not_indexed_again(shop):
    Index.build(shop).close()
    os.utime(shop / "shop/auth.py", (1, 1))
    with Index.build(shop) as index:
        assert index.last_report.changed == 0
        assert len(index.changes()) == 0


def test_a_change_that_keeps_the_size_is_detected(shop):
    Index.build(shop).close()
    path = shop / "shop/auth.py"
    path.write_text(path.read_text().replace("AuthError", "OopsError"))
    with Index.build(shop) as index:
        assert index.definitions("OopsError")


def test_a_branch_switch_encodes_no_chunk_twice(shop):
    encoder = HashEncoder()
    Index.build(shop, encoder=encoder).close()
    first = len(encoder.encoded)
    original = (shop / "shop/auth.py").read_text()
    write(shop, {"shop/auth.py": original + "\n\ndef fresh():\n    return 1\n" + "# note\n" * 120})
    (shop / "shop/payments.py").rename(shop / "shop/money.py")
    Index.build(shop, encoder=encoder).close()
    added = len(encoder.encoded) - first
    assert added <= 4
    write(shop, {"shop/auth.py": original})
    (shop / "shop/money.py").rename(shop / "shop/payments.py")
    with Index.build(shop, encoder=encoder) as index:
        assert len(encoder.encoded) == first + added
        assert_consistent(index)


def test_skipped_files_are_recorded_and_indexed_when_they_change(shop):
    write(shop, {"gen.py": "# DO NOT EDIT: generated by a tool\nx = 1\n"})
    with Index.build(shop) as index:
        assert index.statistics().skipped == {"empty": 1, "generated": 1}
        assert len(index.changes()) == 0
    write(shop, {"gen.py": "def own():\n    return 1\n"})
    with Index.build(shop) as index:
        assert index.statistics().skipped == {"empty": 1}
        assert index.definitions("own")


def test_options_apply_to_updates(shop):
    Index.build(shop).close()
    options = IndexOptions(WalkRules(exclude=("stock/",)))
    with Index.build(shop, options=options) as index:
        assert index.last_report.deleted == 1
        assert not index.definitions("Reserve")


def test_an_empty_folder_and_a_folder_without_an_index(tmp_path):
    with Index.build(tmp_path) as index:
        assert index.search("anything") == []
    with pytest.raises(IndexMissingError, match="codeassist index"):
        Index.open(tmp_path / "..")


def test_another_encoder_is_rejected(shop):
    Index.build(shop, encoder=HashEncoder()).close()
    with pytest.raises(EncoderMismatchError, match="--rebuild"):
        Index.build(shop, encoder=HashEncoder(8))
    with pytest.raises(EncoderMismatchError, match="'hash'"):
        Index.open(shop).search("x")
    Index.build(shop, encoder=HashEncoder(8), rebuild=True).close()


def test_a_second_writer_gets_the_process_id_of_the_lock_holder(shop):
    Index.build(shop).close()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(f"""
            import sys
            from pathlib import Path
            from indexers.stores.locking import writer_lock
            with writer_lock(Path({str(shop / ".codeassist")!r})):
                print("held", flush=True)
                sys.stdin.read()
         """),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(IndexBusyError, match=f"process {holder.pid}") as caught:
            Index.build(shop)
        assert caught.value.pid == holder.pid
        with Index.open(shop) as index:  # the lock does not block readers
            assert index.search("authenticate")
    finally:
        holder.communicate()
    Index.build(shop).close()


def test_progress_counts_up_to_the_end(shop):
    states = []
    Index.build(shop, on_progress=lambda p: states.append((p.done, p.total))).close()
    assert states == [(n, len(SHOP)) for n in range(1, len(SHOP) + 1)]


def test_an_index_in_another_folder(shop, tmp_path):
    with Index.build(shop, index_dir=tmp_path / "elsewhere") as index:
        assert index.search("authenticate")
    assert not (shop / ".codeassist").exists()
    with Index.open(shop, index_dir=tmp_path / "elsewhere") as index:
        assert index.search("authenticate")


def test_a_reader_sees_the_new_state_after_a_commit(shop):
    with Index.build(shop) as reader:
        before = {hit.path for hit in reader.search("authenticate", 20)}
        write(shop, {"shop/extra.py": "def authenticate_more():\n    return 1\n"})
        with Index.build(shop):
            pass
        after = {hit.path for hit in reader.search("authenticate", 20)}
        assert after - before == {"shop/extra.py"}


def test_git_ignores_the_index_folder(shop):
    git(shop, "init", "-q")
    Index.build(shop).close()
    assert ".codeassist" not in git(shop, "status", "--porcelain")


@pytest.mark.parametrize("seconds", [0.0, 0.2, 1e9])
def test_the_vectors_do_not_depend_on_the_speed_of_the_machine(tmp_path, monkeypatch, seconds):
    body = "\n\n".join(f"def f{n}(value):\n    return compute_{n}(value) + {n}\n\n\n# part {n}" for n in range(60))
    expected = Index.build(write(tmp_path / "a", {f"m{n:03}.py": body.replace("compute", f"c{n}") for n in range(120)}))
    monkeypatch.setattr("indexers.build.update.COMMIT_SECONDS", seconds)
    actual = Index.build(write(tmp_path / "b", {f"m{n:03}.py": body.replace("compute", f"c{n}") for n in range(120)}))
    with expected, actual:
        for question in ("compute a value", "part 7", "c11 function"):
            results = [[(h.path, h.start_line, h.score) for h in index.search(question)] for index in (expected, actual)]
            assert results[0] == results[1]


def test_worker_processes_give_the_same_index(tmp_path):
    root = write(tmp_path / "r", {f"m{n}.py": BIG.replace("function", f"f{n}_") for n in range(70)})
    started = time.monotonic()
    with Index.build(root, options=IndexOptions(jobs=2)) as index:
        assert_consistent(index)
        assert index.last_report.added == 70
        assert time.monotonic() - started < 60
    inline = tmp_path / "inline"
    with Index.build(root, index_dir=inline, options=IndexOptions(jobs=1)) as other, Index.open(root) as index:
        query = "SELECT path, start, end, kind FROM chunks JOIN files ON files.id = file ORDER BY 1, 2"
        assert rows(other, query) == rows(index, query)


class Lifecycle(RuleBasedStateMachine):
    """Random edits; after each update the index equals a newly built one."""

    names = st.sampled_from(["a.py", "b.py", "sub/c.py", "d.go", "e.md"])
    bodies = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), min_size=0, max_size=4)

    @initialize()
    def start(self):
        import tempfile
        from pathlib import Path

        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name) / "r"
        self.root.mkdir()
        self.clock = 1_000_000_000
        self.encoder = HashEncoder(4)

    @rule(name=names, body=bodies)
    def edit(self, name, body):
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n\n".join(f"def {word}():\n    return other_{word}()" for word in body))
        self.clock += 1
        os.utime(path, (self.clock, self.clock))

    @rule(name=names)
    def delete(self, name):
        (self.root / name).unlink(missing_ok=True)

    @rule(old=names, new=names)
    def move(self, old, new):
        if (self.root / old).exists():
            (self.root / new).parent.mkdir(exist_ok=True)
            (self.root / old).replace(self.root / new)

    @invariant()
    def equals_a_new_index(self):
        if not hasattr(self, "root"):
            return
        query = "SELECT f.path, c.start, c.end, c.kind, c.hash FROM files f LEFT JOIN chunks c ON c.file = f.id ORDER BY 1, 2"
        with Index.build(self.root, encoder=self.encoder) as index:
            assert_consistent(index)
            updated = rows(index, query)
        rebuilt = Index.build(self.root, encoder=HashEncoder(4), index_dir=self.root.parent / "rebuilt", rebuild=True)
        with rebuilt:
            assert updated == rows(rebuilt, query)

    def teardown(self):
        if hasattr(self, "folder"):
            self.folder.cleanup()


TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = settings(max_examples=12, stateful_step_count=8, deadline=None)
