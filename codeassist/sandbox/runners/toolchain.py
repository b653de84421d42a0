"""Questions to an installed toolchain, asked outside the sandbox and outside the repository."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

SECONDS = 30


def toolchain_output(command: Sequence[str], **variables: str) -> str:
    """What a program of a toolchain prints; empty if it cannot be started or takes longer than 30 seconds.

    It runs in the root folder: in a repository, `rust-toolchain.toml` names the compiler that rustup starts, and `go.mod`
    the version that Go downloads. `variables` are set in its environment.
    """
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            cwd=os.sep,
            env=os.environ | variables,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
