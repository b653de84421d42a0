"""Can these tests fail? Audit existing tests: by reading them, and by running them on mutants of the code that they test."""

from __future__ import annotations

from codeassist.tasks.test_audit.result import AuditResult, ChangedLine, Weakness
from codeassist.tasks.test_audit.run import TestAuditContext, TestAuditRequest, record, run
from codeassist.tasks.test_audit.sarif import sarif

__all__ = ["AuditResult", "ChangedLine", "TestAuditContext", "TestAuditRequest", "Weakness", "record", "run", "sarif"]
