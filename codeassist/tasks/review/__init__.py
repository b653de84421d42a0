"""Review of a change: checked findings that name lines and give evidence.

`analysers` work without a model, `model_review` asks one, `engine` merges and ranks their findings, `formats` writes reports,
and `run` is the entry point of every interface.
"""

from __future__ import annotations

from codeassist.tasks.review.engine import Analysis, Review, review
from codeassist.tasks.review.finding import Finding, Severity
from codeassist.tasks.review.request import ReviewRequest
from codeassist.tasks.review.run import PlannedReview, ReviewContext, ReviewResult, plan_review, run_review
from codeassist.tasks.review.saved import saved_findings

__all__ = [
    "Analysis",
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
    "saved_findings",
]
