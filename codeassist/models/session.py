"""Sessions with a model: masking, budgets, caching and usage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from codeassist.config import NO_MODEL, Config, ModelConfig, task_model
from codeassist.deadline import Cancel, Deadline
from codeassist.errors import BudgetError, CodeassistError, ModelError
from codeassist.models import prices
from codeassist.models.chat import ChatModel, OnText, Request
from codeassist.models.endings import complaint
from codeassist.models.in_time import reply_before
from codeassist.models.ledger import Call, Ledger
from codeassist.models.loaded import LoadedModels
from codeassist.models.messages import Asking, Message, Reply
from codeassist.models.pieces import Pieces, loops, split_reasoning
from codeassist.privacy import mask

FRAME = 4
"""Approximate tokens of the role and separators of one message."""

ANSWER_SHARE = 4
"""Of a limit of tokens, one part in this many is kept for the answer."""


_NOTHING_STATED = Asking()


class Cache(Protocol):
    """A store of answers, keyed by everything that affects them."""

    def get(self, key: str) -> Reply | None:
        """The cached answer, or None."""
        ...

    def put(self, key: str, reply: Reply) -> None:
        """Store an answer."""
        ...


class Session:
    """A model with its settings, cache and ledger; tasks use models only through a session."""

    def __init__(
        self,
        model: ChatModel,
        settings: ModelConfig,
        *,
        cache: Cache | None = None,
        mask_secrets: bool = True,
        ledger: Ledger | None = None,
        cancel: Cancel | None = None,
        deadline: Deadline | None = None,
        note: Callable[[str], None] | None = None,
    ) -> None:
        """Without `cache` the model is asked every time; `mask_secrets` applies to remote models only.

        Pass a `ledger` to share its limits among several models. `cancel` ends an answer at its next piece.
        `deadline` ends an answer that is not complete by then, whatever the model does; a task may replace it. `note` receives
        what the user should know of a call, such as a parameter that the model refused.
        """
        self.deadline = deadline or Deadline()
        self.model = model
        self.settings = settings
        self.ledger = ledger if ledger is not None else Ledger()
        self._cache = cache
        self._cancel = cancel or Cancel()
        self._note = note or (lambda _: None)
        self._mask = mask_secrets and model.remote
        self._small: set[str] = set()

    def prepare(self, messages: Sequence[Message]) -> tuple[list[Message], int]:
        """The messages as they would be sent, and how many secrets were masked in them."""
        if not self._mask:
            return list(messages), 0
        prepared, count = [], 0
        for message in messages:
            text, secrets = mask(message.content)
            prepared.append(replace(message, content=text))
            count += secrets
        return prepared, count

    def ask(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        on_text: OnText | None = None,
        temperature: float | None = None,
        sample: int = 0,
        keep: Callable[[str], bool] | None = None,
        asking: Asking = _NOTHING_STATED,
    ) -> Reply:
        """Send messages and return the answer.

        `sample` distinguishes several answers to the same messages; `keep` decides whether an answer may be cached. What the
        prompt states (`asking`) counts before the settings, and `temperature` before both.

        Reasoning that is marked `<think>…</think>` is not part of the text. Raises `BudgetError` before sending a request that
        might exceed a limit, and `ModelError` when the model fails, refuses, asks for a tool, returns an empty answer, or
        repeats itself endlessly; `CancelledError` after a request to stop.
        """
        self._cancel.check()
        sent, masked = self.prepare(messages)
        heats = (temperature, asking.temperature, self.settings.temperature)
        limit = min(self.settings.max_output_tokens, asking.max_output_tokens or self.settings.max_output_tokens)
        request = Request(sent, next((t for t in heats if t is not None), None), limit, schema, sample, self._note)
        self._note_window(asking)
        key = self._key(request)
        cached = self._cache.get(key) if self._cache is not None else None
        if cached is not None:
            reply = replace(cached, cached=True, seconds=0.0, cost=0.0)
            if on_text is not None:
                on_text(reply.text)
        else:
            within = replace(request, max_output_tokens=self._within_budget(sent, limit))
            reply = self._generate(within, on_text, masked, asking.prompt)
        self.ledger.calls.append(Call(sent, reply, masked, asking.prompt))
        reasoning, answer = split_reasoning(reply.text)
        whole, reply = reply.text, replace(reply, text=answer, reasoning=reasoning or reply.reasoning, notes=())
        if fault := complaint(reply, self.model.name, reasoned=bool(reasoning)):
            raise ModelError(fault, partial=whole)
        if degenerate(reply.text):
            raise self._endless(reply.text)
        if self._cache is not None and cached is None and reply.finish == "stop" and (keep is None or keep(reply.text)):
            self._cache.put(key, reply)
        return reply

    def _generate(self, request: Request, on_text: OnText | None, masked: int, prompt: str) -> Reply:
        """Ask the model itself, and price its reply; a failed call is recorded."""
        pieces = Pieces(on_text, self._cancel.check, self._endless)
        try:
            reply = self._generated(request, pieces)
        except ModelError as error:
            self._failed(request.messages, error, masked, prompt)
            raise
        pieces.finish()
        for note in reply.notes:
            self._note(note)
        return replace(reply, cost=prices.cost(self.settings, reply.input_tokens, reply.output_tokens))

    def _generated(self, request: Request, on_text: OnText) -> Reply:
        """The model's reply. Whatever a model of another package raises becomes a `ModelError`; errors of `on_text` stay."""
        shown: list[str] = []
        of_caller: list[BaseException] = []

        def piece(text: str) -> None:
            shown.append(text)
            try:
                on_text(text)
            except BaseException as error:
                of_caller.append(error)
                raise

        try:
            return reply_before(self.deadline, self._cancel, self.model, request, piece)
        except CodeassistError:
            raise
        except Exception as error:
            if error in of_caller:
                raise
            reason = f"{type(error).__name__}: {str(error)[:200]}".rstrip(".: ")
            raise ModelError(f"'{self.model.name}' failed: {reason}.", partial="".join(shown)) from error

    def _endless(self, text: str) -> ModelError:
        return ModelError(f"'{self.model.name}' repeated itself over and over; its answer is unusable.", partial=text)

    def _failed(self, sent: Sequence[Message], error: ModelError, masked: int, prompt: str) -> None:
        """Record a failed call: what was sent and the partial answer cost tokens, unless the call was refused."""
        tokens = self.estimate(sent) if error.billed else 0
        output_tokens = self.model.count_tokens(error.partial)
        cost = prices.cost(self.settings, tokens, output_tokens) if tokens or output_tokens else 0.0
        self.ledger.calls.append(
            Call(sent, Reply(error.partial, tokens, output_tokens, 0.0, "interrupted", False, cost), masked, prompt)
        )

    def warm_up(self) -> None:
        """Load a local model now instead of on the first request."""
        load = getattr(self.model, "load", None)
        if load is not None:
            load()

    def estimate(self, messages: Sequence[Message]) -> int:
        """The tokens of messages, including their roles and separators."""
        return sum(self.model.count_tokens(m.content) + FRAME for m in messages)

    def room(self) -> int:
        """The maximum tokens of messages that leave room for an answer in the context window and in `max_tokens`."""
        room = self.model.context_window - self.settings.max_output_tokens
        if self.settings.max_tokens:
            left = self.settings.max_tokens - self.ledger.input_tokens - self.ledger.output_tokens
            room = min(room, left - min(self.settings.max_output_tokens, left // ANSWER_SHARE))
        return max(0, room)

    def _note_window(self, asking: Asking) -> None:
        """Note, once a prompt, that the model's context window is smaller than the prompt is written for."""
        if self.model.context_window < asking.least_window and asking.prompt not in self._small:
            self._small.add(asking.prompt)
            self._note(
                f"{asking.prompt} is written for a context window of {asking.least_window:,} tokens; '{self.model.name}' has "
                f"{self.model.context_window:,}."
            )

    def _within_budget(self, messages: Sequence[Message], limit: int) -> int:
        """The maximum tokens of the answer, at most `limit`. Raises `BudgetError` when the messages alone exceed a limit."""
        tokens = self.estimate(messages)
        if tokens >= self.model.context_window:
            raise BudgetError(
                f"The messages take about {tokens} tokens and '{self.model.name}' accepts {self.model.context_window}; "
                "lower context_tokens under [ask]."
            )
        limit = min(limit, self.model.context_window - tokens)
        spent = self.ledger.input_tokens + self.ledger.output_tokens
        if self.settings.max_tokens:
            left = self.settings.max_tokens - spent - tokens
            if left <= 0:
                raise BudgetError(
                    f"This would take about {tokens} tokens more, and a run may take {self.settings.max_tokens} (max_tokens)."
                )
            limit = min(limit, left)
        if self.settings.max_cost:
            price = prices.cost(self.settings, tokens, limit)
            if price is None:
                raise BudgetError(
                    f"The price of '{self.model.name}' is not known, so max_cost cannot be enforced; set price_input and "
                    "price_output under [model]."
                )
            if (self.ledger.cost or 0.0) + price > self.settings.max_cost:
                raise BudgetError(
                    f"This could cost ${price:.4f} more, and a run may cost ${self.settings.max_cost:g} (max_cost)."
                )
        return limit

    def _key(self, request: Request) -> str:
        parts = [
            self.model.name,
            self.settings.base_url,
            getattr(self.model, "fingerprint", ""),
            self.settings.dtype,
            self.settings.quantization,
            request.temperature,
            request.max_output_tokens,
            request.schema,
            request.seed,
            [m.as_json() for m in request.messages],
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def degenerate(text: str) -> bool:
    """Whether a long text only repeats a few words, or ends in a loop without spaces."""
    words = text.split()
    return (len(words) >= 200 and len(set(words)) <= len(words) // 50) or loops(text)


def open_session(
    config: Config,
    task: str,
    cache: Cache | None = None,
    *,
    dry: bool = False,
    ledger: Ledger | None = None,
    cancel: Cancel | None = None,
    note: Callable[[str], None] | None = None,
    models: LoadedModels | None = None,
) -> Session | None:
    """A session with the model of a task, or None when none is configured; the only way for a task to open a model.

    A `dry` session is not connected; a given `ledger` is continued; `models` keeps loaded models for later sessions.
    Raises `ConfigError` for a model that cannot be set up,
    and `ModelError` when it cannot be loaded.
    """
    settings = task_model(config, task)
    if settings.name in NO_MODEL:
        return None
    from codeassist.models.load_model import describe, load

    model = describe(settings) if dry else load(settings) if models is None else models.get(settings, load)
    assert model is not None
    answers = cache if settings.cache and not dry else None
    return Session(
        model, settings, cache=answers, mask_secrets=config.privacy.mask_secrets, ledger=ledger, cancel=cancel, note=note
    )
