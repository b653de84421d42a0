"""Sessions with a loopback server that answers as one of a user's own."""

from __future__ import annotations

from typing import Any

from codeassist.config import ModelConfig
from codeassist.models.load_model import load
from codeassist.models.session import Session

SCHEMA = {"type": "object", "required": ["path"], "properties": {"path": {"type": "string"}}}


def session(url: str, notes: list[str] | None = None, name: str = "openai:m", cache: Any = None, **how: Any) -> Session:
    """A session with a model of the server; `notes` receives what a user is told."""
    base = url if name.startswith("ollama") else f"{url}/v1"
    settings = ModelConfig(name=name, base_url=base, **{"retries": 1, "timeout": 5.0, "context_window": 8_192} | how)
    return Session(load(settings), settings, cache=cache, note=None if notes is None else notes.append)
