"""A chat model in one GGUF file, through llama-cpp-python, with the chat template and the tokeniser that the file contains.

The state of the last prompt is kept, so that its common beginning with the next one (the turns of a chat) is not read again.
"""

from __future__ import annotations

import codecs
import functools
import itertools
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from codeassist.config import ModelConfig
from codeassist.errors import ConfigError, ModelError
from codeassist.models import machine, reading
from codeassist.models.chat import OnText, Request
from codeassist.models.messages import Finish, Message, Reply, merged_system
from indexers.files.reading import read_start

SUFFIX = ".gguf"
MAGIC = b"GGUF"
LARGEST_DEFAULT = 8_192
"""Context window in tokens unless the user sets one: the memory for it grows with its size, and many files state 131,072."""

CONTROL = 0b11000
"""The attributes CONTROL and USER_DEFINED of llama.cpp's tokens: text that the tokeniser reads as a mark, not as text."""


class GgufChat:
    """A GGUF model; its vocabulary is read at once, its weights on the first use. One answer at a time."""

    remote = False
    counts_tokens = True

    def __init__(self, settings: ModelConfig) -> None:
        """Check the file and read its vocabulary and metadata. Raises `ConfigError` or `ModelError` with the fix."""
        self.name = settings.name
        self.path = gguf_file(settings.name.partition(":")[2])
        try:
            import llama_cpp
        except ImportError as error:
            raise ConfigError(
                f"The model '{self.name}' needs the extra: pip install 'codeassist-repo[gguf]' (compiled if there is no "
                "wheel), or start llama-server with this file and use openai:NAME with its base_url."
            ) from error
        self._llama = llama_cpp
        _silenced(llama_cpp)
        self._settings = settings
        stat = self.path.stat()
        self.fingerprint = f"{self.path}:{stat.st_size}:{stat.st_mtime_ns}"
        self._vocabulary = self._opened(vocab_only=True)
        self._facts: Mapping[str, str] = self._vocabulary.metadata
        self._template = self._facts.get("tokenizer.chat_template", "")
        if not self._template:
            raise ModelError(
                f"'{self.name}' has no chat template, so it is not a chat model; use one whose name has Instruct or Chat."
            )
        self._controls = self._control_tokens()
        stated = self._number("context_length") or LARGEST_DEFAULT
        self.context_window = min(settings.context_window or LARGEST_DEFAULT, stated)
        self._model: Any = None
        self._busy = threading.Lock()
        self._loading = threading.Lock()

    def count_tokens(self, text: str) -> int:
        """The tokens of a text by the file's own tokeniser."""
        return len(self._vocabulary.tokenize(text.encode("utf-8", "replace"), add_bos=False, special=False))

    def load(self) -> Any:
        """Load the weights on first use. Raises `ModelError`, before loading, if they do not fit in memory."""
        with self._loading:
            if self._model is None:
                self._check_memory()
                gpu = self._settings.device != "cpu" and self._llama.llama_supports_gpu_offload()
                self._model = self._opened(n_ctx=self.context_window, n_gpu_layers=-1 if gpu else 0)
            return self._model

    def generate(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Answer; see `ChatModel`."""
        with self._busy:  # a call that was abandoned at its deadline ends at its next piece
            model = self.load()
            ids = self._encode(request.messages)
            limit = min(request.max_output_tokens, self.context_window - len(ids))
            if limit <= 0:
                raise ModelError(
                    f"The messages take {len(ids)} tokens and '{self.name}' accepts {self.context_window}: lower "
                    "context_tokens under [ask]."
                )
            return self._answer(model, ids, limit, request, on_text)

    def _answer(self, model: Any, ids: list[int], limit: int, request: Request, on_text: OnText | None) -> Reply:
        started = time.perf_counter()
        pieces: list[str] = []
        produced = 0
        finish: Finish = "length"
        try:
            sampling = self._sampling(model, request)
            self._announce(model, ids, sampling, request.note)
            decoder = codecs.getincrementaldecoder("utf-8")("replace")
            for token in itertools.islice(self._tokens(model, ids, sampling), limit):
                if self._is_end(token):
                    finish = "stop"
                    break
                produced += 1
                if piece := decoder.decode(model.detokenize([token], special=False)):
                    pieces.append(piece)
                    if on_text is not None:
                        on_text(piece)
        except KeyboardInterrupt:
            finish = "interrupted"
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"'{self.name}' failed: {str(error).splitlines()[0][:200]}.", partial="".join(pieces)) from error
        return Reply("".join(pieces), len(ids), produced, time.perf_counter() - started, finish)

    def _tokens(self, model: Any, ids: Sequence[int], sampling: Mapping[str, Any]) -> Iterator[int]:
        return iter(model.generate(ids, **sampling))

    def _sampling(self, model: Any, request: Request) -> dict[str, Any]:
        """The options of llama.cpp's sampler: the likeliest token without a temperature, and a grammar for a schema."""
        chosen: dict[str, Any] = {"temp": 0.0, "top_k": 1, "min_p": 0.0, "top_p": 1.0}
        if request.temperature:
            model.set_seed(request.seed)
            chosen = {"temp": request.temperature, "top_k": 0, "min_p": 0.0, "top_p": 1.0}
        if request.schema is not None:
            try:
                chosen["grammar"] = self._llama.LlamaGrammar.from_json_schema(json.dumps(dict(request.schema)), verbose=False)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise ModelError(f"'{self.name}' cannot be constrained to this schema: {error}.") from error
        return chosen

    def _announce(self, model: Any, ids: list[int], sampling: Mapping[str, Any], note: reading.OnNote) -> None:
        """Read the beginning of a long prompt, and say how long all of it takes, without what is kept of the last one."""
        kept = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(ids, model.eval_tokens, strict=False)))
        if len(ids) - kept < reading.LONG:
            return
        plain = {name: value for name, value in sampling.items() if name != "grammar"}
        next(self._tokens(model, ids[: kept + reading.WARM], plain), None)
        begun = time.perf_counter()
        next(self._tokens(model, ids[: kept + reading.WARM + reading.PROBE], plain), None)
        reading.say(note, len(ids) - kept, (time.perf_counter() - begun) / reading.PROBE)

    def _encode(self, messages: Sequence[Message]) -> list[int]:
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        begin, end = (self._text_of(self._facts.get(f"tokenizer.ggml.{kind}_token_id")) for kind in ("bos", "eos"))
        formatter = Jinja2ChatFormatter(self._template, eos_token=end, bos_token=begin)
        reason = ""
        for attempt in (list(messages), merged_system(messages)):  # many templates have no system role
            converted: Any = [{"role": m.role, "content": self._disarmed(m.content)} for m in attempt]
            try:
                prompt = formatter(messages=converted).prompt
            except Exception as error:  # noqa: BLE001  # templates can raise anything
                reason = str(error).split("\n")[0][:200]
                continue
            adds = self._facts.get("tokenizer.ggml.add_bos_token") == "true" and not (begin and prompt.startswith(begin))
            return list(self._vocabulary.tokenize(prompt.encode("utf-8", "replace"), add_bos=adds, special=True))
        raise ModelError(f"The chat template of '{self.name}' does not accept these messages: {reason}.")

    def _disarmed(self, text: str) -> str:
        """The text with control tokens of this model broken up, so that code cannot start a new message."""
        for token in self._controls:
            if token in text:
                text = text.replace(token, f"{token[0]} {token[1:]}")
        return text

    def _opened(self, **how: Any) -> Any:
        try:
            return self._llama.Llama(str(self.path), verbose=False, **how)
        except (ValueError, RuntimeError, OSError, AssertionError) as error:
            reason = str(error).split("\n")[0][:200]
            raise ModelError(f"{self.path} cannot be loaded: {reason or 'llama.cpp does not read it'}.") from error

    def _control_tokens(self) -> list[str]:
        """The texts of the tokens that are marks, longest first."""
        vocabulary = self._llama.llama_model_get_vocab(self._vocabulary.model)
        found = []
        for token in range(self._llama.llama_vocab_n_tokens(vocabulary)):
            if self._llama.llama_vocab_get_attr(vocabulary, token) & CONTROL:
                text = (self._llama.llama_vocab_get_text(vocabulary, token) or b"").decode("utf-8", "replace")
                found.append(text)
        return sorted((text for text in found if len(text) > 1), key=len, reverse=True)

    def _is_end(self, token: int) -> bool:
        vocabulary = self._llama.llama_model_get_vocab(self._vocabulary.model)
        return bool(self._llama.llama_vocab_is_eog(vocabulary, token))

    def _text_of(self, token: str | None) -> str:
        """The text of a token given by its number in the metadata; empty when there is none."""
        if token is None or not token.isdigit():
            return ""
        vocabulary = self._llama.llama_model_get_vocab(self._vocabulary.model)
        return (self._llama.llama_vocab_get_text(vocabulary, int(token)) or b"").decode("utf-8", "replace")

    def _number(self, key: str) -> int:
        """A number of the metadata of the architecture; 0 when it is not stated."""
        value = self._facts.get(f"{self._facts.get('general.architecture', '')}.{key}", "")
        return int(value) if value.isdigit() else 0

    def _check_memory(self) -> None:
        """The weights are about the file; the state takes two vectors of 16 bits for each layer, key head and token."""
        heads, width = self._number("attention.head_count") or 1, self._number("embedding_length")
        shared = self._number("attention.head_count_kv") or heads
        state = 2 * 2 * self._number("block_count") * self.context_window * shared * (width // heads)
        required, free = int(self.path.stat().st_size * 1.1) + state, machine.free_memory()
        if free and required > free:
            raise ModelError(
                f"'{self.name}' needs about {required / machine.GB:.1f} GB ({state / machine.GB:.1f} GB of it for a context of "
                f"{self.context_window:,} tokens), and {free / machine.GB:.1f} GB are free: use a smaller file, or set a "
                "smaller context_window under [model]."
            )


@functools.cache
def _silenced(library: Any) -> Any:
    """Turn off what llama.cpp writes to the error stream; the callback is kept as long as the process may log."""
    callback = library.llama_log_callback(lambda *_: None)
    library.llama_log_set(callback, None)
    return callback


def gguf_file(name: str) -> Path:
    """The file of `local:FILE.gguf`. Raises `ModelError` when it is missing or no GGUF file."""
    path = Path(name).expanduser()
    try:
        beginning = read_start(path, len(MAGIC))
    except OSError as error:
        raise ModelError(f"The model file {path} cannot be read: {error.strerror or error}.") from error
    if beginning != MAGIC:
        raise ModelError(f"{path} is not a GGUF file: download it again.")
    return path.resolve()
