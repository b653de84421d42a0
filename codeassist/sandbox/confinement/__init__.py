"""Confine programs by the kernel: the command that starts one, what this system holds, and whether that is enough.

`python confinement FOLDER... -- COMMAND...` is the launcher (launch.py); the other modules are its parts.
"""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from codeassist.config import user_file
from codeassist.errors import UsageError
from codeassist.sandbox.confinement.layers import Layers, parsed

__all__ = ["Layers", "Policy", "confined_command", "layers", "policy", "require"]

LAUNCHER = Path(__file__).with_name("__main__.py")
SECRETS = (
    ".ssh .gnupg .aws .azure .kube .docker .config/gcloud .config/gh .config/hub .config/op .netrc .git-credentials "
    ".config/git/credentials .pypirc .npmrc .yarnrc.yml .password-store .local/share/keyrings .cargo/credentials "
    ".cargo/credentials.toml .gem/credentials .m2/settings-security.xml .terraform.d/credentials.tfrc.json .mozilla "
    ".config/google-chrome .config/chromium .thunderbird .vault-token .pgpass .my.cnf .config/rclone"
).split()
"""Files and folders of the home folder that programs in the sandbox cannot see, where there are namespaces."""


@dataclass(slots=True)
class Policy:
    """What the user allows, in this process. Set from the user's configuration, never from a repository's."""

    allow_unconfined: bool = False


policy = Policy()


def confined_command(folders: Sequence[Path | str]) -> list[str]:
    """The beginning of a command line that runs the rest confined to the folders."""
    home = Path.home()
    hidden = [f"--hide={path}" for path in (home / name for name in SECRETS) if path.exists()]
    allowed = ["--allow-unconfined"] if policy.allow_unconfined else []
    return [sys.executable, "-I", "-S", str(LAUNCHER), *allowed, *hidden, *map(str, folders), "--"]


@functools.cache
def layers() -> Layers:
    """The layers that this system has, found by starting the launcher once."""
    command = [sys.executable, "-I", "-S", str(LAUNCHER), "--report", "--", "-"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return Layers()
    return parsed(done.stdout)


def require() -> Layers:
    """The layers of this system. Raises `UsageError` if they hold too little and the user does not allow that."""
    found = layers()
    if not found.sufficient and not policy.allow_unconfined:
        raise UsageError(
            f"This system cannot confine programs, so none is run. {found.line} To run code that you trust without it, put "
            f"'allow_unconfined = true' under [sandbox] in {user_file()}."
        )
    return found
