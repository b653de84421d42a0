"""Install, chain and remove git hooks, and read the changes of a push."""

from __future__ import annotations

from codeassist.tasks.git_hooks.hooks import HookStatus, InstalledHook, hook_status, install_hooks, uninstall_hooks
from codeassist.tasks.git_hooks.pushes import changes_to_push, pushed_ranges
from codeassist.tasks.git_hooks.scripts import STAGES

__all__ = [
    "STAGES",
    "HookStatus",
    "InstalledHook",
    "changes_to_push",
    "hook_status",
    "install_hooks",
    "pushed_ranges",
    "uninstall_hooks",
]
