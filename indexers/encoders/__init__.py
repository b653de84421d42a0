"""Encoders convert text to vectors. Each module is one backend; `load` selects one by name."""

from __future__ import annotations

from indexers.errors import EncoderError
from indexers.types import Encoder

DEFAULT = "static"


def load(name: str = DEFAULT, *, device: str = "auto", batch_size: int = 64, half: bool = True) -> Encoder:
    """Load an encoder by name.

    `static` is the bundled model, `static:PATH` another model file in the same format, and
    `sentence-transformers/NAME` or `sentence-transformers:PATH` a sentence-transformers model. Raises `EncoderError`
    when it cannot be loaded.
    """
    if name == "static" or name.startswith("static:"):
        from indexers.encoders.static import StaticEncoder

        return StaticEncoder.load(name.partition(":")[2] or None)
    if name.startswith(("sentence-transformers/", "sentence-transformers:")):
        from indexers.encoders.sentence_transformers import SentenceTransformersEncoder

        return SentenceTransformersEncoder(name, device=device, batch_size=batch_size, half=half)
    raise EncoderError(
        f"Unknown encoder '{name}': use 'static', 'static:PATH', 'sentence-transformers/NAME' or "
        "'PROVIDER:MODEL' through codeassist."
    )
