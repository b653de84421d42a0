"""The indexer's options for a configuration, with the encoder that an index was built with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from codeassist.config import Config, Loaded
from codeassist.workspace.folders import cache_folder, encoder_pin, index_dir

if TYPE_CHECKING:
    from indexers import Encoder, IndexOptions
    from indexers.files.walker import WalkRules
    from indexers.search.rerank import Reranker


def walk_rules(config: Config) -> WalkRules:
    """Which files are indexed. A remote encoder receives the text of every indexed file, so private files are excluded."""
    from indexers.files.walker import WalkRules

    settings = config.index
    kind, _, rest = settings.encoder.partition(":")
    private = config.privacy.never_send if rest and kind not in ("static", "sentence-transformers") else []
    exclude = (*settings.exclude, *private)
    return WalkRules(settings.max_file_size, tuple(settings.include), exclude, settings.other_file_systems)


def index_options(config: Config) -> IndexOptions:
    """The indexer's options for a configuration."""
    from indexers import IndexOptions

    settings = config.index
    rules = walk_rules(config)
    history = settings.history_commits if settings.history else 0

    def load_encoder(name: str) -> Encoder:
        from codeassist.models.encoders import load

        half, masked = settings.half_precision, config.privacy.mask_secrets
        return load(name, device=settings.device, batch_size=settings.batch_size, half=half, mask_secrets=masked)

    def load_reranker() -> Reranker:
        from indexers.search.rerank import CrossEncoderReranker

        return CrossEncoderReranker(config.search.reranker, device=settings.device, half=settings.half_precision)

    reranker = load_reranker if config.search.reranker else None
    return IndexOptions(rules, settings.encoder, settings.jobs, history, load_encoder, reranker)


def with_pinned_encoder(root: Path, loaded: Loaded) -> Config:
    """The configuration with the encoder that the existing index was built with, unless an encoder is configured."""
    config = loaded.config
    is_default = any(setting.key == "index.encoder" and setting.source == "default" for setting in loaded.settings)
    if not is_default or not cache_folder("encoders").is_dir():
        return config
    folder = index_dir(root, config)
    try:
        from indexers.files.reading import read_text

        name = json.loads(read_text(encoder_pin(folder)))["encoder"]
    except (OSError, ValueError, KeyError, TypeError):
        return config
    if not isinstance(name, str) or not (folder / "index.db").exists():
        return config
    return msgspec.structs.replace(config, index=msgspec.structs.replace(config.index, encoder=name))


def pin_encoder(folder: Path, name: str) -> None:
    """Remember an encoder other than the default one; a cache that cannot be written only costs the option next time."""
    path = encoder_pin(folder)
    try:
        if name == "static":
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"encoder": name}), encoding="utf-8")
    except OSError:
        return
