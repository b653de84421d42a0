"""A loopback server, and the wire formats of the providers as it sends them."""

from __future__ import annotations

from tests.codeassist.wire.anthropic import anthropic, anthropic_error
from tests.codeassist.wire.google import google, google_error
from tests.codeassist.wire.ollama import ollama
from tests.codeassist.wire.openai import chat, chat_whole, responses
from tests.codeassist.wire.server import HTML, NO_ANSWER, Answer, answering, error, events, lines, whole

__all__ = [
    "HTML",
    "NO_ANSWER",
    "Answer",
    "answering",
    "anthropic",
    "anthropic_error",
    "chat",
    "chat_whole",
    "error",
    "events",
    "google",
    "google_error",
    "lines",
    "ollama",
    "responses",
    "whole",
]
