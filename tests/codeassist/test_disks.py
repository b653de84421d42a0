"""Full and read-only file systems: the last good index answers with a note, nothing is lost, the next run repairs."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.conftest import SHOP, write

_SCRIPT = """
import contextlib, io, json, os, subprocess, sys
from pathlib import Path

disk = Path(sys.argv[1])

def mount(*options):
    subprocess.run(["mount", *options, str(disk)], check=True, capture_output=True)

def run(*arguments):
    from codeassist.cli.app import main
    sys.argv = ["codeassist", *arguments]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    results.append([arguments[0], code, out.getvalue(), err.getvalue()])

def fill():
    with open(disk / "fill", "wb", buffering=0) as handle:
        with contextlib.suppress(OSError):
            while True:
                handle.write(bytes(4096))

results = []
mount("-t", "tmpfs", "-o", "size=3m,nr_inodes=200", "tmpfs")
root = disk / "shop"
for name, content in json.loads(sys.argv[2]).items():
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(content)
os.chdir(root)
run("index", "-q", ".")
run("ask", "-q", "how is an account charged")
Path("fresh.py").write_text("def freshly_made():\\n    return 1\\n")
"""


def in_namespace(tmp_path: Path, body: str) -> list[list]:
    """[command, exit code, output, messages] of the commands that `body` runs on a small file system of its own."""
    command = ["unshare", "--mount", "--map-root-user"]
    if subprocess.run([*command, "mount", "-t", "tmpfs", "x", str(tmp_path)], capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    script = _SCRIPT + textwrap.dedent(body) + '\nos.chdir("/")\nprint(json.dumps(results))\n'
    arguments = [sys.executable, "-c", script, str(tmp_path), json.dumps(SHOP)]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)[2:]


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mount namespaces are Linux's")


def test_a_read_only_index_is_searched_where_it_is(tmp_path):
    search, ask, log, index, clean = in_namespace(
        tmp_path,
        """
        mount("-o", "remount,ro")
        run("search", "how is an account charged")
        run("ask", "how is an account charged")
        run("log")
        run("index", ".")
        run("clean")
        """,
    )
    for _, code, out, err in (search, ask):
        assert code == 0
        assert "shop/payments.py" in out
        assert "it could not be updated: Read-only file system" in err
    assert "could not be recorded" in ask[3]
    assert (log[1], "how is an account charged" in log[2]) == (0, True), log
    for _, code, _, err in (index, clean):
        assert (code, "Read-only file system" in err, len(err.strip().splitlines())) == (4, True, 1)


@pytest.mark.parametrize("exhausted", ["space", "inodes"])
def test_a_full_disk_lets_the_last_good_index_answer(tmp_path, exhausted):
    if exhausted == "space":
        use_up, free = "fill()", '(disk / "fill").unlink()'
    else:
        use_up = """
        with contextlib.suppress(OSError):
            for number in range(1000):
                (disk / f"inode{number}").touch()
        """
        free = "[path.unlink() for path in disk.glob('inode*')]"
    search, ask, index, after, log, checked = in_namespace(
        tmp_path,
        "\n".join(
            (
                textwrap.dedent(use_up),
                'run("search", "how is an account charged")',
                'run("ask", "how is an account charged")',
                'run("index", ".")',
                free,
                'run("search", "freshly made")',
                'run("log")',
                'run("index", ".", "--json")',
            )
        ),
    )
    for _, code, out, err in (search, ask):
        assert code == 0, err
        assert "shop/payments.py" in out
        assert "it could not be updated" in err
    assert index[1] == 4, index
    assert (after[1], "fresh.py" in after[2], after[3]) == (0, True, "")
    assert log[1] == 0
    assert (json.loads(checked[2])["added"], json.loads(checked[2])["changed"]) == (0, 0)


def test_a_first_index_that_finds_no_space_is_completed_later(tmp_path):
    first, search, cleaned = in_namespace(
        tmp_path,
        """
        run("clean")
        results.pop()
        fill()
        run("index", ".")
        (disk / "fill").unlink()
        run("search", "how is an account charged")
        run("clean")
        results[-1].append([path.name for path in root.iterdir()])
        """,
    )
    assert first[1] == 4
    assert len(first[3].strip().splitlines()) == 1
    assert (search[1], "shop/payments.py" in search[2]) == (0, True)
    assert ".codeassist" not in cleaned[4]


@pytest.mark.parametrize("size", [0, 3])
def test_an_empty_or_cut_catalog(indexed, run, size):
    database = indexed / ".codeassist" / "index.db"
    database.write_bytes(database.read_bytes()[:size])
    outcome = run("search", "how is an account charged", cwd=indexed)
    if size:
        assert (outcome.code, "--rebuild" in outcome.err) == (4, True)
        assert run("index", "-q", "--rebuild", ".", cwd=indexed).code == 0
        outcome = run("search", "how is an account charged", cwd=indexed)
    assert (outcome.code, "shop/payments.py" in outcome.out) == (0, True)


def test_leftovers_of_killed_writers_are_removed_and_files_of_the_user_kept(indexed, run):
    folder = indexed / ".codeassist"
    before = {path.name for path in folder.iterdir()}
    leftovers = ("index.db.new", "index.db.new-wal", "index.seal.tmp", "vectors-9.faiss.tmp", "vectors-9.log.tmp", "write.pid")
    write(folder, dict.fromkeys((*leftovers, "notes.txt", "vectors-mine.faiss"), "left"))
    assert run("index", "-q", ".", cwd=indexed).code == 0
    assert {path.name for path in folder.iterdir()} == before | {"notes.txt", "vectors-mine.faiss"}
    assert run("clean", cwd=indexed).code == 0
    assert {path.name for path in folder.iterdir()} == {"notes.txt", "vectors-mine.faiss"}


def test_everything_is_for_the_user_alone(indexed, run):
    folder = indexed / ".codeassist"
    run("ask", "-q", "how is an account charged", cwd=indexed)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())}
    assert modes.pop(".codeassist") == 0o700
    assert set(modes.values()) == {0o600}, modes
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    write(indexed, {"new.py": "x = 1\n"})
    run("search", "charge", cwd=indexed)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
