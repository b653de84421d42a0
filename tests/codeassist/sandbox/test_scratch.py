"""Scratch copies: what is copied, what programs in them see, and what is read back from them."""

from __future__ import annotations

import os
import select
import threading

import pytest

from codeassist.deadline import Deadline
from codeassist.errors import UsageError
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import find_target
from tests.codeassist.sandbox.conftest import PYTHON
from tests.conftest import write

CODE = "def f():\n    return 1\n"


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())


def test_caches_environments_and_build_results_are_not_copied(sandbox):
    unwanted = {
        ".git/config": "",
        ".venv/x.py": "",
        "a/__pycache__/m.pyc": "",
        "a/old.pyc": "",
        "dist/x": "",
        "x.egg-info/y": "",
    }
    box = sandbox({"a/m.py": CODE, "a/build/kept.py": "", "data.txt": "1"} | unwanted, "a/m.py")
    assert names(box.copy) == ["a/build/kept.py", "a/m.py", "data.txt"]
    assert box.module_path.read_text() == CODE
    assert box.initial == {"a", "data.txt"}


def test_the_target_is_copied_even_from_a_folder_that_is_left_out(sandbox):
    assert "build/m.py" in names(sandbox({"build/m.py": CODE}, "build/m.py").copy)


def test_links_that_lead_out_are_not_copied(tmp_path, sandbox):
    root = write(tmp_path / "project", {"m.py": CODE, "a/x.txt": "x", "node_modules/lib/index.js": "1"})
    write(tmp_path, {"secret.txt": "x"})
    (root / "absolute").symlink_to(tmp_path / "secret.txt")
    (root / "relative").symlink_to("../secret.txt")
    (root / "inside").symlink_to("a/x.txt")
    box = sandbox({}, "m.py")
    assert {p.name for p in box.copy.iterdir()} == {"m.py", "a", "inside", "node_modules"}
    assert (box.copy / "node_modules").readlink() == root / "node_modules"


def test_nothing_outside_the_copy_is_written_or_removed(tmp_path, sandbox):
    write(tmp_path / "project", {"m.py": CODE, "a/x.txt": "x"})
    write(tmp_path, {"precious.txt": "x"})
    box = sandbox({}, "m.py")
    (box.copy / "out").symlink_to(tmp_path)
    for path in (tmp_path / "precious.txt", box.copy / "../../precious.txt", box.copy / "out/precious.txt", box.copy / "a/.."):
        with pytest.raises(UsageError, match="outside the scratch copy"):
            box.put(path, "y")
        with pytest.raises(UsageError, match="outside the scratch copy"):
            box.drop(path)
    assert (tmp_path / "precious.txt").read_text() == "x"
    box.drop(box.copy / "a/x.txt")
    box.drop(box.copy / "a/x.txt")
    assert not (box.copy / "a/x.txt").exists()


def test_the_folder_is_removed_even_after_an_error(tmp_path):
    root = write(tmp_path / "project", {"m.py": CODE})
    with pytest.raises(RuntimeError), open_sandbox(find_target(str(root / "m.py"), root), PYTHON) as box:
        folder = box.folder
        assert folder.is_dir()
        raise RuntimeError
    assert not folder.exists()


def test_a_project_that_is_too_large_is_an_error(monkeypatch, sandbox):
    monkeypatch.setattr("codeassist.sandbox.copies.MOST_BYTES", 2_000_000)
    with pytest.raises(UsageError, match=r"contains more than 2 MB to copy; run this on a smaller folder with -C"):
        sandbox({"m.py": CODE, "big.bin": b"x" * 2_000_001}, "m.py")


def test_programs_see_no_variables_of_the_user_and_write_to_the_copy(monkeypatch, sandbox):
    monkeypatch.setenv("API_TOKEN", "s3cret")
    box = sandbox({"src/m.py": CODE}, "src/m.py")
    code = "import os, m; print('API_TOKEN' in os.environ, os.environ['EXTRA'], os.getcwd()); open('made.txt', 'w').close()"
    assert box.command([PYTHON.path, "-c", code], seconds=20, extra={"EXTRA": "yes"}, output=True) == 0
    assert box.printed() == f"False yes {box.copy}\n"
    assert box.environment("7")["PYTHONHASHSEED"] == "7"
    assert box.environment("7")["HOME"] == str(box.folder / "home")
    assert (box.copy / "made.txt").exists()
    assert not (box.target.root / "made.txt").exists()
    box.tidy()
    assert names(box.copy) == ["src/m.py"]


def test_exit_codes_and_output_are_reported(sandbox):
    box = sandbox({"m.py": CODE}, "m.py")
    assert box.printed() == box.tail() == ""
    assert box.run(["-c", "print('x' * 2000 + 'end'); raise SystemExit(3)"], seconds=20) == 3
    assert box.tail().endswith("xend\n")
    assert len(box.tail()) == 1_500
    assert box.printed() == ""


def test_a_command_that_takes_too_long_has_no_exit_code(sandbox):
    assert sandbox({"m.py": CODE}, "m.py").command(["sleep", "600"], seconds=0.5) is None


def test_no_process_is_left_after_a_command(sandbox):
    box = sandbox({"m.py": CODE}, "m.py")
    pipe = box.out / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert box.command(["sh", "-c", f"{{ echo started; sleep 600 & }} > '{pipe}'"], seconds=20) == 0
    assert os.read(reader, 100) == b"started\n"
    assert select.select([reader], [], [], 10)[0] == [reader]
    assert os.read(reader, 1) == b""  # no process holds the other end
    os.close(reader)


@pytest.mark.parametrize(
    ("content", "value"),
    [('{"a": [1]}', {"a": [1]}), ("{", None), ("", None), ("[" * 100_000, None), (b"\xff\xfe\xfd", None)],
)
def test_results_are_read_or_missing(sandbox, content, value):
    box = sandbox({"m.py": CODE}, "m.py")
    write(box.out, {"r.json": content})
    assert box.result("r.json") == value
    box.forget("r.json", "missing.json")
    assert box.result("r.json") is None


def test_results_that_are_no_files_are_not_read(tmp_path, sandbox):
    box = sandbox({"m.py": CODE}, "m.py")
    write(tmp_path, {"outside.json": '{"secret": 1}'})
    (box.out / "link.json").symlink_to(tmp_path / "outside.json")
    (box.out / "folder.json").mkdir()
    os.mkfifo(box.out / "pipe.json")
    assert [box.result(f"{kind}.json") for kind in ("link", "folder", "pipe")] == [None] * 3


def test_a_file_replaces_a_link_and_is_never_written_outside(tmp_path, sandbox):
    box = sandbox({"m.py": CODE}, "m.py")
    precious = write(tmp_path / "outside", {"precious.txt": "x"}) / "precious.txt"
    (box.copy / "test_m.py").symlink_to(precious)
    box.put(box.copy / "test_m.py", "new")
    assert precious.read_text() == "x"
    assert (box.copy / "test_m.py").read_text() == "new"
    (box.copy / "tests").symlink_to(precious.parent, target_is_directory=True)
    for path in ("tests/test_m.py", "tests/new/test_m.py"):
        with pytest.raises(UsageError, match="is outside the scratch copy"):
            box.put(box.copy / path, "new")
    assert [p.name for p in (tmp_path / "outside").iterdir()] == ["precious.txt"]


def test_a_sandbox_opens_in_another_thread(sandbox):
    boxes = []
    thread = threading.Thread(target=lambda: boxes.append(sandbox({"m.py": CODE}, "m.py")))
    thread.start()
    thread.join()
    assert names(boxes[0].copy) == ["m.py"]


def test_no_program_runs_after_the_deadline(tmp_path):
    root = write(tmp_path, {"m.py": CODE})
    target = find_target(str(root / "m.py"), root)
    with open_sandbox(target, PYTHON, deadline=Deadline(0)) as box:
        assert box.run(["-c", "open('started', 'w')"], seconds=60) is None
        assert not (box.copy / "started").exists()
    with open_sandbox(target, PYTHON, deadline=Deadline(2)) as box:
        assert box.run(["-c", "import time; time.sleep(600)"], seconds=500) is None
        assert box.deadline.left < 0.1
