"""Encoders by name: the indexer's own, and any LangChain embeddings such as `openai:text-embedding-3-small`."""

from __future__ import annotations

import hashlib
import os
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


class LangChainEncoder:
    """Any LangChain `Embeddings` object as an encoder; its dimension is probed with one short text."""

    def __init__(self, embeddings: Embeddings, name: str, batch_size: int = 64, *, mask_secrets: bool = True) -> None:
        """Wrap embeddings; `mask_secrets` masks texts before they are sent. Raises `EncoderError` when the probe fails."""
        self._embeddings = embeddings
        self._batch_size = batch_size
        self._mask = mask_secrets
        self.name = name
        self.dimension = len(self._run([_PROBE], query=False)[0])
        self.fingerprint = hashlib.sha256(f"langchain:{name}:{self.dimension}".encode()).hexdigest()[:16]

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Encode to unit rows of shape (len(texts), dimension); raises `EncoderError` when the service fails."""
        rows: list[list[float]] = []
        for start in range(0, len(texts), self._batch_size):
            rows.extend(self._run(list(texts[start : start + self._batch_size]), query=query))
        vectors = np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
        return unit

    def _run(self, texts: list[str], *, query: bool) -> list[list[float]]:
        if self._mask:
            texts = [mask(text)[0] for text in texts]
        try:
            if query and len(texts) == 1:
                return [self._embeddings.embed_query(texts[0])]
            return self._embeddings.embed_documents(texts)
        except Exception as error:  # each provider raises its own exceptions
            raise EncoderError(f"The encoder '{self.name}' failed: {first_line(error)}") from error


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
