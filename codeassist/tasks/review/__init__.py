"""Review of a change: findings that name lines, give evidence, and were checked.

`analysers` find without a model, `model_review` asks one, `engine` joins and ranks, `formats` write, `run` is the whole.
"""

from __future__ import annotations

from codeassist.tasks.review.engine import Review, review
from codeassist.tasks.review.finding import Finding, Severity
from codeassist.tasks.review.request import ReviewRequest
from codeassist.tasks.review.run import PlannedReview, ReviewContext, ReviewResult, plan_review, run_review

__all__ = [
    "Finding",
    "PlannedReview",
    "Review",
    "ReviewContext",
    "ReviewRequest",
    "ReviewResult",
    "Severity",
    "plan_review",
    "review",
    "run_review",
]
