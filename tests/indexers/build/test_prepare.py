"""The records of files: what is read, what is skipped and why."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers import Index
from indexers.build import prepare as module
from indexers.build import worker
from indexers.build.messages import Item, Unchanged, Vanished
from indexers.build.prepare import flags_of, prepare, prepare_item
from indexers.encoders.static import StaticEncoder
from indexers.files.digest import digest
from indexers.files.walker import Listing, compare
from indexers.syntax.languages import by_name
from indexers.types import DOCUMENT, EXAMPLE, TEST, VENDORED, FileRecord, KnownFile, SourceFile
from tests.conftest import write
from tests.indexers.conftest import assert_consistent


def test_a_file_deleted_after_it_was_listed_is_skipped(shop, monkeypatch):
    from indexers.index import facade as module

    original = module.discover

    def discover(root, rules):
        listing = original(root, rules)
        (root / "shop/auth.py").unlink(missing_ok=True)
        return listing

    monkeypatch.setattr(module, "discover", discover)
    with Index.build(shop) as index:
        assert index.last_report.skipped["unreadable"] == 1
        assert not [d for d in index.definitions("authenticate") if d.path == "shop/auth.py"]
        assert_consistent(index)


def test_a_file_changed_after_it_was_listed_is_indexed_as_read(shop, monkeypatch):
    from indexers.index import facade as module

    original = module.discover

    def discover(root, rules):
        listing = original(root, rules)
        write(root, {"shop/auth.py": "def changed_meanwhile():\n    return 1\n"})
        return listing

    monkeypatch.setattr(module, "discover", discover)
    with Index.build(shop) as index:
        assert index.definitions("changed_meanwhile")
    monkeypatch.undo()
    with Index.build(shop) as index:
        assert index.last_report.changed == 0
        assert_consistent(index)


REFUSE = """
import indexers.build.prepare as prepare
original = prepare.read_with_status
def refuse(path, **options):
    if path.endswith("auth.py"):
        raise PermissionError(13, "Permission denied", path)
    return original(path, **options)
prepare.read_with_status = refuse
from indexers.build.serving import serve;"""


def test_a_file_without_permission_is_recorded_and_indexed_later(shop, monkeypatch):
    monkeypatch.setattr(worker, "_idle", [])
    monkeypatch.setattr(worker, "_BOOT", worker._BOOT.replace("from indexers.build.serving import serve;", REFUSE))
    with Index.build(shop) as index:
        assert index.statistics().skipped["no permission"] == 1
    worker._end_idle()
    monkeypatch.undo()
    with Index.build(shop) as index:
        assert index.definitions("authenticate")
        assert "no permission" not in index.statistics().skipped


def source(root, name, text):
    write(root, {name: text})
    path = root / name
    return SourceFile(name, str(path), path.stat().st_size, path.stat().st_mtime_ns)


def test_a_file_with_the_known_hash_is_unchanged(tmp_path, monkeypatch):
    file = source(tmp_path, "a.py", "def f():\n    return 1\n")
    changed = os.stat(file.absolute).st_ctime_ns
    monkeypatch.setattr(module.time, "time_ns", lambda: changed + 10**10)
    record = prepare(file, None, None)
    assert isinstance(record, FileRecord)
    assert prepare(file, record.hash, None) == Unchanged("a.py", file.size, file.mtime_ns, record.ctime, record.inode)
    assert isinstance(prepare(file, b"another hash", None), FileRecord)


@pytest.mark.skipif(os.name == "nt", reason="change times")
def test_a_file_that_changes_twice_within_a_tick_is_read_again(tmp_path, monkeypatch):
    file = source(tmp_path, "a.py", "def f():\n    return 1\n")
    status = os.stat(file.absolute)
    monkeypatch.setattr(module.time, "time_ns", lambda: status.st_ctime_ns + 1_000_000)
    record = prepare(file, None, None)
    again = SourceFile("a.py", file.absolute, file.size, file.mtime_ns, status.st_ctime_ns, status.st_ino)  # all the same
    listing = Listing([again])
    known = {"a.py": KnownFile(1, "a.py", record.size, record.mtime, record.hash, None, record.ctime, record.inode)}
    assert compare(listing, known).suspects == [again]
    monkeypatch.setattr(module.time, "time_ns", lambda: status.st_ctime_ns + 10**10)
    settled = prepare(file, record.hash, None)
    known = {"a.py": known["a.py"]._replace(ctime=settled.ctime)}
    assert compare(listing, known).suspects == []


def test_chunks_are_encoded_here_only_with_an_encoder(tmp_path):
    file = source(tmp_path, "a.py", "def charge():\n    return password()\n")
    encoder = StaticEncoder.load()
    encoded, plain = prepare(file, None, encoder), prepare(file, None, None)
    assert (encoded.texts, plain.vectors) == (None, None)
    assert plain.texts == ["def charge():\n    return password()"]
    rows = np.frombuffer(encoded.vectors, dtype=np.float32).reshape(len(encoded.chunks), encoder.dimension)
    assert np.allclose(rows, encoder.encode(plain.texts), atol=1e-6)


def test_a_skipped_file_is_recorded_with_its_reason_and_no_content(tmp_path):
    record = prepare(source(tmp_path, "a.py", b"x = 1\0\n"), None, None)
    assert (record.skipped, record.chunks, record.symbols, record.lines) == ("binary", [], [], 0)
    missing = SourceFile("gone.py", str(tmp_path / "gone.py"), 1, 1)
    assert prepare(missing, None, None) == Vanished("gone.py", "unreadable")


def test_a_file_that_the_parser_fails_on_is_split_by_lines(tmp_path, monkeypatch):
    file = source(tmp_path, "b.py", "def b(): ...\n")
    item = Item(file, None)
    original = module.parse_source

    def fail(path, language, text, problem=""):
        if not problem:
            raise RecursionError
        return original(path, language, text, problem)

    monkeypatch.setattr(module, "parse_source", fail)
    record = prepare_item(item, None, {})
    assert (record.problem, record.skipped, record.symbols) == ("its parser failed (RecursionError)", None, [])
    assert [chunk[:2] for chunk in record.chunks] == [(1, 1)]
    monkeypatch.setattr(module, "parse_source", lambda *_: bytearray(1 << 62))
    assert prepare_item(item, None, {}).skipped == "its parser needed too much memory"


@pytest.mark.parametrize(
    ("path", "language", "flags"),
    [
        ("a.py", "python", 0),
        ("tests/a.py", "python", TEST),
        ("examples/tests/a.py", "python", TEST | EXAMPLE),
        ("vendor/a.go", "go", VENDORED),
        ("docs/a.md", "markdown", DOCUMENT),
    ],
)
def test_flags_of_a_path(path, language, flags):
    assert flags_of(path, by_name(language)) == flags


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_different_parts_have_different_digests(one, other):
    if any(b"\0" in part for part in (*one, *other)):
        return
    assert (digest(*one) == digest(*other)) is (one == other)
    assert len(digest(*one)) == 12


def test_lexical_rows_contain_the_terms_of_path_names_documentation_and_body(tmp_path):
    text = "def parse_date(text):\n    '''Reads a day.'''\n    return strptime(text)\n"
    ((path, names, documentation, body),) = prepare(source(tmp_path, "calendar/days.py", text), None, None).terms
    assert {"calendar", "day"} <= set(path.split())
    assert {"pars", "date", "parse_date"} <= set(names.split())
    assert "day" in documentation.split()
    assert "strptim" in body.split()
