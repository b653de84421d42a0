"""Tests of HTTP APIs: the endpoints of a FastAPI, Flask or Django application, or of an OpenAPI file.

`probe` runs in the project's interpreter and sends requests through the framework's test client. `generate` turns stable
responses into tests and checks them.
"""

from __future__ import annotations

from codeassist.tasks.gen_tests.api_engine.from_api import generate_api

__all__ = ["generate_api"]
