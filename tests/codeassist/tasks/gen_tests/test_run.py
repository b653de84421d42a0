"""A request is checked, its modules and engine are chosen, and an error in one file does not stop the others."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

from codeassist.config import Config, ModelConfig
from codeassist.errors import UsageError
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.tasks.gen_tests import Engine, GenTestsContext, GenTestsRequest, plan, run
from codeassist.testing import ScriptedChat
from tests.conftest import git, write

CODE = "def double(n: int) -> int:\n    return 2 * n\n"


def context(root, **options) -> GenTestsContext:
    return GenTestsContext(root, Config(), lambda: contextlib.nullcontext(None), Library.of(None, Config()), **options)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (GenTestsRequest(), "Name a file, or use --changed or --uncovered."),
        (GenTestsRequest(["m.py"], out=Path("notes.md")), "notes.md is not the name of a test file."),
        (GenTestsRequest(["m.py"], out=Path("folder")), "folder is not the name of a test file."),
        (GenTestsRequest(["m.py", "n.py"], out=Path("test_x.py")), "--out works for one file only."),
        (GenTestsRequest(["m.py"], engine=Engine.MODEL), "--engine model needs a model"),
        (GenTestsRequest(["test_m.py"]), "test_m.py contains tests; name the module that they test."),
        (GenTestsRequest(["m.py::treble"]), "defines no function or class 'treble'"),
        (GenTestsRequest(["m.go"]), "Tests for m.go are written by a model"),
    ],
)
def test_an_invalid_request_is_an_error(tmp_path, request_, message):
    root = write(
        tmp_path, {"m.py": CODE, "n.py": CODE, "test_m.py": CODE, "go.mod": "module m\n", "m.go": "package m\n\nfunc F() {}\n"}
    )
    request_.paths = [str(root / path) for path in request_.paths]
    with pytest.raises(UsageError, match=message):
        run(request_, context(root))


def test_an_error_in_one_file_does_not_stop_the_others(tmp_path):
    root = write(tmp_path, {"bad.py": "import nowhere\n\n\ndef f(): pass\n", "good.py": CODE})
    seen = []
    paths = [str(root / "bad.py"), str(root / "good.py")]
    request = GenTestsRequest(paths, seconds=60, repeats=1, python=sys.executable, write=True)
    result = run(request, context(root, on_module=seen.append))
    assert [(name, "No module named 'nowhere'" in str(error)) for name, error in result.failed] == [(paths[0], True)]
    assert seen == result.modules
    assert result.exit_code == result.failed[0][1].exit_code
    assert "def test_double" in (root / "tests" / "test_good.py").read_text()


def test_no_file_is_written_through_a_link_of_the_repository(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    root = write(tmp_path / "project", {"m.py": CODE})
    (root / "tests").symlink_to(tmp_path / "elsewhere")
    request = GenTestsRequest([str(root / "m.py::double")], seconds=60, repeats=1, python=sys.executable, write=True)
    with pytest.raises(UsageError, match="behind a symbolic link; name the file to write with --out"):
        run(request, context(root))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_second_run_that_adds_nothing_succeeds(tmp_path):
    root = write(tmp_path, {"m.py": CODE})
    request = GenTestsRequest([str(root / "m.py::double")], seconds=60, repeats=1, python=sys.executable, write=True)
    assert run(request, context(root)).modules[0].tests
    written = (root / "tests" / "test_m.py").read_text()
    again = run(request, context(root))
    assert (again.modules[0].tests, again.modules[0].nothing_new, again.exit_code) == ([], True, 0)
    assert (root / "tests" / "test_m.py").read_text() == written


def test_without_changes_there_is_nothing_to_do(tmp_path):
    root = write(tmp_path, {"m.py": CODE})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "First")
    result = run(GenTestsRequest(changed=True), context(root))
    assert (result.nothing_to_do, result.modules, result.exit_code) == (True, [], 0)


def test_a_plan_shows_the_first_request_and_sends_nothing(tmp_path):
    root = write(tmp_path, {"m.py": CODE})
    chat = ScriptedChat([])
    request = GenTestsRequest([str(root / "m.py")])
    (planned,) = plan(request, context(root, session=Session(chat, ModelConfig())))
    assert chat.requests == []
    assert planned.path == "m.py"
    assert "def double" in planned.messages[-1].content
    assert planned.tokens > 50
    assert [m["role"] for m in planned.as_json()["messages"]] == [m.role for m in planned.messages]


def test_a_plan_without_a_model_is_empty(tmp_path):
    root = write(tmp_path, {"m.py": CODE})
    assert plan(GenTestsRequest([str(root / "m.py")]), context(root)) == []
    request = GenTestsRequest([str(root / "m.py")], engine=Engine.SEARCH)
    assert plan(request, context(root, session=Session(ScriptedChat([]), ModelConfig()))) == []
