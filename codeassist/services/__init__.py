"""What an interface opens for a repository (`Services`), and the contexts of tasks that are made from it."""

from __future__ import annotations

from codeassist.services.contexts import measure_tests, review_context
from codeassist.services.repository import Services

__all__ = ["Services", "measure_tests", "review_context"]
