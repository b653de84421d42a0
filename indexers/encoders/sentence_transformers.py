"""Sentence-transformers models, by hub name or folder. Requires the extra `local`."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexers.errors import EncoderError, MissingExtraError
from indexers.types import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_CONNECT_SECONDS = 0.8
_OLDEST = 6
"""Before this version of sentence-transformers, `modules.json` in a model folder names any class to import."""
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


class SentenceTransformersEncoder:
    """A transformer encoder. The dimension is probed; the fingerprint hashes the weights, or the name of a hub model."""

    def __init__(self, name: str, *, device: str = "auto", batch_size: int = 64, half: bool = True) -> None:
        """Load `sentence-transformers/NAME` or `sentence-transformers:PATH`; raises `EncoderError` or `MissingExtraError`."""
        self.name = name
        self._batch_size = batch_size
        target = name.partition(":")[2] if name.startswith("sentence-transformers:") else name
        self._model: SentenceTransformer = load_model("SentenceTransformer", target, device, half)
        self.dimension = int(self._model.encode(["probe"], show_progress_bar=False).shape[1])
        self.fingerprint = _fingerprint(target, self.dimension)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Encode to unit rows of shape (len(texts), dimension); queries use the model's query prompt."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        encode = self._model.encode_query if query else self._model.encode_document
        rows = encode(list(texts), batch_size=self._batch_size, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)


def load_model(kind: str, target: str, device: str, half: bool) -> Any:
    """Load a model of the sentence-transformers class `kind`, from a folder or by hub name.

    Raises `EncoderError` or `MissingExtraError`; without a network it fails within a second.
    """
    folder = Path(target).expanduser()
    is_folder = folder.is_dir()
    if not is_folder and (target.startswith((".", "/", "~")) or (os.sep in target and os.name == "nt")):
        raise EncoderError(f"There is no model folder {target}.")
    _require_packages()
    if not is_folder and not is_cached(target):
        _require_network(target)
    import sentence_transformers
    import torch

    resolved_device = _device(device, torch)
    kwargs: dict[str, Any] = {"torch_dtype": torch.float16} if half and resolved_device != "cpu" else {}
    try:
        return getattr(sentence_transformers, kind)(
            str(folder) if is_folder else target, device=resolved_device, model_kwargs=kwargs
        )
    except Exception as error:  # hub, file and architecture errors have no common base class
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise EncoderError(f"The model '{target}' cannot be loaded: {reason}") from error


def has_packages() -> bool:
    """Whether torch and sentence-transformers are installed."""
    from importlib.util import find_spec

    return find_spec("torch") is not None and find_spec("sentence_transformers") is not None


def _require_packages() -> None:
    from importlib.metadata import version

    if not has_packages():
        raise MissingExtraError("sentence-transformers models need torch: pip install 'codeassist-repo[local]'.")
    installed = version("sentence-transformers")
    if int(installed.partition(".")[0]) < _OLDEST:
        raise MissingExtraError(
            f"sentence-transformers {installed} can run code that is shipped with a model; install version {_OLDEST} or later: "
            "pip install 'codeassist-repo[local]'."
        )


def _device(requested: str, torch: Any) -> str:
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if requested == "auto":
        return next(name for name, is_available in available.items() if is_available)
    if not available[requested]:
        raise EncoderError(f'torch on this machine does not support {requested}; set device = "auto" or "cpu" under [index].')
    return requested


def is_cached(name: str) -> bool:
    """Whether the hub's cache on this machine holds a model; not for what cannot be a model's name."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        return isinstance(try_to_load_from_cache(name, "config.json"), str)
    except HFValidationError:
        return False


def _require_network(name: str) -> None:
    """Raise `EncoderError` within a second, where the hub client would retry for minutes."""
    problem = f"The model '{name}' is not on this machine"
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on"):
        raise EncoderError(f"{problem} and HF_HUB_OFFLINE is set; unset it once to download the model.")
    if os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy"):
        return
    host = os.environ.get("HF_ENDPOINT", "https://huggingface.co").split("://")[-1].split("/")[0].split(":")[0]
    previous = socket.getdefaulttimeout()
    try:
        socket.setdefaulttimeout(_CONNECT_SECONDS)
        socket.create_connection((host, 443), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise EncoderError(f'{problem} and {host} cannot be reached; use encoder = "static" or a model folder.') from error
    finally:
        socket.setdefaulttimeout(previous)


def _fingerprint(target: str, dimension: int) -> str:
    """A hash of a model folder's weights, or of a hub model's name."""
    folder = Path(target).expanduser()
    state = hashlib.sha256(f"sentence-transformers:{'' if folder.is_dir() else target}:{dimension}".encode())
    for name in _WEIGHTS:
        path = folder / name
        if path.is_file():
            with path.open("rb") as handle:
                while block := handle.read(1 << 22):
                    state.update(block)
    return state.hexdigest()[:16]
