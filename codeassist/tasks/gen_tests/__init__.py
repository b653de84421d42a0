"""Generate unit tests and keep those that pass every time.

`run` handles a request. `search_engine` finds test inputs by running the code, `model_engine` asks a model for tests, and
`api_engine` sends requests to an HTTP application. `writing` renders test files, `checking` drops unstable tests, and
`generate` combines them for one Python module.
"""

from __future__ import annotations

from codeassist.tasks.gen_tests.generate import generate
from codeassist.tasks.gen_tests.model_engine.other_languages import generate_in_other_language
from codeassist.tasks.gen_tests.request import Engine, GenTestsRequest, ModelEngine, ModuleOptions
from codeassist.tasks.gen_tests.result import GenerationError, GenTestsResult, ModuleResult
from codeassist.tasks.gen_tests.run import GenTestsContext, PlannedRequest, check_request, plan, run

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
    "check_request",
    "generate",
    "generate_in_other_language",
    "plan",
    "run",
]
