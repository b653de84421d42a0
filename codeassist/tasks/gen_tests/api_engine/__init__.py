"""Tests of HTTP APIs: endpoints of a FastAPI, Flask or Django application, or of an OpenAPI file, as its test client sees them.

`probe` runs in the project's interpreter and asks the application; `generate` writes what was steady, and checks it.
"""

from __future__ import annotations

from codeassist.tasks.gen_tests.api_engine.generate import generate_api

__all__ = ["generate_api"]
