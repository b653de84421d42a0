"""End the programs that run in a sandbox, also when this program is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator

SECONDS_TO_END = 15.0


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its child processes: the launcher ends those of its run, wherever they are, when it is asked to."""
    if os.name == "posix":
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(SECONDS_TO_END)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    process.wait()


@contextlib.contextmanager
def stopped_cleanly() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into `SystemExit`, so that the scratch folder is removed."""
    names = [n for n in ("SIGTERM", "SIGHUP") if hasattr(signal, n)]
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = {n: signal.signal(getattr(signal, n), stop) for n in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
