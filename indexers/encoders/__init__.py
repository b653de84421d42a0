"""Encoders convert text to vectors. Each module is one backend; `load` selects one by name."""

from __future__ import annotations

from pathlib import Path

from indexers.errors import EncoderError
from indexers.types import Encoder

DEFAULT = "static"
HUB = "sentence-transformers/"


def load(name: str = DEFAULT, *, device: str = "auto", batch_size: int = 64, half: bool = True) -> Encoder:
    """Load an encoder by name.

    `static` is the bundled model, `static:PATH` another model file in the same format, and
    `sentence-transformers/NAME` or `sentence-transformers:PATH` a sentence-transformers model. Raises `EncoderError`
    when it cannot be loaded.
    """
    if name == "static" or name.startswith("static:"):
        from indexers.encoders.static import StaticEncoder

        return StaticEncoder.load(name.partition(":")[2] or None)
    if name.startswith((HUB, "sentence-transformers:")):
        from indexers.encoders.sentence_transformers import SentenceTransformersEncoder

        return SentenceTransformersEncoder(name, device=device, batch_size=batch_size, half=half)
    raise EncoderError(
        f"Unknown encoder '{name}': use 'static', 'static:PATH', 'sentence-transformers/NAME' or "
        "'PROVIDER:MODEL' through codeassist."
    )


def needs_download(name: str) -> bool:
    """Whether `load` would fetch the model from a hub first. False where the extra `local` is missing: then `load` fails."""
    if not name.startswith(HUB) or Path(name).is_dir():
        return False
    from indexers.encoders.sentence_transformers import has_packages, is_cached

    return has_packages() and not is_cached(name)
