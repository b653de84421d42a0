"""The lock: a published version never changes, and old texts are kept or found in git's history."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.errors import PromptError
from codeassist.prompts.checking import check_folder
from codeassist.prompts.format import read
from codeassist.prompts.lock import Locked, from_history, history, locked, published, read_lock, update_lock, write_lock
from tests.codeassist.prompts.conftest import folder_of, greet
from tests.conftest import git, write


def test_the_lock_follows_versions(tmp_path):
    folder = folder_of(tmp_path)
    assert [p.rule for p in check_folder(folder, 500)] == ["unlocked"]
    git(tmp_path, "init", "-q")
    update_lock(folder, [read(folder / "greet.prompty")])
    assert check_folder(folder, 500) == []
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    write(folder, {"greet.prompty": greet("user:\nGood day {{ who }}!\n")})
    changed = check_folder(folder, 500)
    assert [p.rule for p in changed] == ["changed"]
    assert "text changed without a new version (1.0.0 was locked" in changed[0].message
    with pytest.raises(PromptError, match=r"greet@1.0.0 is locked with a different text"):
        update_lock(folder, [read(folder / "greet.prompty")])
    write(folder, {"greet.prompty": greet("user:\nGood day {{ who }}!\n", "1.1.0")})
    added, warnings = update_lock(folder, [read(folder / "greet.prompty")])
    assert [e.version for e in added] == ["1.1.0"]
    assert warnings == []
    assert check_folder(folder, 500) == []
    assert "Hello" in published(folder, "greet", "1.0.0").text
    assert "Good day" in published(folder, "greet", "1.1.0").text
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "second")
    write(folder, {"greet.prompty": greet(version="0.9.0")})
    assert [p.rule for p in check_folder(folder, 500)] == ["version"]


def test_an_inconsistent_lock_is_detected(tmp_path):
    folder = folder_of(tmp_path)
    update_lock(folder, [read(folder / "greet.prompty")])
    lock = (folder / "prompts.lock").read_text()
    (folder / "prompts.lock").write_text(lock + lock.splitlines()[1].replace("@1.0.0", "@0.5.0") + "\n")
    assert [p.rule for p in check_folder(folder, 500)] == ["lost"]
    write(folder, {"versions/greet@0.5.0.prompty": greet("user:\nSomething else {{ who }}", "0.5.0")})
    assert [p.rule for p in check_folder(folder, 500)] == ["lock"]
    with pytest.raises(PromptError, match="differs from the one locked in prompts.lock"):
        published(folder, "greet", "0.5.0")
    (folder / "prompts.lock").write_text("{")
    with pytest.raises(PromptError, match="the lock is damaged"):
        read_lock(folder)
    assert [p.rule for p in check_folder(folder, 500)] == ["lock"]


ENTRIES = st.builds(
    Locked,
    st.sampled_from(["ask", "fix", "judge"]),
    st.tuples(*[st.integers(0, 30)] * 3).map(lambda v: ".".join(map(str, v))),
    st.text("0123456789abcdef", min_size=4, max_size=4),
    st.just("ab"),
    st.just("2026-01-02"),
)


@given(entries=st.lists(ENTRIES, max_size=5, unique_by=lambda e: (e.name, e.version)))
def test_a_lock_is_read_back_in_the_order_of_versions(tmp_path_factory, entries):
    folder = tmp_path_factory.getbasetemp()
    write_lock(folder, entries)
    read_back = read_lock(folder)
    assert sorted(read_back, key=str) == sorted(entries, key=str)
    keys = [(e.name, [int(part) for part in e.version.split(".")]) for e in read_back]
    assert keys == sorted(keys)
    assert not (folder / "prompts.lock.part").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"schema": "other/1", "prompts": []}, "the schema is 'other/1', expected 'codeassist.prompts-lock/1'"),
        ({"schema": "codeassist.prompts-lock/1"}, "the lock is damaged"),
        ({"schema": "codeassist.prompts-lock/1", "prompts": [{"name": "x"}]}, "the lock is damaged"),
        ([], "the lock is damaged"),
        (
            {
                "schema": "codeassist.prompts-lock/1",
                "prompts": [{"name": "x", "version": "1", "content": "", "inputs": "", "date": ""}],
            },
            "x@1 is not a valid version",
        ),
        (
            {
                "schema": "codeassist.prompts-lock/1",
                "prompts": [{"name": "x", "version": "1.0.0", "content": 3, "inputs": "", "date": ""}],
            },
            "x@1.0.0 is not a valid version",
        ),
    ],
)
def test_a_damaged_lock_is_an_error_and_can_be_renewed(tmp_path, data, message):
    folder = folder_of(tmp_path)
    (folder / "prompts.lock").write_text(json.dumps(data))
    with pytest.raises(PromptError, match=message):
        read_lock(folder)
    added, _ = update_lock(folder, [read(folder / "greet.prompty")], renew=True)
    assert read_lock(folder) == added == [locked(read(folder / "greet.prompty"), added[0].date)]


def test_without_a_lock_nothing_is_locked(tmp_path):
    assert read_lock(tmp_path) == []
    assert published(folder_of(tmp_path), "greet", "2.0.0") is None


def test_a_lock_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(PromptError, match="Cannot write .*prompts.lock"):
        write_lock(tmp_path / "missing", [])


def test_an_uncommitted_version_is_kept_until_it_is_committed(tmp_path):
    folder = folder_of(tmp_path)
    git(tmp_path, "init", "-q")
    update_lock(folder, [read(folder / "greet.prompty")])
    copy = folder / "versions" / "greet@1.0.0.prompty"
    assert copy.read_text() == greet()
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    update_lock(folder, [read(folder / "greet.prompty")])
    assert not copy.parent.exists()


def test_a_superseded_version_that_is_nowhere_gives_a_warning(tmp_path):
    folder = folder_of(tmp_path)
    update_lock(folder, [read(folder / "greet.prompty")])
    (folder / "versions" / "greet@1.0.0.prompty").unlink()
    write(folder, {"greet.prompty": greet(version="1.1.0")})
    _, warnings = update_lock(folder, [read(folder / "greet.prompty")])
    assert warnings == ["greet@1.0.0 is locked, but its text is neither in versions/ nor in git's history"]


def test_the_history_of_a_file_has_its_versions_newest_first(tmp_path):
    folder = folder_of(tmp_path)
    git(tmp_path, "init", "-q")
    for text, subject in ((greet(), "first"), ("broken", "second"), (greet("user:\nBye {{ who }}", "2.0.0"), "third")):
        write(folder, {"greet.prompty": text})
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", subject)
    assert [row[2:] for row in history(folder / "greet.prompty")] == [("2.0.0", "third"), ("?", "second"), ("1.0.0", "first")]
    assert from_history(folder / "greet.prompty", "1.0.0") == greet()
    assert from_history(folder / "greet.prompty", "3.0.0") is None
    assert history(tmp_path / "nowhere" / "greet.prompty") == []


def test_a_version_is_one_line_and_a_merge_may_keep_both_sides(tmp_path):
    folder = folder_of(tmp_path)
    one, two = (Locked(name, "1.0.0", name * 4, "ab", "2026-01-02") for name in ("ask", "fix"))
    write_lock(folder, [one])
    first = (folder / "prompts.lock").read_text()
    write_lock(folder, [two])
    both = first + (folder / "prompts.lock").read_text().splitlines(keepends=True)[1]
    assert len(both.splitlines()) == 3
    (folder / "prompts.lock").write_text(both + both.splitlines()[1] + "\n")
    assert read_lock(folder) == [one, two]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("<<<<<<< HEAD", r"prompts.lock:3: the lock is damaged \(a merge left its marks"),
        ("ask@1.0.0 other ab 2026-01-02", r"prompts.lock:3: .*ask@1.0.0 is listed with two texts"),
        ("ask 1.0.0", r"prompts.lock:3: .*the line is not NAME@VERSION"),
        ("ask@1.0 a b 2026-01-02", r"prompts.lock:3: .*the line is not NAME@VERSION"),
    ],
)
def test_a_damaged_line_is_an_error_with_its_number(tmp_path, line, message):
    folder = folder_of(tmp_path)
    write_lock(folder, [Locked("ask", "1.0.0", "text", "ab", "2026-01-02")])
    with (folder / "prompts.lock").open("a") as lock:
        lock.write(f"{line}\n")
    with pytest.raises(PromptError, match=message):
        read_lock(folder)


def test_a_lock_of_the_earlier_form_is_read_and_replaced(tmp_path):
    folder = folder_of(tmp_path)
    entry = locked(read(folder / "greet.prompty"), "2026-01-02")
    (folder / "prompts.lock").write_text(json.dumps({"schema": "codeassist.prompts-lock/1", "prompts": [asdict(entry)]}))
    assert read_lock(folder) == [entry]
    update_lock(folder, [read(folder / "greet.prompty")])
    assert (folder / "prompts.lock").read_text().startswith("# codeassist.prompts-lock/2")
    assert read_lock(folder) == [entry]


def test_a_version_that_is_shipped_with_another_text_is_refused(tmp_path):
    folder = folder_of(tmp_path)
    prompt = read(folder / "greet.prompty")
    with pytest.raises(PromptError, match=r"greet.prompty:1: greet@1.0.0 is shipped with another text"):
        update_lock(folder, [prompt], shipped={"greet@1.0.0": "another"})
    assert "shipped" in {p.rule for p in check_folder(folder, 500, {"greet@1.0.0": "another"})}
    update_lock(folder, [prompt], shipped={"greet@1.0.0": prompt.content_hash, "greet@1.1.0": "another"})
    assert check_folder(folder, 500, {"greet@1.0.0": prompt.content_hash}) == []


def test_an_old_version_keeps_the_partials_of_its_time(tmp_path):
    folder = folder_of(tmp_path, greet('user:\n{% include "kind" %}\nHello {{ who }}!\n'))
    write(folder, {"partials/kind.jinja": "Be kind."})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    update_lock(folder, [read(folder / "greet.prompty")])
    write(folder, {"partials/kind.jinja": "Be brief."})
    assert [p.rule for p in check_folder(folder, 500)] == ["changed"]
    write(folder, {"greet.prompty": greet('user:\n{% include "kind" %}\nHello {{ who }}!\n', "1.1.0")})
    update_lock(folder, [read(folder / "greet.prompty")])
    assert "Be kind." in published(folder, "greet", "1.0.0").text
    assert "Be brief." in published(folder, "greet", "1.1.0").text
