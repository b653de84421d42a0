"""Patches that a model proposes and that were tried: one finding, one complaint, one instruction."""

from __future__ import annotations

from codeassist.tasks.fix.propose import Proposal, propose
from codeassist.tasks.fix.request import FixRequest, relative, request_for_finding, request_for_place

__all__ = ["FixRequest", "Proposal", "propose", "relative", "request_for_finding", "request_for_place"]
