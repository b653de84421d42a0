"""Answer a question: `extractive` from the index alone, `generative` with a model, `verification` after it."""

from __future__ import annotations

from codeassist.tasks.ask.answer import Answer, Citation, Shape
from codeassist.tasks.ask.extractive import ask, shape_of
from codeassist.tasks.ask.generative import Asking, ask_model, dry_run

__all__ = ["Answer", "Asking", "Citation", "Shape", "ask", "ask_model", "dry_run", "shape_of"]
