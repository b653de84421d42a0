"""The messages of exceptions, and what of a text is the same in every process."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}|<\w*Mock\b[^>]*\bid='\d+'")


def message_pattern(error: BaseException, folder: str = "") -> str:
    """The stable part of an exception's message as plain text, up to a path in `folder`; empty when there is none."""
    message = message_of(error).split("\n", maxsplit=1)[0]
    if folder and folder in message:
        message = message.partition(folder)[0].rstrip("'\"")
    if ADDRESS.search(message):
        message = ADDRESS.split(message)[0]
    if len(message) > 70:
        message = message[:70].rsplit(" ", 1)[0]
    return message.strip()


def message_of(error: BaseException) -> str:
    """The message of an exception; empty when its own code fails to give it."""
    try:
        return str(error)
    except Exception:
        return ""


def has_address(text: str) -> bool:
    """Whether a text contains the address of an object, which differs in every process."""
    return ADDRESS.search(text) is not None
