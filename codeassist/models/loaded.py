"""The models that a server keeps loaded between requests."""

from __future__ import annotations

import threading
from collections.abc import Callable

from codeassist.config import ModelConfig
from codeassist.models.chat import ChatModel


class LoadedModels:
    """Models by their settings. Safe from several threads: requests at once load a model once, and the others wait."""

    def __init__(self) -> None:
        """Nothing is loaded yet."""
        self._models: dict[ModelConfig, ChatModel] = {}
        self._loading = threading.Lock()

    def get(self, settings: ModelConfig, load: Callable[[ModelConfig], ChatModel | None]) -> ChatModel | None:
        """The model of these settings, loaded by the first call. A failure is raised, and the next call tries again."""
        with self._loading:
            model = self._models.get(settings) or load(settings)
            if model is not None:
                self._models[settings] = model
            return model
