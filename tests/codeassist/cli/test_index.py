"""`codeassist index`: its report, its preview, interruption and watching."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess

import pytest

from tests.codeassist.cli.conftest import lines, run_process
from tests.conftest import SHOP, started, write


def test_index_reports_a_table_and_then_nothing_changed(shop, run):
    first = run("index", str(shop))
    assert first.code == 0
    assert first.out == ""
    assert "python" in first.err
    assert "Skipped: 1 empty" in first.err
    assert f"{len(SHOP) - 1} files added, 0 changed, 0 deleted" in first.err
    assert "Nothing changed" in run("index", str(shop)).err


def test_index_json(shop, run):
    outcome = run("index", str(shop), "--json")
    report = json.loads(outcome.out)
    assert report["schema"] == "codeassist.index/1"
    assert report["added"] == len(SHOP) - 1
    assert report["languages"]["go"]["symbols"] == 3
    assert outcome.err == ""


def test_dry_run_lists_and_writes_nothing(shop, run):
    outcome = run("index", str(shop), "--dry-run")
    assert lines(outcome.out) == sorted(path for path in SHOP if SHOP[path])
    assert f"{len(SHOP) - 1} files" in outcome.err
    assert "skipped: shop/__init__.py (empty)" in outcome.err
    assert not (shop / ".codeassist").exists()
    assert len(json.loads(run("index", str(shop), "--dry-run", "--json").out)["files"]) == len(SHOP) - 1


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_reports_the_remaining_files_and_the_next_run_continues(tmp_path, number):
    body = "\n\n".join(f"def f{n}(value):\n    return compute_{n}(value)" for n in range(300))
    root = write(tmp_path / "r", {f"m{n}.py": body for n in range(150)})
    with started("-m", "codeassist", "index", ".", "-j", "1", cwd=root, stderr=subprocess.PIPE) as child:
        while not (root / ".codeassist/index.db").exists():
            assert child.poll() is None
        child.send_signal(number)
        _, err = child.communicate(timeout=60)
    assert child.returncode == 128 + number
    assert "left; run 'codeassist index' again to continue" in err
    assert "Traceback" not in err
    assert "the index is incomplete" in run_process("search", "compute", "--no-refresh", cwd=root).stderr
    assert run_process("index", ".", "-q", cwd=root).returncode == 0
    assert json.loads(run_process("status", "--json", cwd=root).stdout)["languages"]["python"]["files"] == 150


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_an_interrupted_rebuild_leaves_the_index_of_before(tmp_path):
    body = "\n\n".join(f"def f{n}(value):\n    return compute_{n}(value)" for n in range(300))
    root = write(tmp_path / "r", {f"m{n}.py": body for n in range(150)})
    assert run_process("index", ".", "-q", cwd=root).returncode == 0
    with started("-m", "codeassist", "index", ".", "--rebuild", "-j", "1", cwd=root, stderr=subprocess.PIPE) as child:
        while not (root / ".codeassist/index.new/index.db").exists():
            assert child.poll() is None
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "the index is the one of before; run 'codeassist index --rebuild'" in err
    found = run_process("search", "compute_7", "--no-refresh", cwd=root)
    assert (found.returncode, "incomplete" in found.stderr) == (0, False)
    assert json.loads(run_process("status", "--json", cwd=root).stdout)["languages"]["python"]["files"] == 150


def test_watch_indexes_a_change(shop):
    with started("-m", "codeassist", "index", ".", "--watch", cwd=shop, stderr=subprocess.PIPE) as child:
        for line in child.stderr:
            if "Watching" in line:
                break
        for attempt in range(40):  # the watcher may need a moment before it sees changes
            write(shop, {"watched.py": f"def seen_{attempt}():\n    return 1\n"})
            if "watched.py" in run_process("symbols", f"seen_{attempt}", "--no-refresh", cwd=shop).stdout:
                break
        else:
            pytest.fail("the change was never indexed")
        child.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
        child.communicate(timeout=60)
    assert child.returncode == 0


def test_the_folder_that_is_named_is_indexed_and_no_other(shop, run):
    write(shop, {".codeassist.toml": "[nonsense]\n", ".git/HEAD": ""})
    inner = shop / "shop" / "web"
    assert run("index", str(inner)).code == 0
    assert json.loads(run("status", "--json", "--files", cwd=inner).out)["files"] == ["routes.js", "templates.js"]
    (shop / ".codeassist.toml").write_text("")
    assert run("index", "-q", cwd=shop / "stock").code == 0
    assert (shop / ".codeassist/index.db").exists()
    assert not (shop / "stock/.codeassist").exists()


@pytest.mark.parametrize("command", ["search", "ask", "symbols", "map", "duplicates"])
def test_a_folder_that_is_no_repository_is_not_indexed_in_silence(shop, run, command):
    outcome = run(command, *(["password"] if command not in ("map", "duplicates") else []), cwd=shop)
    assert outcome.code == 4
    assert f"is not a repository and has no index; run 'codeassist index {shop.resolve()}'" in outcome.err
    assert not (shop / ".codeassist").exists()


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 4), ("\n", 4)])
def test_on_a_terminal_a_first_index_is_asked_for(shop, answer, code):
    import pty

    user, terminal = pty.openpty()
    os.write(user, answer.encode())
    with started(
        "-m", "codeassist", "search", "password", cwd=shop, stdin=terminal, stderr=terminal, stdout=subprocess.PIPE
    ) as child:
        os.close(terminal)
        assert child.wait(timeout=60) == code
    shown = os.read(user, 100_000).decode()
    os.close(user)
    assert "is not a repository and has no index. Index it? [y/N]" in shown
    assert (shop / ".codeassist/index.db").exists() == (code == 0)


def test_the_home_folder_and_the_root_are_indexed_only_by_force(tmp_path, run, monkeypatch):
    home = write(tmp_path / "home", {"a.py": "def f():\n    pass\n", ".git/HEAD": ""})
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for command in (["index", str(home)], ["index"], ["search", "f"]):
        refused = run(*command, cwd=home)
        assert refused.code == 4
        assert (
            f"is the home folder, which is not indexed; name a folder in it, or run 'codeassist index --force {home}'"
            in refused.err
        )
    assert run("index", home.anchor, "--dry-run").code == 4
    assert run("index", "-q", "--force", str(home)).code == 0
    assert run("search", "f", cwd=home).code == 0
    assert run("index", "-q", str(home)).code == 0


def test_a_folder_of_repositories_names_the_command_for_each(tmp_path, run):
    root = write(
        tmp_path / "many", {"one/.git/HEAD": "", "one/a.py": "", "more/two words/.git": "gitdir: x\n", "notes.md": "# Hi\n"}
    )
    outcome = run("index", str(root))
    assert outcome.code == 0
    commands = [line.strip() for line in outcome.err.splitlines() if line.startswith("  codeassist index")]
    assert len(commands) == 2
    assert f"codeassist index {root.resolve() / 'one'}" in commands
    assert any("two words'" in command or 'two words"' in command for command in commands)
    assert json.loads(run("index", str(root), "--json").out)["repositories"] == ["more/two words", "one"]
    assert run("clean", cwd=root).code == 0
    refused = run("search", "hi", cwd=root)
    assert refused.code == 4
    assert "contains several; run the command in one of them, or index one: codeassist index " in refused.err


def test_skipped_files_are_named_by_dry_run_and_status(tmp_path, run):
    root = write(
        tmp_path / "r",
        {
            "a.py": "x = 1\n",
            "empty.py": "",
            "data.py": b"\0" * 100,
            "made.js": "/* @generated */\n",
            "x.png": "1",
            "lib/.git/HEAD": "",
            "b.csv": "1",
        },
    )
    expected = [
        {"path": "b.csv", "reason": "data"},
        {"path": "data.py", "reason": "binary"},
        {"path": "empty.py", "reason": "empty"},
        {"path": "lib/", "reason": "submodule or nested repository"},
        {"path": "made.js", "reason": "generated"},
        {"path": "x.png", "reason": "binary"},
    ]
    preview = json.loads(run("index", str(root), "--dry-run", "--json").out)
    assert preview["skipped_files"] == expected
    assert [file["path"] for file in preview["files"]] == ["a.py"]
    shown = run("index", str(root), "--dry-run")
    assert lines(shown.out) == ["a.py"]
    assert "skipped: made.js (generated)" in shown.err
    assert run("index", "-q", str(root)).code == 0
    assert json.loads(run("status", "--skipped", "--json", cwd=root).out)["skipped_files"] == expected
    assert lines(run("status", "--skipped", cwd=root).out) == [f"{e['path']}\t{e['reason']}" for e in expected]


def test_encodings_and_replaced_characters_are_said(tmp_path, run):
    root = write(
        tmp_path / "r", {"a.c": "// Größe\nint a;\n".encode("cp1252"), "b.c": "// é è\n".encode() + b"// \xff\nint b;\n"}
    )
    outcome = run("index", str(root))
    assert "Encodings other than UTF-8: 1 cp1252" in outcome.err
    assert "Replaced: 1 character in 1 file could not be decoded" in outcome.err
    assert "Encodings other than UTF-8: 1 cp1252" in run("status", cwd=root).out
    found = run("search", "Größe", cwd=root)
    assert "// Größe" in found.out


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices are POSIX")
@pytest.mark.parametrize("name", [".codeassist.toml", ".codeassistignore", "prompts/answer.prompty"])
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path)])
def test_settings_that_are_pipes_or_devices_are_named_and_not_read(indexed, run, name, make):
    (indexed / "prompts").mkdir()
    make(indexed / name)
    command = ["prompts", "check"] if name.startswith("prompts") else ["index"]
    outcome = run(*command, cwd=indexed)
    assert outcome.code != 0
    assert "ot a regular file" in outcome.out + outcome.err
    assert name.rpartition("/")[2] in outcome.out + outcome.err


@pytest.mark.skipif(os.name == "nt", reason="pipes are POSIX")
def test_a_diff_that_is_a_pipe_is_not_waited_for(indexed, run):
    os.mkfifo(indexed / "change.diff")
    outcome = run("review", "--diff", "change.diff", cwd=indexed)
    assert outcome.code == 2
    assert "Not a regular file" in outcome.err


def test_of_many_languages_only_the_largest_are_listed(tmp_path, run):
    names = ("a.py", "b.go", "c.rs", "d.java", "e.c", "f.rb", "g.lua", "h.php", "i.zig", "j.css", "k.toml")
    root = write(tmp_path / "many", {name: "x\n" * (40 - 2 * number) for number, name in enumerate(names)})
    write(root, {".codeassist.toml": ""})
    listed = run("index", ".", cwd=root).err
    assert listed.count("\n", 0, listed.index("total")) == 10  # the head, eight languages, the rest
    assert re.search(r"(?m)^\d more languages +\d", listed)
    assert "css" in run("status", cwd=root).out
