"""What tests of models share: keys of a provider, and sessions with the loopback server."""

from __future__ import annotations

import pytest

from codeassist.config import ModelConfig
from codeassist.models import refusals
from codeassist.models.load_model import load
from codeassist.models.messages import Message
from codeassist.models.session import Session

HELLO = [Message("system", "Be brief."), Message("user", "Where is auth?")]


@pytest.fixture
def provider_keys(monkeypatch):
    """A key for the loopback server, and no proxies or certificates from the environment."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "OPENAI_BASE_URL", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


def session(url: str, **how: object) -> Session:
    """A session with the model behind a loopback server."""
    settings = ModelConfig(name="openai:test-model", base_url=url, **{"retries": 2, "timeout": 5.0} | how)
    return Session(load(settings), settings)


@pytest.fixture
def nothing_learned(monkeypatch):
    """What servers refused before is forgotten, and nobody waits before asking again."""
    monkeypatch.setattr(refusals, "LEARNED", {})
    monkeypatch.setattr("time.sleep", lambda _: None)
