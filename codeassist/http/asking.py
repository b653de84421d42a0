"""A question of a request: put to the task `ask`, whole or as a stream of events."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any

from anyio import to_thread
from fastapi import Request

from codeassist.deadline import SILENT, Cancel, Events
from codeassist.errors import CodeassistError
from codeassist.http.failures import ServerError, StoppedError, status_of
from codeassist.http.logs import log
from codeassist.http.state import ServerState, state_of, stoppable
from codeassist.http.stream_mask import StreamMask
from codeassist.privacy import mask
from codeassist.repositories import Repository
from codeassist.tasks.ask import AskContext, AskResult, ask_question
from codeassist.tasks.ask.follow_up import Exchange
from indexers import IndexerError

KEEP_ALIVE = 10.0
"""Seconds without an event after which a sign of life is sent."""

_LOCAL = threading.Lock()
"""A local model answers one question at a time."""

Event = tuple[str, Any]


def answer(
    state: ServerState,
    repository: Repository,
    question: str,
    cancel: Cancel,
    *,
    events: Events = SILENT,
    history: Sequence[Exchange] = (),
    paths: Sequence[str] = (),
    model: bool = True,
    **how: Any,
) -> AskResult:
    """The answer to one question; without `model` from the index alone. Raises the errors of the task."""
    services = repository.services.for_request(events, cancel)
    with repository.index() as (index, _):
        session = services.session("ask") if model else None
        context = AskContext(
            services.config,
            services.library,
            session,
            paths=paths,
            history=history,
            store=services.run_log,
            command="ask",
            events=events,
            cancel=cancel,
            **how,
        )
        if session is not None and session.model.name.startswith("local:"):
            with _LOCAL:
                result = ask_question(index, question, context)
        else:
            result = ask_question(index, question, context)
    if result.ledger is not None:
        state.metrics.tokens.labels("in").inc(result.ledger.input_tokens)
        state.metrics.tokens.labels("out").inc(result.ledger.output_tokens)
    return result


class _Queue(Events):
    """Events of a task in a thread, for the loop of the server. Secrets in their texts are masked."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Event] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._masks = StreamMask()

    def put(self, kind: str, data: Any) -> None:
        """Add an event from any thread."""
        self._loop.call_soon_threadsafe(self.queue.put_nowait, (kind, data))

    def step(self, words: str) -> None:
        self.put("step", {"text": mask(words)[0]})

    def note(self, text: str) -> None:
        self.put("note", {"text": mask(text)[0]})

    def text(self, piece: str) -> None:
        self._send(self._masks.add(piece))

    def end(self) -> None:
        """Send the text that was held back."""
        self._send(self._masks.rest())

    def _send(self, text: str) -> None:
        if text:
            self.put("text", {"text": text})


async def stream(request: Request, task: Callable[[Events, Cancel], Any]) -> AsyncIterator[Event]:
    """The events of a task: `step`, `note` and `text` while it runs, `alive` in between, at last `result` or `error`.

    The task is stopped when its time is over, the reader goes away, or the server stops.
    """
    state = state_of(request)
    cancel, events = Cancel(), _Queue()
    state.work.add(cancel)

    def in_thread() -> None:
        try:
            result = stoppable(partial(task, events), cancel)
            events.end()
            events.put("result", result)
        except (CodeassistError, IndexerError) as error:
            events.put("error", _failure(request, error))
        except Exception as error:  # noqa: BLE001  # a bug must not show its traceback to a client
            log("bug", error=error, id=request.scope.get("request_id", ""))
            events.put("error", _failure(request, CodeassistError("The server made an error; its log has the details.")))

    work = asyncio.create_task(to_thread.run_sync(in_thread, abandon_on_cancel=True, limiter=state.limiter))
    end = asyncio.get_running_loop().time() + state.settings.seconds
    silent = 0.0
    try:
        while True:
            if asyncio.get_running_loop().time() > end:
                message = f"The answer took longer than {state.settings.seconds:g} s and was stopped."
                yield "error", _failure(request, ServerError(504, message))
                return
            try:
                async with asyncio.timeout(0.2):
                    event = await events.queue.get()
            except TimeoutError:
                silent += 0.2
                if state.stopping:
                    yield "error", _failure(request, StoppedError("The server stopped before the answer was complete."))
                    return
                if silent >= KEEP_ALIVE:
                    silent = 0.0
                    yield "alive", None
                continue
            silent = 0.0
            yield event
            if event[0] in ("result", "error"):
                return
    finally:
        cancel.request()
        state.work.discard(cancel)
        work.cancel()


def _failure(request: Request, error: Exception) -> dict[str, Any]:
    from codeassist.http.failures import body_of

    value: dict[str, Any] = body_of(status_of(error), str(error), request.scope.get("request_id", ""))["error"]
    return value
