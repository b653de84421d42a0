"""Runs: every execution of a task with its provenance, and the cache of model answers."""

from __future__ import annotations

from codeassist.runs.store import AnswerCache, Run, RunParameters, RunStore

__all__ = ["AnswerCache", "Run", "RunParameters", "RunStore"]
