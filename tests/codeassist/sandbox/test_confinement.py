"""The launcher: programs in any language run, and what this system does not hold is said or stops them."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from codeassist.config import load
from codeassist.errors import UsageError
from codeassist.sandbox import confinement
from codeassist.sandbox.confinement import Layers, Policy
from codeassist.sandbox.confinement.layers import parsed
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import find_target
from tests.codeassist.sandbox.conftest import PYTHON
from tests.conftest import write

held = pytest.mark.skipif(not confinement.layers().sufficient, reason="this system cannot confine programs")
isolated = pytest.mark.skipif(not confinement.layers().namespaces, reason="this system has no namespaces")


def confined(folder, *command, cwd=None):
    return subprocess.run(
        [*confinement.confined_command([folder]), *command], capture_output=True, text=True, check=False, cwd=cwd
    )


@held
def test_a_program_cannot_write_outside_the_scratch_folder(tmp_path):
    (tmp_path / "scratch").mkdir()
    (tmp_path / "precious").write_text("x")
    script = f"echo a > {tmp_path}/scratch/ok; echo b > {tmp_path}/made; rm {tmp_path}/precious; mv {tmp_path}/scratch/ok {tmp_path}/out; true"
    done = confined(tmp_path / "scratch", "sh", "-c", script)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "scratch" / "ok").read_text() == "a\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["precious", "scratch"]


@isolated
def test_only_loopback_can_be_reached(tmp_path):
    code = (
        "import socket\n"
        "with socket.create_server(('127.0.0.1', 0)) as s, socket.create_connection(s.getsockname()): print('loopback')\n"
        "try: socket.create_connection(('192.0.2.1', 80), 2)\n"
        "except TimeoutError: print('reached out')\n"
        "except OSError: print('refused')\n"
    )
    assert confined(tmp_path, sys.executable, "-c", code).stdout == "loopback\nrefused\n"


@held
def test_libraries_and_processes_work_inside(tmp_path):
    (extension,) = list(Path(sysconfig.get_path("stdlib")).glob("lib-dynload/_ctypes_test*.so"))[:1] or [None]
    code = (
        "import ctypes, ctypes.util, multiprocessing, pathlib, sqlite3, subprocess, tempfile, threading\n"
        f"if {str(extension)!r} != 'None': ctypes.CDLL({str(extension)!r})\n"
        "assert ctypes.CDLL(None).abs(-3) == 3\n"
        "ctypes.util.find_library('m')\n"
        "assert subprocess.run(['true']).returncode == 0\n"
        "thread = threading.Thread(target=print); thread.start(); thread.join()\n"
        "with tempfile.TemporaryDirectory() as folder: sqlite3.connect(folder + '/d.db').execute('create table t (x)')\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    command = [*confinement.confined_command([tmp_path]), sys.executable, str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"TMPDIR": str(tmp_path)})
    assert done.returncode == 0, done.stderr


@isolated
def test_shared_memory_and_terminals_work_inside(tmp_path):
    code = (
        "import multiprocessing, os\n"
        "if __name__ == '__main__':\n"
        "    multiprocessing.set_start_method('fork')\n"
        "    with multiprocessing.Pool(2) as pool: print(pool.map(abs, [-1, 2]))\n"
        "    print([os.isatty(handle) for handle in os.openpty()])\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    assert confined(tmp_path, sys.executable, str(script)).stdout == "[1, 2]\n[True, True]\n"


def test_a_missing_program_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(confinement, "policy", Policy(allow_unconfined=True))
    done = confined(tmp_path, "no-such-program")
    assert done.returncode == 127
    assert "no-such-program: No such file" in done.stderr


@held
@pytest.mark.parametrize(("script", "code"), [("exit 3", 3), ("kill -9 $$", 137), ("true", 0)])
def test_exit_codes_are_those_of_the_command(tmp_path, script, code):
    assert confined(tmp_path, "sh", "-c", script).returncode == code


@held
def test_relative_paths_lead_to_the_scratch_folder(tmp_path):
    done = confined(tmp_path, "sh", "-c", "echo x > relative", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "relative").read_text()) == (0, "x\n")


def test_every_combination_of_layers_is_spelled_and_what_is_missing_is_said():
    for namespaces in (False, True):
        for landlock in (0, 1, 3, 6):
            for filtered in (False, True):
                layers = Layers(namespaces, landlock, filtered)
                assert parsed(layers.spelled()).held == layers.held
                assert len(layers.held) + len(layers.missing) == 7
                assert layers.sufficient == (namespaces or (landlock > 0 and filtered))
                assert all(text in layers.line for text in layers.missing)
    assert Layers(True, 7, True).line == "Sandbox: private namespaces, Landlock 7, system call filter."
    assert parsed("nonsense").line.startswith("Sandbox: none on this system. Not held: writing and deleting")
    assert "network connections" not in Layers(False, 4, True).line


def test_nothing_is_opened_on_a_system_that_cannot_confine_unless_the_user_allows_it(tmp_path, monkeypatch):
    monkeypatch.setattr(confinement, "layers", lambda: Layers(landlock=4))
    root = write(tmp_path / "project", {"m.py": "def f(): pass\n"})
    with (
        pytest.raises(UsageError, match=r"cannot confine programs.*Not held: .*network.*allow_unconfined = true.*\[sandbox\]"),
        open_sandbox(find_target(str(root / "m.py"), root), PYTHON),
    ):
        pass
    monkeypatch.setattr(confinement, "policy", Policy(allow_unconfined=True))
    with open_sandbox(find_target(str(root / "m.py"), root), PYTHON) as box:
        assert box.copy.is_dir()


def test_only_the_user_can_allow_that(tmp_path, monkeypatch):
    monkeypatch.setenv("CODEASSIST_CONFIG", "")
    (tmp_path / ".codeassist.toml").write_text("[sandbox]\nallow_unconfined = true\n")
    assert load(tmp_path, environment={}).config.sandbox.allow_unconfined is False
    assert load(tmp_path, environment={"CODEASSIST_SANDBOX_ALLOW_UNCONFINED": "true"}).config.sandbox.allow_unconfined is True
