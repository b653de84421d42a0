"""Behaviour before and after a change: the old and the new code of changed functions are run in the sandbox and compared."""

from __future__ import annotations

from codeassist.tasks.review.behaviour.analyser import RULES, Behaviour
from codeassist.tasks.review.behaviour.engine import SearchEngine
from codeassist.tasks.review.behaviour.not_run import not_compared, not_compared_line, what_running_adds
from codeassist.tasks.review.behaviour.report import BehaviourReport

__all__ = ["RULES", "Behaviour", "BehaviourReport", "SearchEngine", "not_compared", "not_compared_line", "what_running_adds"]
