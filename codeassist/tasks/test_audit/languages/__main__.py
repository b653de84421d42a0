"""The process that reads tests: grammars are native code, and a text that crashes one costs only this process."""

from __future__ import annotations

import sys

import msgspec

from codeassist.tasks.test_audit.languages.trees import tests_in

if __name__ == "__main__":
    files = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[tuple[str, bytes]])
    sys.stdout.buffer.write(msgspec.msgpack.encode([(path, tests_in(path, text)) for path, text in files]))
