"""A call to a model that ends when the deadline of the task passes, whatever the model does."""

from __future__ import annotations

import math
import threading

from codeassist.deadline import Cancel, Deadline
from codeassist.errors import CancelledError, ModelError
from codeassist.models.chat import ChatModel, OnText, Request
from codeassist.models.messages import Reply

CHECK_INTERVAL = 0.1
"""Seconds between two checks of the deadline while a model answers."""


def reply_before(deadline: Deadline, cancel: Cancel, model: ChatModel, request: Request, on_text: OnText) -> Reply:
    """The model's reply. With a deadline, the model runs in a thread that is abandoned when the deadline passes.

    Raises what the model raises, `ModelError` with the text so far when the deadline passes first, and `CancelledError`.
    """
    if deadline.left == math.inf:
        return model.generate(request, on_text)
    pieces: list[str] = []
    replies: list[Reply | BaseException] = []
    abandoned = threading.Event()

    def piece(text: str) -> None:
        if abandoned.is_set():
            raise CancelledError
        pieces.append(text)
        on_text(text)

    def generate() -> None:
        try:
            replies.append(model.generate(request, piece))
        except BaseException as error:
            replies.append(error)

    thread = threading.Thread(target=generate, daemon=True)
    if not deadline.passed:
        thread.start()
    try:
        while thread.is_alive() and not deadline.passed:
            cancel.check()
            thread.join(max(0.0, min(CHECK_INTERVAL, deadline.left)))
    finally:
        abandoned.set()
    if not replies:
        raise ModelError(f"'{model.name}' did not answer in the time that the task has.", partial="".join(pieces))
    if isinstance(replies[0], BaseException):
        raise replies[0]
    return replies[0]
