"""Test prompts: run their cases, compare variants, tune the wording."""

from __future__ import annotations

from codeassist.tasks.prompt_tests.run_cases import CaseResult, Figure, PromptTests, record, run_cases, run_variants
from codeassist.tasks.prompt_tests.tuning import Trial, tune, write_version

__all__ = [
    "CaseResult",
    "Figure",
    "PromptTests",
    "Trial",
    "record",
    "run_cases",
    "run_variants",
    "tune",
    "write_version",
]
