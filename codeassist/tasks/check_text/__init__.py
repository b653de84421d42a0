"""Check what a text, such as the answer or plan of an agent, says about the repository."""

from codeassist.tasks.check_text.check import check_text
from codeassist.tasks.check_text.result import Checked, CheckResult

__all__ = ["CheckResult", "Checked", "check_text"]
