"""Unit tests from observed behaviour.

`project` finds the module, `worker` searches in a `sandbox`, `writing` makes the text, `harness` keeps what is steady,
`merging` adds to what is there, `generate` is the whole.
"""

from __future__ import annotations

from codeassist.sandbox.project import find_interpreter, find_target
from codeassist.tasks.gen_tests.generate import ModelSide, Wanted, generate
from codeassist.tasks.gen_tests.model_engine.other_languages import generate_foreign
from codeassist.tasks.gen_tests.result import GenerationError, Report

__all__ = [
    "GenerationError",
    "ModelSide",
    "Report",
    "Wanted",
    "find_interpreter",
    "find_target",
    "generate",
    "generate_foreign",
]
