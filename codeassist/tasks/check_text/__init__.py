"""Check what a text, such as the answer or plan of an agent, says about the repository."""

from codeassist.tasks.check_text.check import Checked, CheckResult, check_text

__all__ = ["CheckResult", "Checked", "check_text"]
