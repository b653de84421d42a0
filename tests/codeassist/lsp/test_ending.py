"""The end of the language server, also while requests run."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("pygls")

from codeassist.lsp.ending import Output
from tests.codeassist.lsp.editor import measured


def message(**parts):
    body = json.dumps({"jsonrpc": "2.0", **parts}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def test_an_end_while_requests_run_leaves_no_error_behind(indexed):
    asked = [message(id=n, method="workspace/symbol", params={"query": f"how is a basket paid {n}"}) for n in range(2, 20)]
    sent = [
        message(id=1, method="initialize", params={"processId": None, "rootUri": indexed.as_uri(), "capabilities": {}}),
        message(method="initialized", params={}),
        *asked,
        message(id=99, method="shutdown"),
        message(method="exit"),
    ]
    command = [sys.executable, *measured(), "-m", "codeassist", "lsp"]
    done = subprocess.run(command, cwd=indexed, input=b"".join(sent), capture_output=True, timeout=300, check=False)
    assert (done.stderr.decode(), done.returncode) == ("", 0)
    assert b'"id": 99' in done.stdout
    assert b"Internal" not in done.stdout


def test_what_is_written_for_an_editor_that_is_gone_is_dropped():
    read, write_end = os.pipe()
    output = Output(os.fdopen(write_end, "wb"))
    assert output.write(b"one") == 3
    os.close(read)
    assert output.write(b"two") == 3
    output.close()
    assert output.write(b"three") == 5
