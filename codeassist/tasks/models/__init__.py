"""Language models: list those configured, downloaded or runnable; verify or try one."""

from __future__ import annotations

from codeassist.tasks.models.overview import Overview, RunnableModel, overview
from codeassist.tasks.models.trial import ModelTrial, try_model
from codeassist.tasks.models.verify import Verification, verify

__all__ = ["ModelTrial", "Overview", "RunnableModel", "Verification", "overview", "try_model", "verify"]
