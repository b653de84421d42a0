"""What the kernel holds: programs of any language write in the scratch folder only, and reach no network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codeassist.sandbox import confinement

SCRIPT = Path(confinement.__file__)
held = pytest.mark.skipif("writes" not in confinement.held(), reason="this kernel has no Landlock")


def confined(folder, *command):
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(folder), "--", *command], capture_output=True, text=True, check=False
    )


@held
def test_another_program_cannot_write_elsewhere(tmp_path):
    (tmp_path / "scratch").mkdir()
    (tmp_path / "precious").write_text("x")
    script = f"echo a > {tmp_path}/scratch/ok; echo b > {tmp_path}/made; rm {tmp_path}/precious; mv {tmp_path}/scratch/ok {tmp_path}/out; true"
    done = confined(tmp_path / "scratch", "sh", "-c", script)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "scratch" / "ok").read_text() == "a\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["precious", "scratch"]


@held
def test_nothing_but_loopback_is_reached(tmp_path):
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


def test_a_missing_program_is_said(tmp_path):
    done = confined(tmp_path, "no-such-program")
    assert done.returncode == 127
    assert "no-such-program: No such file" in done.stderr
