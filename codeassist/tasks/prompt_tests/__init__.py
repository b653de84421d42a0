"""Test prompts: run their cases, compare variants, tune the wording, report and export."""

from __future__ import annotations

from codeassist.tasks.prompt_tests.results import CaseResult, PromptTests
from codeassist.tasks.prompt_tests.run_cases import Bench, record, run_cases, run_variants
from codeassist.tasks.prompt_tests.statistics import Figure
from codeassist.tasks.prompt_tests.tuning import Trial, tune, write_version

__all__ = [
    "Bench",
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
