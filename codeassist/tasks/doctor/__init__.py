"""Check the installation and the index of a repository."""

from __future__ import annotations

from codeassist.tasks.doctor.checks import Check, Diagnosis, examine

__all__ = ["Check", "Diagnosis", "examine"]
