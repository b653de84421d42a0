"""A run of pytest in the sandbox with a plugin that tries the mutants of the target."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from codeassist.sandbox.pytest_runs import run_pytest
from codeassist.sandbox.scratch import Sandbox

START_SECONDS = 15.0
"""Extra seconds for pytest to start and to end."""

Record = TypeVar("Record")


def run_on_mutants(
    box: Sandbox, arguments: Sequence[str], job: Mapping[str, Any], kind: type[Record], within: float
) -> tuple[Record | None, int | None]:
    """Run pytest with `arguments`, which name the plugin; returns what the plugin wrote, as a `kind`, and pytest's exit code.

    `job` is for the plugin, in addition to the module, its file and where the result goes. The result is None when it is
    missing or of another form, the exit code None when the run did not end `within` so many seconds.
    """
    path, out = box.folder / "mutants.json", box.out / "mutants-result.json"
    box.forget(out.name)
    place = {"module": box.target.module, "path": str(box.module_path), "out": str(out)}
    path.write_text(json.dumps(place | dict(job)), encoding="utf-8")
    code = run_pytest(box, ["-q", *arguments], out, seconds=within, extra={"CODEASSIST_MUTANTS": str(path)})
    try:
        return msgspec.convert(box.result(out.name), kind, strict=False), code
    except msgspec.ValidationError:
        return None, code
