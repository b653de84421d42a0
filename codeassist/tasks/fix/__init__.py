"""Propose patches with a model and test them: for a finding, a complaint or an instruction."""

from __future__ import annotations

from codeassist.tasks.fix.propose_patch import PatchChecks, PatchProposal, propose
from codeassist.tasks.fix.request import FixRequest, relative, request_for_finding, request_for_place

__all__ = ["FixRequest", "PatchChecks", "PatchProposal", "propose", "relative", "request_for_finding", "request_for_place"]
