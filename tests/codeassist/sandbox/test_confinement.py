"""What the kernel enforces: programs in any language write only to the scratch folder and have no network access."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codeassist.sandbox import confinement

SCRIPT = Path(confinement.__file__).parent
held = pytest.mark.skipif(not confinement.layers().sufficient, reason="this system cannot confine programs")


def confined(folder, *command):
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(folder), "--", *command], capture_output=True, text=True, check=False
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


@held
def test_only_loopback_can_be_reached(tmp_path):
    code = (
        "import socket\n"
        "with socket.create_server(('127.0.0.1', 0)) as s, socket.create_connection(s.getsockname()): print('loopback')\n"
        "try: socket.create_connection(('192.0.2.1', 80), 2)\n"
        "except TimeoutError: print('reached out')\n"
        "except OSError: print('refused')\n"
    )
    done = confined(tmp_path, sys.executable, "-c", code)
    if "loopback" in done.stdout:
        assert done.stdout == "loopback\nrefused\n"
    else:  # no namespaces here: Landlock refuses all of TCP
        assert "PermissionError" in done.stderr


def test_a_missing_program_is_reported(tmp_path):
    done = confined(tmp_path, "no-such-program")
    assert done.returncode == 127
    assert "no-such-program: No such file" in done.stderr
