"""Attacks on what is outside, by system calls, on kernels with and without each feature, as root and as an ordinary user.

Each fails, or nothing is run, or the first line says that it is not held.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codeassist.sandbox import confinement
from tests.codeassist.sandbox.attack_table import KERNELS, NOBODY, PROMISE, Target, usable_python

pytestmark = pytest.mark.skipif(
    not confinement.layers().namespaces or not confinement.layers().filter, reason="needs a Linux that has every layer"
)
USERS = [0, NOBODY] if hasattr(os, "getuid") and os.getuid() == 0 else [getattr(os, "getuid", int)()]
REFUSED = ("no Landlock, no namespaces", "no namespaces, no filter", "nothing")
WITHOUT_FEATURES = KERNELS["nothing"]
LAYERS = {"namespaces": (), "Landlock": ("namespaces",)}


@pytest.fixture(scope="module", params=USERS, ids=lambda user: f"user {user}")
def target(request):
    python = usable_python(request.param)
    if python is None:
        pytest.skip("this user cannot start a Python here")
    return Target(request.param, python)


def test_the_attacks_work_where_nothing_holds_them(target):
    outcome = target.attack(WITHOUT_FEATURES, "--allow-unconfined")
    assert outcome.layers.held == frozenset()
    assert outcome.succeeded >= {
        *("make a file", "delete a file", "rename a file", "take a hard link", "truncate a file", "write through a link"),
        *("chmod", "fchmod", "chmod through proc", "utime", "setxattr", "removexattr"),
        *("tcp", "udp", "unix socket", "unix datagram", "unix datagram by a pair", "abstract socket"),
        *("limits of another", "read a private key"),
    }


@pytest.mark.parametrize("kernel", [name for name in KERNELS if name not in REFUSED])
def test_an_attack_fails_or_the_first_line_says_that_it_is_not_held(target, kernel):
    outcome = target.attack(KERNELS[kernel])
    assert outcome.code == 0, outcome.stderr
    assert len(outcome.results) > 50
    assert outcome.broken == set()
    assert {PROMISE.get(a, "writes") for a in outcome.succeeded} <= {"secrets", "sockets", "kernel"}
    if kernel == "all":
        assert outcome.succeeded == set()


@pytest.mark.parametrize("kernel", REFUSED)
def test_nothing_is_run_where_too_little_is_held(target, kernel):
    outcome = target.attack(KERNELS[kernel])
    assert (outcome.code, outcome.results) == (126, {})
    assert outcome.stderr.startswith("Nothing was run. Sandbox: ")


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize(
    ("hog", "option", "reason"),
    [
        ("fork_bomb", "--processes=60", "more than 60 processes"),
        ("memory_hog", f"--memory={100 << 20}", "more than 100 MB of memory"),
        ("disk_hog", f"--disk={48 << 20}", "more than 48 MB written"),
        ("disk_hog_of_deleted_files", f"--disk={48 << 20}", "more than 48 MB written"),
    ],
)
def test_a_run_that_takes_too_much_is_ended_as_a_whole(target, layer, hog, option, reason):
    outcome = target.run(LAYERS[layer], hog, option)
    assert (outcome.code, outcome.stderr) == (137, f"The sandbox ended the run: {reason}.\n")
    assert not running(f"{target.base}")


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_program_that_started_the_sandbox(target, layer, number, tmp_path):
    """The child stands for the program; its own end, however sudden, ends the launcher and a daemon in the sandbox."""
    with target:
        mark = f"600.{number}"
        daemon = f"import os; os.fork() and os._exit(0); os.setsid(); os.fork() and os._exit(0); os.execvp('sleep', ['sleep', '{mark}'])"
        command = [*target.command(LAYERS[layer]), "sh", "-c", f'"{target.python}" -I -S -c "{daemon}"; sleep 600']
        starter = "import subprocess, sys; subprocess.run(sys.argv[1:])"
        program = subprocess.Popen([sys.executable, "-c", starter, *command], cwd=target.base / "scratch")
        wait_until(lambda: running(f"sleep\0{mark}\0"))
        program.send_signal(number)
        program.wait()
        wait_until(lambda: not running(f"sleep\0{mark}\0"))
        wait_until(lambda: not running(str(target.base)))


def test_modes_and_times_can_be_set_inside_the_scratch_folder(target):
    code = (
        "import os, shutil, tempfile\n"
        "open('a', 'w').close(); os.chmod('a', 0o640); os.utime('a', (1, 2)); os.setxattr('a', 'user.x', b'value')\n"
        "shutil.copy2('a', 'b'); shutil.copytree('.', 'tree'); os.chmod('tree', 0o700); os.symlink('a', 'link')\n"
        "os.utime('link', (3, 4), follow_symlinks=False); handle = os.open('a', os.O_RDONLY); os.fchmod(handle, 0o600)\n"
        "os.utime(handle, (5, 6)); os.chdir('tree'); os.chmod('b', 0o400); folder = os.open('..', os.O_RDONLY)\n"
        "os.chmod('b', 0o604, dir_fd=folder); os.removexattr('../a', 'user.x'); os.chown('b', -1, -1)\n"
        "print([(oct(s.st_mode), s.st_mtime) for s in map(os.lstat, ('../a', '../b', 'b', '../link'))], os.listxattr('../b'))\n"
        "try: os.chmod('missing', 0o600)\nexcept FileNotFoundError: print('missing')\n"
    )
    for missing in LAYERS.values():
        with target:
            command = [*target.command(missing), target.python, "-I", "-c", code]
            done = subprocess.run(command, cwd=target.base / "scratch", capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            shown, missing_file = done.stdout.splitlines()
            assert shown == ("[('0o100600', 6.0), ('0o100604', 2.0), ('0o100400', 2.0), ('0o120777', 4.0)] ['user.x']")
            assert missing_file == "missing"


def test_the_bounds_of_one_process_cannot_be_raised(target):
    code = "import resource as r; print(all(s == h != r.RLIM_INFINITY for s, h in map(r.getrlimit, (r.RLIMIT_FSIZE, r.RLIMIT_NOFILE, r.RLIMIT_CPU))))"
    with target:
        command = [*target.command(()), target.python, "-I", "-c", code]
        done = subprocess.run(command, cwd=target.base / "scratch", capture_output=True, text=True, check=False)
        assert done.stdout == "True\n"


def running(mark):
    """Whether a process has this text in its arguments."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes() and int(path.parent.name) != os.getpid():
                return True
        except OSError:
            continue
    return False


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
