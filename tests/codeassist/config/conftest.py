"""What tests of the configuration share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from codeassist import config
from codeassist.config import trust
from tests.conftest import write


def load(root: Path, toml: str = "", environment: Mapping[str, str] | None = None, **flags: object) -> config.Loaded:
    """The configuration of a repository with this file; flags are written `section__key`."""
    write(root, {".codeassist.toml": toml})
    return config.load(root, {k.replace("__", "."): v for k, v in flags.items()}, environment or {})


def trusting(root: Path, toml: str) -> None:
    """Write this file into a repository, and agree to it."""
    write(root, {".codeassist.toml": toml})
    trust.agree(config.user_file(), root, config.project_risks(root))
