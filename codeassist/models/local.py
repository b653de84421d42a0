"""A chat model on this machine, through transformers, with its own chat template, streaming and immediate interruption."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeassist.config import ModelConfig
from codeassist.errors import ConfigError, ModelError
from codeassist.models import hub, machine, reading
from codeassist.models.chat import OnText, Request
from codeassist.models.failures import of_local_model
from codeassist.models.messages import Finish, Reply, merged_system
from indexers.files.reading import read_text

if TYPE_CHECKING:
    import torch

DEFAULT_WINDOW = 4_096
"""Context window in tokens when a model's configuration states none."""


class LocalChat:
    """A transformers model with a chat template; weights are loaded on the first use."""

    remote = False
    counts_tokens = True

    def __init__(self, settings: ModelConfig) -> None:
        """Find the model and load its tokeniser. Raises `ConfigError` or `ModelError` with the fix."""
        self.name = settings.name
        self._settings = settings
        name_or_folder = settings.name.partition(":")[2]
        try:
            import transformers
        except ImportError as error:
            raise ConfigError(f"The model '{self.name}' needs the extra: pip install 'codeassist-repo[local]'.") from error
        transformers.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        self.folder = hub.folder_of(name_or_folder)
        problems = list(hub.problems(self.folder))
        if problems:
            fix = "download it again" if Path(name_or_folder).is_dir() else hub.PULL_HINT.format(name=name_or_folder)
            raise ModelError(f"The model in {self.folder} is incomplete: {'; '.join(problems[:3])}; {fix}.")
        try:
            self.device = machine.pick_device(settings.device)
        except ValueError as error:
            raise ConfigError(f"{error}.") from error
        self.dtype = machine.number_format(settings.dtype, self.device.name)
        self.fingerprint = f"{self.folder}:{self.dtype}:" + ",".join(
            f"{p.name}:{p.stat().st_size}:{p.stat().st_mtime_ns}" for p in sorted(self.folder.glob("*.safetensors"))
        )
        self._tokenizer = self._load_tokenizer()
        self._controls = sorted(
            {*self._tokenizer.all_special_tokens, *self._tokenizer.get_added_vocab()}, key=len, reverse=True
        )
        self.context_window = settings.context_window or self._stated_window()
        self._model: Any = None
        self._loading = threading.Lock()

    def count_tokens(self, text: str) -> int:
        """The tokens of a text by the model's own tokeniser."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def generate(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Answer; see `ChatModel`."""
        import torch
        from transformers import LogitsProcessorList, TextStreamer

        model = self.load()
        ids = self._encode(request.messages)
        limit = min(request.max_output_tokens, self.context_window - ids.shape[1])
        if limit <= 0:
            raise ModelError(
                f"The messages take {ids.shape[1]} tokens and '{self.name}' accepts {self.context_window}: lower "
                "context_tokens under [ask]."
            )
        pieces: list[str] = []

        class Streamer(TextStreamer):  # type: ignore[misc]
            def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
                if text:
                    pieces.append(text)
                    if on_text is not None:
                        on_text(text)

        processors = LogitsProcessorList()
        if request.schema is not None:
            processors.append(self._constraint(request.schema))
        sampling: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        if request.temperature:
            sampling = {"do_sample": True, "temperature": request.temperature}
            torch.manual_seed(request.seed)
        streamer = Streamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        finish: Finish = "stop"
        started = time.perf_counter()
        produced = 0
        try:
            with torch.inference_mode():
                self._announce(model, ids, request.note)
                out = model.generate(
                    ids,
                    attention_mask=torch.ones_like(ids),
                    max_new_tokens=limit,
                    streamer=streamer,
                    logits_processor=processors,
                    pad_token_id=self._pad(),
                    **sampling,
                )
            produced = int(out.shape[1] - ids.shape[1])
            if produced >= limit and int(out[0, -1]) not in self._ends():
                finish = "length"
        except KeyboardInterrupt:
            streamer.end()
            finish = "interrupted"
        except RuntimeError as error:
            raise of_local_model(error, self.name, self.device.name, self.dtype, "".join(pieces)) from error
        text = "".join(pieces)
        return Reply(text, int(ids.shape[1]), produced or self.count_tokens(text), time.perf_counter() - started, finish)

    def _announce(self, model: Any, ids: torch.Tensor, note: reading.OnNote) -> None:
        """On a CPU, read the beginning of a long prompt, and say how long all of it takes."""
        if self.device.name != "cpu" or ids.shape[1] < reading.LONG:
            return
        model(ids[:, : reading.WARM])
        begun = time.perf_counter()
        model(ids[:, : reading.PROBE])
        reading.say(note, int(ids.shape[1]), (time.perf_counter() - begun) / reading.PROBE)

    def load(self) -> Any:
        """Load the weights onto the device on first use. Raises `ModelError`, before loading, if they do not fit in memory."""
        with self._loading:
            if self._model is None:
                self._model = self._loaded()
            return self._model

    def _loaded(self) -> Any:
        self._check_memory()
        import torch
        from transformers import AutoModelForCausalLM

        options: dict[str, Any] = {"dtype": getattr(torch, self.dtype), "trust_remote_code": self._settings.trust_remote_code}
        if self._settings.quantization != "none":
            options["quantization_config"] = self._quantization()
        try:
            model = AutoModelForCausalLM.from_pretrained(self.folder, local_files_only=True, **options)
            if self._settings.quantization == "none":
                model = model.to(self.device.name)
        except (RuntimeError, ValueError, OSError, ImportError, KeyError) as error:
            raise of_local_model(error, self.name, self.device.name, self.dtype, "") from error
        model.eval()
        return model

    def _check_memory(self) -> None:
        count, stored = hub.parameters(self.folder)
        number = self.dtype if self._settings.quantization == "none" else self._settings.quantization
        required = machine.needed(count, number)
        if self.device.memory and required > self.device.memory:
            raise ModelError(
                f"'{self.name}' needs about {required / machine.GB:.1f} GB as {number} (stored as {stored}), and "
                f"{self.device.name} has {self.device.memory / machine.GB:.1f} GB free: use a smaller model "
                '(\'codeassist models\' lists some), dtype = "bfloat16" or quantization = "4bit".'
            )

    def _load_tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        try:
            tokenizer = AutoTokenizer.from_pretrained(
                self.folder, local_files_only=True, trust_remote_code=self._settings.trust_remote_code
            )
        except (ValueError, OSError, ImportError, KeyError) as error:
            raise of_local_model(error, self.name, self.device.name, self.dtype, "") from error
        if not tokenizer.chat_template:
            raise ModelError(
                f"'{self.name}' has no chat template, so it is not a chat model; use one whose name ends in -Instruct or -Chat."
            )
        return tokenizer

    def _stated_window(self) -> int:
        try:
            config = json.loads(read_text(self.folder / "config.json"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{self.folder / 'config.json'} cannot be read: {error}.") from error
        stated = config.get("max_position_embeddings") or config.get("n_positions") or config.get("max_seq_len")
        return int(stated or DEFAULT_WINDOW)

    def _encode(self, messages: Any) -> torch.Tensor:
        reason = ""
        for attempt in (list(messages), merged_system(messages)):  # many templates have no system role
            converted = [{"role": m.role, "content": self._disarmed(m.content)} for m in attempt]
            try:
                encoded = self._tokenizer.apply_chat_template(
                    converted, add_generation_prompt=True, return_tensors="pt", return_dict=True
                )
            except Exception as error:  # noqa: BLE001  # templates can raise anything
                reason = str(error).split("\n")[0][:200]
                continue
            ids: torch.Tensor = encoded["input_ids"].to(self.device.name)
            return ids
        raise ModelError(f"The chat template of '{self.name}' does not accept these messages: {reason}.")

    def _disarmed(self, text: str) -> str:
        """The text with control tokens of this model broken up, so that code cannot start a new message."""
        for token in self._controls:
            if len(token) > 1 and token in text:
                text = text.replace(token, f"{token[0]} {token[1:]}")
        return text

    def _constraint(self, schema: Any) -> Any:
        try:
            from codeassist.models.constrained import JsonConstraint
        except ImportError as error:
            raise ConfigError(
                "Structured answers from a local model need llguidance: pip install 'codeassist-repo[local]'."
            ) from error
        try:
            return JsonConstraint(self._tokenizer, schema)
        except ValueError as error:
            raise ModelError(f"'{self.name}' cannot be constrained to this schema: {error}.") from error

    def _quantization(self) -> Any:
        try:
            import bitsandbytes  # noqa: F401
        except ImportError as error:
            raise ConfigError(
                f'quantization = "{self._settings.quantization}" needs bitsandbytes: pip install bitsandbytes.'
            ) from error
        import torch
        from transformers import BitsAndBytesConfig

        if self._settings.quantization == "8bit":
            return BitsAndBytesConfig(load_in_8bit=True)
        return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=getattr(torch, self.dtype))

    def _pad(self) -> int:
        pad = self._tokenizer.pad_token_id
        return int(pad if pad is not None else next(iter(self._ends()), 0))

    def _ends(self) -> set[int]:
        stated = self._model.generation_config.eos_token_id if self._model is not None else None
        ends = stated if isinstance(stated, list) else [stated]
        return {int(e) for e in (*ends, self._tokenizer.eos_token_id) if e is not None}
