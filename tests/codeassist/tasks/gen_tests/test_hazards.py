"""Code that destroys, hangs, opens connections or starts processes does no harm."""

from __future__ import annotations

import os

from codeassist.deadline import Deadline
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests import ModuleOptions, generate
from tests.conftest import write

HAZARDS = '''import os, random, shutil, socket, subprocess, sys, threading, time, datetime


def wipe(path="victim"):
    """Delete a folder."""
    for candidate in (path, os.environ.get("VICTIM", ""), "/VICTIM/file.txt"):
        shutil.rmtree(candidate, ignore_errors=False)
    return "gone"


def remove(name):
    os.remove("/VICTIM/file.txt")
    return name


def overwrite(text):
    with open("/VICTIM/file.txt", "w") as file:
        file.write(str(text))
    return text


def run(command):
    return subprocess.run(["touch", "/VICTIM/made"], check=False).returncode


def call_home(host):
    return socket.create_connection(("127.0.0.1", 9))


def kill_parent(signal_number):
    os.kill(os.getppid(), 9)


def leave(code):
    sys.exit(code)


def leave_at_once(code):
    os._exit(3)


def forever(n):
    while True:
        n = n


def deep(n):
    return deep(n)


def nap(seconds):
    time.sleep(abs(seconds) + 5)
    return seconds


def today():
    return datetime.date.today().isoformat()


def roll(sides):
    return random.random()


def ask():
    return input("name? ")


def spawn():
    threading.Thread(target=time.sleep, args=(1,)).start()
    return 1


def secret():
    return os.environ.get("API_TOKEN", "none")


def safe(number: int) -> int:
    return number + 1
'''


def test_destructive_code_does_no_harm(tmp_path, interpreter, monkeypatch):
    victim = tmp_path / "victim"
    write(victim, {"file.txt": "precious"})
    root = write(tmp_path / "project", {"hazards.py": HAZARDS.replace("/VICTIM", str(victim))})
    before = set(os.listdir(tmp_path / "project"))
    monkeypatch.setenv("API_TOKEN", "s3cret-token")
    report = generate(
        find_target(str(root / "hazards.py"), root), interpreter, None, ModuleOptions(9, repeats=2), Deadline(300)
    )
    assert (victim / "file.txt").read_text() == "precious"
    assert os.listdir(victim) == ["file.txt"]
    assert set(os.listdir(tmp_path / "project")) == before
    assert "test_safe" in report.text
    for name in ("roll", "today", "forever", "nap", "spawn", "kill_parent", "leave_at_once", "call_home"):
        assert f"{name}(" not in report.text, name
    assert "s3cret" not in report.text


def test_code_that_deletes_its_own_project_still_gets_tests(tmp_path, interpreter):
    """Only the scratch copy is deleted, and it is made again before the tests are checked."""
    source = "import shutil\n\n\ndef wipe(folder: str = '.') -> str:\n    shutil.rmtree('pack', ignore_errors=True)\n    return 'gone'\n"
    source += "\n\ndef double(n: int) -> int:\n    return 2 * n\n"
    root = write(tmp_path / "p", {"pack/__init__.py": "", "pack/m.py": source, "README.md": "A project.\n"})
    report = generate(
        find_target(str(root / "pack" / "m.py"), root), interpreter, None, ModuleOptions(4, repeats=1), Deadline(300)
    )
    assert "def test_double" in report.text
    assert (root / "pack" / "m.py").read_text() == source
