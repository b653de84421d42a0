"""Any model that LangChain's `init_chat_model` supports, through the provider's own client: streaming, retries, refusals."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from codeassist.config import ModelConfig
from codeassist.errors import CodeassistError, ModelError
from codeassist.models import endings, refusals
from codeassist.models.chat import OnText, Request
from codeassist.models.clients import connect
from codeassist.models.failures import causes, is_overflow, of_provider, status_of
from codeassist.models.messages import Finish, Message, Reply
from codeassist.models.prices import known_window
from codeassist.models.providers import KEYS, Endpoint, limit_name, parameters, stated, structured_mode
from codeassist.models.token_estimate import estimate
from codeassist.models.windows import ask_window

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, AIMessageChunk

DEFAULT_WINDOW = 8_192
"""Context window in tokens of an unlisted model: small enough to be safe."""

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


class RemoteChat:
    """A chat model over a network connection."""

    remote = True
    counts_tokens = False

    def __init__(self, settings: ModelConfig) -> None:
        """Set up the provider's client; nothing is sent yet. Raises `ConfigError` for a missing package or key."""
        self._settings = settings
        self._endpoint = Endpoint.of(settings)
        self.name = settings.name
        self.fingerprint = settings.base_url or self._endpoint.url
        self._refused = refusals.learned(self._endpoint)
        self._responses = "chat" in self._refused
        self._chat = self._connect()

    @cached_property
    def context_window(self) -> int:
        """The configured window in tokens, else the listed one, else the one that the server tells, else `DEFAULT_WINDOW`."""
        return self._settings.context_window or known_window(self.name) or ask_window(self._endpoint) or DEFAULT_WINDOW

    def count_tokens(self, text: str) -> int:
        """A conservative estimate: providers' tokenisers are unavailable or need a download."""
        return estimate(text)

    def generate(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Answer; see `ChatModel`."""
        from langsmith import tracing_context

        answer = _Answer(request, on_text)
        try:
            with tracing_context(enabled=False):  # else variables such as LANGSMITH_TRACING send the prompt to a third party
                self._answer(answer)
        except KeyboardInterrupt:
            return self._reply(answer, "interrupted")
        except CodeassistError:
            raise
        except Exception as error:  # each provider raises its own exceptions
            key = KEYS.get(self._endpoint.provider, "its key")
            raise of_provider(error, self._settings, self._endpoint.url, key, answer.text) from error
        return self._reply(answer, None)

    def _answer(self, answer: _Answer) -> None:
        """Call until there is an answer: again after what is refused is left out, and after a delay when the server is busy."""
        tries = 0
        while True:
            try:
                self._call(answer)
            except Exception as error:
                if answer.started:
                    raise
                name = refusals.refused_by(
                    error, self._endpoint, self._refused, structured=answer.request.schema is not None, sent=self._sent(answer)
                )
                if name:
                    answer.notes.append(refusals.note(name, self.name, self._refused))
                elif tries < self._settings.retries and _again(error):
                    time.sleep(_delay(error, tries))
                    tries += 1
                else:
                    raise
            else:
                return

    def _call(self, answer: _Answer) -> None:
        """One call: streamed; asked again without streaming, to learn the error, when the stream was empty."""
        if ("chat" in self._refused) != self._responses:
            self._responses = True
            self._chat = self._connect()
        request = stated(answer.request, structured_mode(self._refused))
        model: Any = self._chat
        sent = [(m.role, m.content) for m in request.messages]
        tokens = 0 if self._endpoint.provider != "ollama" else count(self, request.messages)
        window = 0 if self._endpoint.provider != "ollama" else self.context_window
        bound = parameters(request, self._endpoint, self._refused, (tokens, window))
        if "stream" not in self._refused:
            for chunk in _stream(model, sent, bound):
                answer.add(chunk)
            if answer.ended:
                return
            if answer.text:
                where = f" at {self._endpoint.url}" if self._endpoint.url else ""
                raise ModelError(
                    f"'{self.name}'{where} broke off in the middle of its answer: the stream has no end marker.",
                    partial=answer.text,
                )
        bound.pop("stream_usage", None)
        answer.take(model.invoke(sent, **bound, **({"stream": False} if self._endpoint.provider == "ollama" else {})))

    def _sent(self, answer: _Answer) -> set[str]:
        """The names of the parameters of a call that a server may refuse."""
        names = {"stream", "stream_options"} if self._endpoint.provider == "openai" else {"stream"}
        if answer.request.temperature is not None:
            names.add("temperature")
        if self._endpoint.provider == "openai":
            names.add(limit_name(self._endpoint, self._refused))
        return names

    def _connect(self) -> BaseChatModel:
        chat, client = connect(self._endpoint, self._settings, responses=self._responses)
        if client is not None:
            weakref.finalize(self, client.close)
        return chat

    def _reply(self, answer: _Answer, finish: Finish | None) -> Reply:
        combined, text, structured = answer.combined, answer.text, answer.request.schema is not None
        usage: Mapping[str, Any] = (combined.usage_metadata if combined is not None else None) or {}
        if structured and combined is not None:
            text = endings.tool_arguments(combined) or text
        ended, detail = endings.finish_of(answer.reason, combined, text, structured=structured)
        return Reply(
            text,
            int(usage.get("input_tokens") or count(self, answer.request.messages)),
            int(usage.get("output_tokens") or self.count_tokens(text)),
            time.perf_counter() - answer.begun,
            finish or ended,
            counted=bool(usage),
            detail=detail,
            notes=tuple(answer.notes),
        )


class _Answer:
    """What has been received of one answer."""

    def __init__(self, request: Request, on_text: OnText | None) -> None:
        self.request = request
        self.begun = time.perf_counter()
        self.combined: AIMessage | None = None
        self.reason = ""
        self.notes: list[str] = []
        self._pieces: list[str] = []
        self._on_text = on_text

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    @property
    def started(self) -> bool:
        """Whether any text was received."""
        return bool(self._pieces)

    @property
    def ended(self) -> bool:
        """Whether the provider marked the end, by a reason or (where only the last piece has it) the usage."""
        if self.reason:
            return True
        last_has_usage = self.combined is not None and self.combined.response_metadata.get("model_provider") == "openai"
        return last_has_usage and bool(self.combined and self.combined.usage_metadata)

    def add(self, chunk: AIMessageChunk) -> None:
        """A piece of a streamed answer."""
        combined = cast("AIMessageChunk | None", self.combined)
        self.combined = chunk if combined is None else combined + chunk
        self._receive(chunk)

    def take(self, message: AIMessage) -> None:
        """The answer as a whole."""
        self.combined = message
        self._receive(message)

    def _receive(self, message: AIMessage) -> None:
        self.reason = endings.reason_of(message) or self.reason
        if piece := endings.text_of(message):
            self._pieces.append(piece)
            if self._on_text is not None:
                self._on_text(piece)


def _stream(model: Any, sent: list[tuple[str, str]], bound: dict[str, Any]) -> Iterator[AIMessageChunk]:
    """The pieces of an answer; none for an empty stream, which LangChain reports as an error."""
    try:
        yield from model.stream(sent, **bound)
    except ValueError as error:
        if type(error) is not ValueError or "No generation" not in str(error):
            raise


def _again(error: BaseException) -> bool:
    """Whether the same call may succeed later: a busy server, or a connection that failed."""
    if is_overflow(error) or "insufficient_quota" in str(error):
        return False
    status = status_of(error)
    if status is not None:
        return status in _BUSY
    names = {kind.__name__ for cause in causes(error) for kind in type(cause).__mro__}
    return bool(
        names & {"ConnectError", "ConnectionError", "APIConnectionError", "ReadError", "RemoteProtocolError", "ReadTimeout"}
    )


def _delay(error: BaseException, tries: int) -> float:
    """Seconds until the next try: as the server asks, else doubling."""
    for cause in causes(error):
        headers: Any = getattr(getattr(cause, "response", None), "headers", None) or {}
        for name, unit in (("retry-after-ms", 1_000.0), ("retry-after", 1.0)):
            try:
                asked = float(headers.get(name)) / unit
            except (TypeError, ValueError):
                continue
            if asked >= 0.0:  # neither negative nor nan
                return min(asked, LONGEST_DELAY)
    return min(FIRST_DELAY * float(2**tries), LONGEST_DELAY)


def count(model: Any, messages: Any) -> int:
    """The number of tokens of messages by a model's count, plus four per message for its frame."""
    return sum(model.count_tokens(m.content) + 4 for m in cast("list[Message]", messages))
