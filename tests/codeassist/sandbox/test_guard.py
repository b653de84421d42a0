"""What the guard refuses inside a Python process; each check runs in another process, because a guard cannot be undone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from codeassist.sandbox import guard

PROGRAM = """
import json, os, shutil, socket, subprocess, sys, time
sys.path.insert(0, sys.argv[1])
import guard
inside, outside = sys.argv[2:]
guard.install([inside])
results, reads = {}, {}

def attempt(name, action):
    guard.State.tripped = guard.State.read = ""
    guard.State.armed = True
    try:
        action()
        outcome = "allowed"
    except guard.Blocked as error:
        outcome = "refused"
    finally:
        guard.State.armed = False
    results[name] = [outcome, guard.State.tripped]
    reads[name] = guard.State.read

def write(path, mode="w"):
    with open(path, mode):
        pass

attempt("write inside", lambda: write(inside + "/a.txt"))
attempt("write outside", lambda: write(outside + "/a.txt"))
attempt("append outside", lambda: write(outside + "/kept.txt", "a"))
attempt("read outside", lambda: write(outside + "/kept.txt", "r"))
attempt("read inside", lambda: write(inside + "/a.txt", "r"))
attempt("read a module", lambda: write(os.__file__, "r"))
attempt("write to the null device", lambda: write(os.devnull))
attempt("write through a link", lambda: write(inside + "/link/b.txt"))
attempt("write beside the folder", lambda: write(inside + "-other"))
attempt("remove outside", lambda: os.remove(outside + "/kept.txt"))
attempt("remove inside", lambda: os.remove(inside + "/a.txt"))
attempt("rename out", lambda: os.rename(inside + "/link", outside + "/link"))
attempt("make a folder outside", lambda: os.mkdir(outside + "/new"))
attempt("start a process", lambda: subprocess.run(["true"]))
attempt("run a shell", lambda: os.system("true"))
attempt("kill a process", lambda: os.kill(os.getpid(), 0))
attempt("connect", lambda: socket.socket().connect(("127.0.0.1", 9)))
attempt("look up a host", lambda: socket.getaddrinfo("localhost", 80))
attempt("a long sleep", lambda: time.sleep(5))
attempt("a short sleep", lambda: time.sleep(0.001))
attempt("a nameless file inside", lambda: os.close(os.open(inside, os.O_WRONLY | os.O_TMPFILE)) if hasattr(os, "O_TMPFILE") else None)
attempt("load a library", lambda: __import__("ctypes").CDLL("kernel32" if os.name == "nt" else None))
write(outside + "/after.txt")
results["reads"] = sorted(name for name, path in reads.items() if path)
print(json.dumps(results))
"""


@pytest.fixture(scope="module")
def attempts(tmp_path_factory):
    """Name of an attempt -> (outcome, the refused event), and the folder outside."""
    folder = tmp_path_factory.mktemp("guard")
    inside, outside = folder / "inside", folder / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "kept.txt").write_text("x")
    (inside / "link").symlink_to(outside, target_is_directory=True)
    command = [sys.executable, "-c", PROGRAM, str(Path(guard.__file__).parent), str(inside), str(outside)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), outside


@pytest.mark.parametrize(
    "name",
    [
        "write inside",
        "read outside",
        "write to the null device",
        "remove inside",
        "a short sleep",
        "a nameless file inside",
        "load a library",
    ],
)
def test_work_inside_the_folder_is_allowed(attempts, name):
    assert attempts[0][name] == ["allowed", ""]


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("write outside", "open"),
        ("append outside", "open"),
        ("write through a link", "open"),
        ("write beside the folder", "open"),
        ("remove outside", "os.remove"),
        ("rename out", "os.rename"),
        ("make a folder outside", "os.mkdir"),
        ("start a process", "subprocess.Popen"),
        ("run a shell", "os.system"),
        ("kill a process", "os.kill"),
        ("connect", "socket.connect"),
        ("look up a host", "socket.getaddrinfo"),
        ("a long sleep", "time.sleep"),
    ],
)
def test_everything_else_is_refused_with_its_event(attempts, name, event):
    assert attempts[0][name] == ["refused", event]


def test_nothing_outside_changed_and_a_guard_that_is_not_armed_allows_everything(attempts):
    _, outside = attempts
    assert sorted(p.name for p in outside.iterdir()) == ["after.txt", "kept.txt"]
    assert (outside / "kept.txt").read_text() == "x"


def test_limits_are_set_in_the_process():
    resource = pytest.importorskip("resource")
    code = "import guard, resource as r; guard.limit(7); print(r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_FSIZE)[0])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(guard.__file__).parent, capture_output=True, text=True, check=True
    )
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    assert done.stdout == f"(7, 7) {guard.FILE_SIZE if hard == resource.RLIM_INFINITY else min(guard.FILE_SIZE, hard)}\n"


def test_what_is_read_outside_the_project_and_the_interpreter_is_noted(attempts):
    assert attempts[0]["reads"] == ["read outside"]
