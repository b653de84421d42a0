"""Measure the quality of retrieval on a repository."""

from __future__ import annotations

from codeassist.tasks.evaluate.measure import Evaluation, Scores, compare_configurations

__all__ = ["Evaluation", "Scores", "compare_configurations"]
