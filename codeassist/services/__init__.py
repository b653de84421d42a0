"""What an interface opens for a repository (`Services`), and the contexts of tasks that are made from it."""

from __future__ import annotations

from codeassist.services.contexts import audit_bench, review_context
from codeassist.services.repository import Services

__all__ = ["Services", "audit_bench", "review_context"]
