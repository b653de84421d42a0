"""Inline completion with a model that fills in the middle, served on this machine."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("pygls")
pytest.importorskip("openai")

from lsprotocol import types as lsp

from tests.codeassist.lsp.test_server import edited
from tests.conftest import write

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.seen.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        status, value = self.server.reply
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def model(monkeypatch):
    """A server with a model `filler` that is configured for completion."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.seen, server.reply = [], (200, completion("authenticate(users, name, password)"))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("CODEASSIST_TASKS_COMPLETE_MODEL", "openai:filler")
        monkeypatch.setenv("CODEASSIST_MODEL_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        yield server
        server.shutdown()
        thread.join()


def completion(text):
    choice = {"index": 0, "text": text, "finish_reason": "stop", "logprobs": None}
    return {"id": "c", "object": "text_completion", "created": 0, "model": "filler", "choices": [choice]}


BUFFER = """from shop.auth import authenticate


def enter(users, name, password):
    allowed = HERE
    return allowed
""".replace("HERE", "")


def completed(root, path="shop/entry.py", text=BUFFER, mark="allowed = "):
    async def work(editor):
        editor.open(path, text)
        line, column = text[: text.index(mark) + len(mark)].count("\n"), len("    " + mark)
        return await editor.client.text_document_inline_completion_async(
            lsp.InlineCompletionParams(
                text_document=lsp.TextDocumentIdentifier(editor.uri(path)),
                position=lsp.Position(line, column),
                context=lsp.InlineCompletionContext(lsp.InlineCompletionTriggerKind.Invoked),
            )
        )

    return [item.insert_text for item in edited(root, work).items]


def test_the_middle_is_filled_in_with_what_the_repository_knows(indexed, model):
    assert completed(indexed) == ["authenticate(users, name, password)"]
    ((path, sent),) = model.seen
    assert (path, sent["model"]) == ("/v1/completions", "filler")
    assert sent["prompt"].endswith("    allowed = ")
    assert sent["suffix"] == "\n    return allowed\n"
    assert "# shop/auth.py: def authenticate(users: dict, name: str, password: str) -> bool" in sent["prompt"]


def test_secrets_are_masked_and_private_files_are_not_sent(indexed, model, monkeypatch):
    secret = "AKIA" + "ABCDEFGH12345678"
    assert completed(indexed, text=BUFFER.replace("allowed = ", f"key = '{secret}'\n    allowed = "))
    assert secret not in json.dumps(model.seen)
    monkeypatch.setenv("CODEASSIST_PRIVACY_NEVER_SEND", "shop/entry.py,shop/auth.py")
    model.seen.clear()
    assert completed(indexed) == []
    assert model.seen == []


def test_a_line_that_stands_there_is_not_repeated(indexed, model):
    model.reply = 200, completion("True\n    return allowed\n    more = 1\n")
    assert completed(indexed) == ["True"]


def test_without_a_model_and_after_a_failure_nothing_is_offered(indexed, model, monkeypatch):
    model.reply = 500, {"error": {"message": "no"}}
    assert completed(indexed) == []
    assert len(model.seen) == 1
    monkeypatch.delenv("CODEASSIST_TASKS_COMPLETE_MODEL")
    assert completed(indexed) == []
    assert len(model.seen) == 1


def test_a_repository_does_not_choose_the_model(indexed, model, monkeypatch):
    monkeypatch.delenv("CODEASSIST_TASKS_COMPLETE_MODEL")
    write(indexed, {".codeassist.toml": "[tasks.complete]\nmodel = 'openai:filler'\n"})
    assert completed(indexed) == []
    assert model.seen == []
