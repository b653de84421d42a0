"""Remote models: a real loopback server, the real client library, and every kind of failure."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from types import SimpleNamespace

import pytest

from codeassist.config import ModelConfig
from codeassist.errors import ConfigError, ModelError
from codeassist.models import remote
from codeassist.models.load_model import load
from tests.codeassist.chat_server import Breaks, Fails, Hangs, serving
from tests.codeassist.models.conftest import HELLO, session

pytest.importorskip("langchain_openai")
pytestmark = pytest.mark.usefixtures("provider_keys")


def test_an_answer_is_streamed_with_its_token_counts():
    with serving("It is in shop/auth.py [1].") as (url, script):
        pieces = []
        reply = session(url, temperature=0.3, max_output_tokens=77).ask(HELLO, on_text=pieces.append)
    assert reply.text == "".join(pieces) == "It is in shop/auth.py [1]."
    assert len(pieces) > 2
    assert (reply.input_tokens, reply.output_tokens, reply.counted, reply.finish) == (11, 5, True, "stop")
    sent = script.seen[0]
    assert [m["role"] for m in sent["messages"]] == ["system", "user"]
    assert (sent["model"], sent["temperature"]) == ("test-model", 0.3)
    assert 77 in (sent.get("max_tokens"), sent.get("max_completion_tokens"))
    assert script.headers[0]["Authorization"] == "Bearer test-key"


def test_requests_to_a_busy_server_are_retried():
    with serving(Fails(429, retry_ms=1), Fails(503, retry_ms=1), "ok") as (url, script):
        assert session(url).ask(HELLO).text == "ok"
    assert len(script.seen) == 3


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Fails(401, "bad key"), r"The key for 'openai:test-model' was refused.*OPENAI_API_KEY"),
        (Fails(404, "no such model"), r"There is no model 'test-model' at http.*base_url"),
        (Fails(429, "slow down", retry_ms=1), r"exceeded its rate limit or quota, after 1 retries"),
        (Fails(500, "oops", retry_ms=1), r"failed \(500\), after 1 retries"),
        (Fails(400, "maximum context length is 10", "context_length_exceeded"), r"too long .*context_tokens"),
        (("", "content_filter"), r"refused to answer \(content filter\)"),
        ("", r"returned an empty answer"),
        ("   \n", r"returned an empty answer"),
        ("spam " * 300, r"repeated itself over and over"),
    ],
)
def test_a_failure_gives_a_one_line_error(reply, message):
    with serving(reply) as (url, _), pytest.raises(ModelError, match=message) as caught:
        session(url, retries=1).ask(HELLO)
    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)


def test_a_partial_answer_is_kept_when_the_connection_breaks():
    with (
        serving(Breaks("Half of the answer")) as (url, _),
        pytest.raises(ModelError, match="broke off in the middle") as caught,
    ):
        session(url).ask(HELLO)
    assert caught.value.partial.startswith("Half of")


def test_a_silent_server_times_out():
    done = threading.Event()
    with serving(Hangs(done)) as (url, _):
        try:
            with pytest.raises(ModelError, match=r"did not answer within 0.2 seconds: raise timeout"):
                session(url, timeout=0.2, retries=0).ask(HELLO)
        finally:
            done.set()


def test_an_unreachable_server():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ModelError, match=r"No connection to 'openai:test-model' at http.*is the server running"):
        session(f"http://127.0.0.1:{port}/v1", retries=0).ask(HELLO)


def test_a_server_with_a_custom_certificate_authority(monkeypatch, tmp_path):
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with serving("ok", tls=context) as (url, _):
        with pytest.raises(ModelError, match="certificate .* is not trusted: set SSL_CERT_FILE"):
            session(url, retries=0).ask(HELLO)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert session(url, retries=0, timeout=4.0).ask(HELLO).text == "ok"  # the library shares clients with equal settings


def test_a_proxy_is_honoured(monkeypatch):
    with serving("through the proxy") as (url, script):
        monkeypatch.setenv("HTTP_PROXY", url.removesuffix("/v1"))
        monkeypatch.delenv("NO_PROXY")
        assert session("http://models.invalid/v1", retries=0).ask(HELLO).text == "through the proxy"
    assert script.headers[0]["Host"] == "models.invalid"


def test_a_server_on_this_machine_is_reached_without_a_proxy(monkeypatch):
    with serving("through the proxy") as (proxy, seen), serving("direct") as (url, _):
        monkeypatch.setenv("HTTP_PROXY", proxy.removesuffix("/v1"))
        monkeypatch.delenv("NO_PROXY")
        environment = dict(os.environ)
        assert session(url, retries=0).ask(HELLO).text == "direct"
        assert dict(os.environ) == environment
    assert not seen.headers


def test_a_client_that_would_use_a_proxy_is_refused(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid")
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "x")
    with pytest.raises(ConfigError, match="add 127.0.0.1 to NO_PROXY"):
        load(ModelConfig(name="anthropic:any", base_url="http://127.0.0.1:9/v1"))


def test_missing_settings_give_one_line_errors(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ConfigError, match="needs a key: set OPENAI_API_KEY"):
        load(ModelConfig(name="openai:gpt-5-mini"))
    with pytest.raises(ConfigError, match="There is no provider 'nobody'"):
        load(ModelConfig(name="nobody:x"))
    with pytest.raises(ConfigError, match="'gpt-5' is not a model name: write local:"):
        load(ModelConfig(name="gpt-5"))
    with pytest.raises(ConfigError, match=r"needs a package: pip install .codeassist-repo\[openai\]. langchain-groq"):
        load(ModelConfig(name="groq:x"))
    assert load(ModelConfig(name="none")) is None


def test_a_custom_server_needs_no_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    with serving("ok") as (url, _):
        assert session(url).ask(HELLO).text == "ok"


def test_an_interrupt_ends_the_answer_and_keeps_the_partial_text():
    def stop(_):
        raise KeyboardInterrupt

    with serving("It goes on and on and on.") as (url, _):
        reply = session(url).ask(HELLO, on_text=stop)
    assert reply.finish == "interrupted"
    assert reply.text.startswith("It goes")


def test_other_providers_are_set_up_offline(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "x")
    for name in ("anthropic:claude-sonnet-4-5", "ollama:qwen3"):
        package = f"langchain_{name.partition(':')[0]}"
        try:
            __import__(package)
        except ImportError:
            with pytest.raises(ConfigError, match="pip install"):
                load(ModelConfig(name=name))
        else:
            assert load(ModelConfig(name=name)).name == name
    assert os.environ["OPENAI_API_KEY"] == "test-key"


@pytest.mark.parametrize("asked", ["-5", "nan", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_delay_that_is_none_is_not_waited_for(asked):
    error = RuntimeError("busy")
    error.response = SimpleNamespace(headers={"retry-after": asked})
    assert remote._delay(error, 1) == 2 * remote.FIRST_DELAY


def test_a_long_delay_is_cut():
    error = RuntimeError("busy")
    error.response = SimpleNamespace(headers={"retry-after": "inf"})
    assert remote._delay(error, 1) == remote.LONGEST_DELAY
