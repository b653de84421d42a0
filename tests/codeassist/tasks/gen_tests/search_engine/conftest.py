"""The engine's modules expect the sandbox's guard under the name it has there."""

from __future__ import annotations

import sys

from codeassist.sandbox import guard

sys.modules.setdefault("_codeassist_guard", guard)
