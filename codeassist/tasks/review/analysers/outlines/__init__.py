"""What files in languages other than Python define, import and use, for resolving uses of changed definitions."""

from __future__ import annotations

from codeassist.tasks.review.analysers.outlines.languages import GLOBS
from codeassist.tasks.review.analysers.outlines.outline import Definition, Import, Outline, Parameter, Use
from codeassist.tasks.review.analysers.outlines.service import outline_of

__all__ = ["GLOBS", "Definition", "Import", "Outline", "Parameter", "Use", "outline_of"]
