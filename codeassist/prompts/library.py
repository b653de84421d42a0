"""Find prompts by name and version: the project's own first, then the user's, then the shipped ones."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeassist.config import Config, user_file
from codeassist.config.trust import PROMPTS
from codeassist.errors import PromptError

if TYPE_CHECKING:
    from codeassist.prompts.format import Prompt

SUFFIX = ".prompty"
"""The end of the names of prompt files."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A folder with prompt files: `project`, `user` or `built-in`."""

    name: str
    folder: Path


class Library:
    """The active prompts of one repository."""

    def __init__(self, layers: list[Layer], ignored: str = "", *, drafts: bool = False) -> None:
        """Set the layers, highest priority first; `ignored` says why the repository's own are not among them.

        With `drafts` a changed prompt may still have the version of the shipped one.
        """
        self.layers = layers
        self._ignored = ignored
        self._drafts = drafts

    @classmethod
    def of(cls, root: Path | None, config: Config, *, untrusted: bool = False) -> Library:
        """The layers of a repository: its `[prompts] path` if that contains prompts, the user's folder, the shipped ones.

        The repository's own prompts need the user's agreement, except with `untrusted`: to show, check and edit them.
        """
        layers = []
        reason = "" if untrusted else config.refused.get(PROMPTS, "")
        if root is not None and not reason:
            project_folder = root / Path(config.prompts.path).expanduser()
            if project_folder.is_dir() and any(project_folder.glob(f"*{SUFFIX}")):
                layers.append(Layer("project", project_folder))
        user_folder = user_file().parent / "prompts"
        if user_folder.is_dir():
            layers.append(Layer("user", user_folder))
        layers.append(Layer("built-in", built_in()))
        return cls(layers, reason, drafts=untrusted)

    def find(self, spelled: str) -> Prompt:
        """The prompt of `NAME` or `NAME@VERSION`. Raises `PromptError` with the nearest known name."""
        from codeassist.prompts.format import read
        from codeassist.prompts.lock import published

        name, _, version = spelled.partition("@")
        for layer in self.layers:
            path = layer.folder / f"{name}{SUFFIX}"
            if version:
                if prompt := published(layer.folder, name, version):
                    return prompt
            elif path.is_file():
                return self._checked(layer, read(path))
        known = sorted({path.name.removesuffix(SUFFIX) for _, path in self.files()})
        if version and name in known:
            raise PromptError(
                f"There is no version {version} of the prompt '{name}'; 'codeassist prompts log {name}' lists them."
            )
        if self._ignored:
            raise PromptError(f"There is no prompt '{name}' that may be used. {self._ignored}")
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"expected one of {', '.join(known)}."
        raise PromptError(f"There is no prompt '{name}'; {hint}")

    def _checked(self, layer: Layer, prompt: Prompt) -> Prompt:
        """The prompt; raises `PromptError` if it has the version of a shipped one and another text."""
        from codeassist.prompts.lock import differs_from_shipped

        if layer.name != "built-in" and not self._drafts and (reason := differs_from_shipped(prompt, shipped_versions())):
            raise PromptError(f"{prompt.path}:1: {reason}, then run 'codeassist prompts lock'.")
        return prompt

    def files(self) -> list[tuple[Layer, Path]]:
        """Every prompt file with its layer, highest priority first."""
        return [(layer, path) for layer in self.layers for path in sorted(layer.folder.glob(f"*{SUFFIX}"))]

    def current(self) -> list[tuple[Layer, Path]]:
        """The active files, one per name."""
        active: dict[str, tuple[Layer, Path]] = {}
        for layer, path in self.files():
            active.setdefault(path.name, (layer, path))
        return [active[name] for name in sorted(active)]

    def folder_to_edit(self, root: Path, config: Config) -> Path:
        """The folder of this project's own prompts, which may not exist yet."""
        return root / Path(config.prompts.path).expanduser()


def built_in() -> Path:
    """The folder of the shipped prompts: data of this package in the wheel, `prompts/` in a checkout."""
    packaged = Path(__file__).with_name("shipped")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "prompts"


@cache
def shipped_versions() -> dict[str, str]:
    """The hash of the text of every version of every prompt that was shipped, by `NAME@VERSION`."""
    from codeassist.prompts.lock import read_lock

    return {f"{entry.name}@{entry.version}": entry.content for entry in read_lock(built_in())}


def prompts_json(rows: Sequence[tuple[str, Prompt, int]]) -> dict[str, Any]:
    """The documented JSON form of (layer, prompt, number of cases) rows, schema `codeassist.prompts/1`."""
    listed = [
        {
            "name": prompt.name,
            "version": prompt.version,
            "layer": layer,
            "path": str(prompt.path),
            "cases": cases,
            "description": prompt.description,
        }
        for layer, prompt, cases in rows
    ]
    return {"schema": "codeassist.prompts/1", "prompts": listed}
