"""Unit tests that were run.

`run` takes a request; `search_engine` finds calls by running the code, `model_engine` asks a model, `api_engine` asks an HTTP
application; `writing` makes the text, `checking` keeps what is stable, `generate` is the whole for one Python module.
"""

from __future__ import annotations

from codeassist.tasks.gen_tests.generate import generate
from codeassist.tasks.gen_tests.model_engine.other_languages import generate_in_other_language
from codeassist.tasks.gen_tests.request import Engine, GenTestsRequest, ModelEngine, ModuleOptions
from codeassist.tasks.gen_tests.result import GenerationError, GenTestsResult, ModuleResult
from codeassist.tasks.gen_tests.run import GenTestsContext, PlannedRequest, plan, run

__all__ = [
    "Engine",
    "GenTestsContext",
    "GenTestsRequest",
    "GenTestsResult",
    "GenerationError",
    "ModelEngine",
    "ModuleOptions",
    "ModuleResult",
    "PlannedRequest",
    "generate",
    "generate_in_other_language",
    "plan",
    "run",
]
