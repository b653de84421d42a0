"""Checks of an installation and of one repository's index."""

from __future__ import annotations

from codeassist.tasks.doctor.checks import Check, Diagnosis, examine

__all__ = ["Check", "Diagnosis", "examine"]
