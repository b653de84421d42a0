"""What files in languages other than Python define, import and use, for resolving uses of changed definitions."""

from __future__ import annotations

from codeassist.tasks.review.analysers.outlines.languages import GLOBS, outline_of
from codeassist.tasks.review.analysers.outlines.outline import Definition, Import, Outline, Parameter, Use

__all__ = ["GLOBS", "Definition", "Import", "Outline", "Parameter", "Use", "outline_of"]
