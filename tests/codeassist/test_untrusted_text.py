"""No command prints a character of a repository that controls a terminal, hides text or changes its order."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from codeassist.printable import printable
from tests.codeassist.every_command import EVERY_COMMAND
from tests.conftest import git, write

HOSTILE = "\x01\x07\x08\x1b[31m\x1b]0;t\x07\x7f\x85\x9b32m\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff"
MARKUP = "[red][link=http://example.org]"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="file names that Windows does not allow")


def hostile(folder):
    """A repository with hostile names, contents, symbols, messages, branches and settings."""
    name = f"na{HOSTILE}me{MARKUP.replace('/', ':')}"
    code = f'"""Money {HOSTILE}{MARKUP} matters."""\n\n\ndef planted(\u202eamount):\n    """Reason of the loss {HOSTILE}."""\n    return lost()  # {HOSTILE}\n\n\ndef lost():\n    return {HOSTILE!r}\n'
    script = f"export function planted{HOSTILE}(a) {{ return lost{HOSTILE}(a); }}\n"
    root = write(
        folder / f"re{HOSTILE}po",
        {
            f"{name}.py": code,
            f"{name}/x.js": script,
            f"{name}.md": f"# Reason {HOSTILE}{MARKUP}\n\nThe loss {HOSTILE}.\n",
            ".codeassist.toml": f'[index]\nhistory = true\nexclude = ["\\u009b\\u202e{MARKUP.replace("/", ":")}"]\n[search]\nreranker = "cross-encoder/\\u009b\\u202e\\u007f{MARKUP}"\n',
        },
    )
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", f"Fix the loss {HOSTILE}{MARKUP}\n\nReason {HOSTILE}")
    git(root, "checkout", "-qb", "b\u202e\u0085b\u009bb")
    write(root, {f"{name}.py": code.replace("amount", "amount, other") + f"breakpoint()  # {HOSTILE}\neval(input())\n"})
    git(root, "commit", "-qam", f"Change {HOSTILE}")
    write(root, {f"{name}.py": code + f"import os, sys  # {HOSTILE}\nbreakpoint()\n", f"new{HOSTILE}.py": code})
    return root


ARGUMENTS = (
    ("symbols", "planted"),
    ("search", f"{HOSTILE}loss"),
    ("ask", f"where is {HOSTILE}?"),
    ("callers", "lost"),
    ("callees", "planted"),
    ("review", "--commit", f"no{HOSTILE}"),
    ("review", f"no{HOSTILE}"),
    ("search", "x", "-C", f"no{HOSTILE}"),
    (f"--no{HOSTILE}",),
    (f"no{HOSTILE}",),
    ("review", f"--format=no{HOSTILE}"),
    ("prompts", "show", f"no{HOSTILE}"),
    ("gen-tests", f"no{HOSTILE}.py"),
    ("gen-tests", "--changed", "--base", f"no{HOSTILE}"),
)


def test_no_command_prints_a_raw_control_character(tmp_path, run, monkeypatch):
    root = hostile(tmp_path)
    seen = ""
    for command in (*EVERY_COMMAND[:-1], *ARGUMENTS):
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        outcome = run(*command, cwd=root)
        for stream in (outcome.out, outcome.err):
            assert printable(stream) == stream, (command, stream)
        if "--json" in command and outcome.code in (0, 1):
            assert json.loads(outcome.out)["schema"].startswith("codeassist.")
        seen += outcome.out + outcome.err
    assert seen.count("\ufffd") > 100
    assert "\\u009b" in seen
    assert seen.count(MARKUP) > 10


def test_a_traceback_has_no_raw_control_character_either(tmp_path):
    (tmp_path / f"re{HOSTILE}po").mkdir()
    command = [sys.executable, "-m", "codeassist", "--debug", "status", "-C", f"re{HOSTILE}po"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert b"Traceback" in done.stderr
    assert "\ufffd" in done.stderr.decode()
    assert printable(done.stderr.decode()) == done.stderr.decode()
