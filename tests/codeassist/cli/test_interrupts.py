"""Signals request a stop; a second one ends work that was given time."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def _run(body: str) -> subprocess.CompletedProcess[str]:
    """A process that sends signals to itself."""
    program = "import os, signal\nfrom codeassist.cli import interrupts\ninterrupts.install()\n" + textwrap.dedent(body)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_raises_and_requests_a_stop(number: signal.Signals) -> None:
    done = _run(f"""
        from codeassist.errors import CancelledError
        try:
            os.kill(os.getpid(), {int(number)})
            print("not interrupted")
        except CancelledError as stopped:
            print(stopped.exit_code, interrupts.CANCEL.requested)
    """)
    assert done.stdout == f"{128 + number} True\n"


def test_patient_work_goes_on_after_the_first_signal() -> None:
    done = _run("""
        with interrupts.patiently("finishing the file"):
            os.kill(os.getpid(), signal.SIGINT)
            print("still here", interrupts.CANCEL.requested)
    """)
    assert done.stdout == "still here True\n"
    assert "finishing the file" in done.stderr


def test_the_second_signal_ends_it() -> None:
    done = _run("""
        from codeassist.errors import CancelledError
        try:
            with interrupts.patiently("finishing the file"):
                os.kill(os.getpid(), signal.SIGINT)
                os.kill(os.getpid(), signal.SIGINT)
                print("not interrupted")
        except CancelledError:
            print("ended")
    """)
    assert done.stdout == "ended\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_program_exits_with_the_code_of_the_signal(number: signal.Signals, code: int) -> None:
    done = _run(f"""
        import sys
        from codeassist.cli import app, config
        def config_that_is_stopped() -> None:
            os.kill(os.getpid(), {int(number)})
        config.config = config_that_is_stopped
        sys.argv = ["codeassist", "config"]
        app.main()
    """)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    program = (
        "import os, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from codeassist.cli import interrupts\ninterrupts.install()\n"
        "with interrupts.patiently('stopping'):\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "os.kill(os.getpid(), signal.SIGINT)\nprint('still here', interrupts.CANCEL.requested)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "still here False\n"
