"""What a framework needs before a module of a project is imported."""

from __future__ import annotations

import contextlib
import importlib
import os


def prepare() -> None:
    """Load Django's applications if the environment names settings, so that models can be imported."""
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        with contextlib.suppress(ImportError):
            importlib.import_module("django").setup()
