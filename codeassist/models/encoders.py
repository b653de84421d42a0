"""Encoders by name: the indexer's own, and any LangChain embeddings such as `openai:text-embedding-3-small`."""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from codeassist.config.trust import is_loopback
from codeassist.models.failures import first_line
from codeassist.plugins import ENCODERS, names, plugin
from codeassist.privacy import mask
from indexers import EncoderError, MissingExtraError
from indexers import encoders as own

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from indexers import Encoder
    from indexers.types import Vectors

_PROBE = "def probe(): pass"

_SHORTEST = 64
"""A text of fewer characters is not split: it was refused for another reason."""

_REFUSALS = (400, 413, 422)
_LENGTH = re.compile(
    r"too (?:long|large|many tokens)|(?:context|input|sequence) (?:length|size|window)"
    r"|maximum\b.{0,40}\b(?:length|tokens|context)|(?:exceed|at most|less than|limit)\w*\b.{0,40}\btokens|physical batch size",
    re.IGNORECASE,
)


class LangChainEncoder:
    """Any LangChain `Embeddings` object as an encoder; its dimension is probed with one short text."""

    def __init__(self, embeddings: Embeddings, name: str, batch_size: int = 64, *, mask_secrets: bool = True) -> None:
        """Wrap embeddings; `mask_secrets` masks texts before they are sent. Raises `EncoderError` when the probe fails."""
        self._embeddings = embeddings
        self._batch_size = batch_size
        self._mask = mask_secrets
        self._too_long: float = math.inf  # the shortest text, in characters, that the service refused for its length
        self.shortened: list[int] = []
        self.name = name
        self.dimension = len(self._run([_PROBE], query=False)[0])
        self.fingerprint = hashlib.sha256(f"langchain:{name}:{self.dimension}".encode()).hexdigest()[:16]

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Encode to unit rows of shape (len(texts), dimension); raises `EncoderError` when the service fails.

        A text that the service calls too long is split, and its vector is the mean of its parts'; `shortened` holds the
        positions of such texts.
        """
        self.shortened = []
        size = self._batch_size
        rows = [self._encode(list(texts[n : n + size]), n, query=query) for n in range(0, len(texts), size)]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def _encode(self, texts: list[str], position: int, *, query: bool) -> Vectors:
        """Unit rows for texts of which the first is at `position`; halves the batch, then the text, that is too long."""
        longest = max(map(len, texts))
        if longest < self._too_long:
            try:
                rows = np.array(self._run(texts, query=query), dtype=np.float32).reshape(len(texts), self.dimension)
                return _unit(rows)
            except EncoderError as error:
                if not _is_about_length(error.__cause__) or longest < _SHORTEST:
                    raise
        if len(texts) > 1:
            middle = len(texts) // 2
            halves = texts[:middle], texts[middle:]
            first, second = (self._encode(half, position + n * middle, query=query) for n, half in enumerate(halves))
            return np.concatenate((first, second))
        self._too_long = min(self._too_long, longest)
        parts = _halves(texts[0])
        rows = np.concatenate([self._encode([part], position, query=query) for part in parts])
        if position not in self.shortened:
            self.shortened.append(position)
        weights = np.array([[len(part)] for part in parts], dtype=np.float32)
        return _unit((rows * weights).sum(axis=0, keepdims=True))

    def _run(self, texts: list[str], *, query: bool) -> list[list[float]]:
        if self._mask:
            texts = [mask(text)[0] for text in texts]
        try:
            if query and len(texts) == 1:
                return [self._embeddings.embed_query(texts[0])]
            return self._embeddings.embed_documents(texts)
        except Exception as error:  # each provider raises its own exceptions
            raise EncoderError(f"The encoder '{self.name}' failed: {first_line(error)}") from error


def _unit(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return unit


def _halves(text: str) -> tuple[str, str]:
    """A text in two parts of about the same length, at the end of a line if one is near."""
    middle = len(text) // 2
    line_end = text.rfind("\n", middle - middle // 4, middle) + 1
    middle = line_end or middle
    return text[:middle], text[middle:]


def _is_about_length(error: BaseException | None) -> bool:
    """Whether a service may have refused a text for its length: some say so, some only that the request is wrong."""
    status = getattr(error, "status_code", None)
    return status in _REFUSALS or _LENGTH.search(str(error)) is not None


def load(name: str, *, device: str = "auto", batch_size: int = 64, half: bool = True, mask_secrets: bool = True) -> Encoder:
    """Load an encoder by name: the indexer's own kinds, or `PROVIDER:MODEL` through LangChain."""
    if ":" not in name or name.startswith(("static:", "sentence-transformers:")):
        return own.load(name, device=device, batch_size=batch_size, half=half)
    kind, _, rest = name.partition(":")
    if kind in names(ENCODERS):
        encoder: Encoder = plugin(ENCODERS, kind)(rest)
        return encoder
    try:
        from langchain.embeddings import init_embeddings
    except ImportError as error:
        raise MissingExtraError(f"The encoder '{name}' needs LangChain: pip install 'codeassist-repo[remote]'.") from error
    try:
        embeddings = init_embeddings(name, **_settings(name))
    except ImportError as error:
        package = f"langchain-{name.partition(':')[0].replace('_', '-')}"
        raise MissingExtraError(f"The encoder '{name}' needs a package: pip install {package}.") from error
    except Exception as error:  # a missing key, an unknown provider: each provider raises its own exceptions
        raise EncoderError(f"The encoder '{name}' cannot be set up: {first_line(error)}") from error
    return LangChainEncoder(embeddings, name, batch_size, mask_secrets=mask_secrets)


def _settings(name: str) -> dict[str, Any]:
    """Provider-specific settings. OpenAI-compatible servers accept text, but not OpenAI's token ids."""
    url = os.environ.get("OPENAI_BASE_URL", "")
    if not name.startswith("openai:") or not url:
        return {}
    if not is_loopback(url):
        return {"check_embedding_ctx_length": False}
    from codeassist.models.clients import without_proxies

    return {"check_embedding_ctx_length": False, **without_proxies("openai", url)}
