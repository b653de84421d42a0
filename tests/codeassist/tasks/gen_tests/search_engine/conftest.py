"""Registers the sandbox's guard under the module name that the engine imports."""

from __future__ import annotations

import sys

from codeassist.sandbox import guard

sys.modules.setdefault("_codeassist_guard", guard)
