"""Without a model no command opens a connection, and with one only to its server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.codeassist.chat_server import serving
from tests.codeassist.every_command import EVERY_COMMAND
from tests.conftest import git, write

TRACING = {
    "LANGSMITH_TRACING": "true",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_API_KEY": "lsv2_pt_x",
    "LANGCHAIN_API_KEY": "lsv2_pt_x",
}
WATCH = """
import os, sys
def _record(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg") or event.startswith("socket.get"):
        with open(os.environ["CONNECTIONS"], "a") as file:
            file.write(f"{event} {arguments[-1]!r} {sys.argv}\\n")
sys.addaudithook(_record)
"""
IPV6_PROBE = "socket.bind ('::1', 0) ['codeassist', 'doctor'"
"""`doctor` opens the configured model. urllib3, which LangChain imports then, binds a port of this machine once to see whether
there is IPv6; nothing connects. No other command may do it."""

DRIVER = """
import contextlib, io, json, os, socket, sys
with contextlib.suppress(OSError):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("127.0.0.1", 9)) if sys.argv[1] == "seen" else None
from codeassist.cli.app import main
codes = {}
for command in json.loads(os.environ["COMMANDS"]):
    sys.argv, sys.stdin = ["codeassist", *command], io.StringIO("")
    try:
        main()
    except SystemExit as end:
        codes[" ".join(command)] = end.code
print("\\n" + json.dumps(codes))
"""


def unconnected(root, folder, commands, *, mark="quiet"):
    """(exit codes, recorded connections) of commands in one process and its children, in an empty network where possible."""
    record = folder / f"connections-{mark}"
    record.touch()
    write(folder / "watch", {"sitecustomize.py": WATCH})
    variables = {"PYTHONPATH": str(folder / "watch"), "CONNECTIONS": str(record), "COMMANDS": json.dumps(commands)}
    alone = ["unshare", "--user", "--map-root-user", "--net"]
    possible = shutil.which("unshare") and subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    done = subprocess.run(
        [*(alone if possible else []), sys.executable, "-c", DRIVER, mark],
        cwd=root,
        env=os.environ | variables | TRACING,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line for line in record.read_text().splitlines() if not line.startswith(IPV6_PROBE)]
    return json.loads(done.stdout.splitlines()[-1]), lines


def test_no_command_opens_a_connection_without_a_model(shop, tmp_path):
    write(
        shop,
        {
            ".codeassist.toml": "[index]\nhistory = true\nencoder = 'sentence-transformers/all-MiniLM-L6-v2'\n[model]\nname = 'openai:x'\nbase_url = 'http://127.0.0.1:9/v1'\n"
        },
    )
    git(shop, "init", "-q")
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "First")
    git(shop, "commit", "-qm", "Second", "--allow-empty")
    write(
        shop, {"shop/tiny.py": "ONE = 1\n"}
    )  # without a function: generated tests run in the sandbox, which has its own tests
    without_model = [
        (*line, "-m", "none") if line[0] in ("ask", "review", "gen-tests", "chat") else line
        for line in EVERY_COMMAND
        if not {"--json", "--format"} & set(line)
    ]
    codes, connections = unconnected(shop, tmp_path, without_model)
    assert connections == []
    for works in ("index", "status", "review -m none", "commit-msg", "hook status"):
        assert codes[works] == 0, (works, codes)
    _, seen = unconnected(shop, tmp_path, [], mark="seen")
    assert len(seen) == 1
    assert seen[0].startswith("socket.connect ('127.0.0.1', 9)")


@pytest.mark.parametrize("command", [("ask", "where is a password hashed?"), ("commit-msg",)])
def test_variables_of_a_tracing_service_send_nothing(indexed, run, monkeypatch, command):
    git(indexed, "init", "-q")
    with serving("The password is hashed [1].") as (model, asked), serving("{}") as (service, traced):
        for name, value in TRACING.items():
            monkeypatch.setenv(name, value)
        for name in ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT"):
            monkeypatch.setenv(name, service)
        monkeypatch.setenv("CODEASSIST_MODEL_BASE_URL", model)
        run(*command, "-m", "openai:x", cwd=indexed)
        from langchain_core.tracers.langchain import wait_for_all_tracers

        wait_for_all_tracers()
        assert asked.seen
        assert not traced.seen
