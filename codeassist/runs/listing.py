"""A list of runs as a result with its JSON form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from codeassist.runs.store import Run


@dataclass(frozen=True, slots=True)
class RunList:
    """Runs, newest first."""

    runs: list[Run]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.log/1`."""
        return {"schema": "codeassist.log/1", "runs": [run.as_json() for run in self.runs]}
