"""Failures of the system as real processes meet them: closed and full streams, limits, missing folders, deep nesting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from codeassist.cli.failures import system_failure
from tests.codeassist.cli.conftest import lines, run_process
from tests.conftest import write

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")


def shell(script, cwd, **extra):
    """Run a shell script in which `codeassist` is the program."""
    program = f'codeassist() {{ "{sys.executable}" -m codeassist "$@"; }}; {script}'
    return subprocess.run(
        ["sh", "-c", program], cwd=cwd, capture_output=True, text=True, check=False, timeout=120, env=os.environ | extra
    )


@POSIX
@pytest.mark.parametrize("streams", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_do_not_stop_a_command(indexed, streams):
    done = shell(f"codeassist search charge {streams}", indexed)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


@POSIX
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_output_is_one_sentence_and_no_success(indexed):
    for command in ("search charge", "config --json", "--help", "status"):
        done = shell(f"codeassist {command} > /dev/full", indexed, PYTHONUNBUFFERED="")
        assert done.returncode == 4
        assert lines(done.stderr) == ["codeassist: The disk is full; free some space and run the command again."]
    assert shell("codeassist search charge > /dev/full 2>&1", indexed).returncode == 4


def test_an_output_that_a_server_closed_is_no_failure():
    script = "import sys; from codeassist.cli.failures import flushed; sys.stdout.close(); sys.exit(flushed(0))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@POSIX
def test_a_limit_on_file_sizes_is_one_sentence(shop):
    done = shell("ulimit -f 0; codeassist index -q", shop)
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert len(lines(done.stderr)) == 1


@POSIX
def test_a_deleted_folder_is_one_sentence(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    done = shell(f"rmdir {gone}; codeassist search charge", gone)
    assert done.returncode == 2
    assert lines(done.stderr) == [
        "codeassist: The current folder was deleted; change to another folder and run the command again."
    ]


@POSIX
def test_debug_shows_the_traceback_of_a_system_failure(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    done = shell(f"rmdir {gone}; codeassist --debug search charge", gone)
    assert (done.returncode, "Traceback" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"[search]\n\nresults = {'[' * 5_000}\n", ".codeassist.toml:3: not valid TOML: it is nested too deeply."),
        (f"[search]\n\nresults = {'9' * 5_000}\n", ".codeassist.toml:3: not valid TOML: a number has too many digits."),
        ('[index]\n\nindex_dir = "a\\u0000b"\n', ".codeassist.toml:3: 'index_dir' contains a control character."),
        ('[prompts]\n\npath = "~nouser/x"\n', ".codeassist.toml:3: 'path' names the home folder of a user who does not exist: ~nouser."),
        ('[index]\n\nencoder = "static:~nouser"\n', ".codeassist.toml:3: 'encoder' names the home folder of a user who does not exist"),
        ('[index]\n\nencoder = "magic"\n', ".codeassist.toml:3: 'encoder' must be static (shipped), static:PATH,"),
        ('[model]\n\nname = "magic"\n', ".codeassist.toml:3: 'name' must be none, local:NAME_OR_FOLDER, local:FILE.gguf or PROVIDER:MODEL, not 'magic'."),
        ('[search]\n\nreranker = "x"\n', ".codeassist.toml:3: 'reranker' must be cross-encoder/NAME"),
        ("[search]\n\nresults = 99999999999999999999\n", ".codeassist.toml:3:"),
        ("[index]\njobs = 1\nbatch_size = 9999999999\n", ".codeassist.toml:3: 'batch_size' must be at most 1000000000."),
        ("[model]\n\ntimeout = nan\n", ".codeassist.toml:3: 'timeout' must be a finite number."),
    ],
)  # fmt: skip
def test_every_refused_setting_names_its_line(shop, run, text, message):
    write(shop, {".codeassist.toml": text})
    outcome = run("search", "charge", cwd=shop)
    assert (outcome.code, len(lines(outcome.err))) == (2, 1)
    assert message in outcome.err


def test_a_variable_that_is_not_utf_8_is_named(shop):
    if sys.platform != "linux":
        pytest.skip("variables are bytes on Linux")
    done = run_process("config", cwd=shop, env=os.environb | {b"CODEASSIST_MODEL_NAME": b"\xff\xfe"})
    assert done.returncode == 2
    assert "CODEASSIST_MODEL_NAME: the value is not valid UTF-8." in done.stderr


def test_the_nearest_name_is_suggested_once(shop, run):
    for words, nearest in (
        (["serach", "x"], "'search'"),
        (["prompts", "shwo"], "'show'"),
        (["search", "x", "--jsno"], "'--json'"),
    ):
        outcome = run(*words, cwd=shop)
        assert outcome.code == 2
        assert " ".join(outcome.err.split()).count("Did you mean") == 1
        assert nearest in outcome.err


def test_the_help_of_arguments_is_shown(run):
    for words, text in (
        (["duplicates"], "Only clusters with a member"),
        (["prompts", "show"], "NAME"),
        (["ask"], "A question about the"),
    ):
        assert text in " ".join(run(*words, "--help").out.split())


def test_which_exceptions_are_failures_of_the_system():
    assert system_failure(ZeroDivisionError()) is None
    assert system_failure(ValueError("a bug")) is None
    sentence, code = system_failure(OSError(28, "No space left on device", "x" * 200))
    assert sentence == f"The disk is full ({'x' * 79}…); free some space and run the command again."
    assert code == 4
    assert system_failure(MemoryError())[1] == 4
    assert "--debug" in system_failure(RecursionError())[0]
    assert system_failure(OSError(5000, "odd"))[0] == "odd; run the command with --debug to see where."


@POSIX
def test_ctrl_c_while_the_program_loads_prints_nothing(indexed):
    script = "import signal, sys; sys.argv = ['codeassist', 'status']; import codeassist.__main__ as m\n"
    script += "import importlib.abc\n"
    script += "class Slow(importlib.abc.MetaPathFinder):\n"
    script += "    def find_spec(self, name, path, target=None):\n"
    script += "        if name == 'codeassist.cli.app': signal.raise_signal(signal.SIGINT)\n"
    script += "sys.meta_path.insert(0, Slow()); m.entry()\n"
    done = subprocess.run([sys.executable, "-c", script], cwd=indexed, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")
