"""Failures of the operating system as one sentence, and standard streams that are closed or cannot be written."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import TextIO

from codeassist.errors import EXIT_INDEX, EXIT_USAGE

_LONGEST = 80

_SENTENCES = {
    "ENOSPC": "The disk is full{where}; free some space and run the command again.",
    "EDQUOT": "Your disk quota is used up{where}; free some space and run the command again.",
    "EFBIG": "The limit on file sizes is reached{where}; raise it with 'ulimit -f unlimited' and run the command again.",
    "EROFS": "The file system is read-only{where}; use a folder that can be written, such as with --index-dir.",
    "EMFILE": "Too many files are open{where}; raise the limit with 'ulimit -n 1024' and run the command again.",
    "ENFILE": "Too many files are open on this system{where}; close some programs and run the command again.",
    "ENAMETOOLONG": "A file name is too long{where}; name another file.",
    "EACCES": "Permission denied{where}; run the command as a user who may use it.",
    "EPERM": "The system does not permit this{where}; run the command as a user who may do it.",
    "ENOMEM": "The memory is used up{where}; close some programs and run the command again.",
    "EIO": "The disk or terminal failed{where}; check it and run the command again.",
    "EBADF": "A standard stream is closed{where}; run the command with its output open.",
}


def system_failure(error: Exception) -> tuple[str, int] | None:
    """(one sentence, exit code) for a failure of the operating system or its limits; None for any other exception."""
    if isinstance(error, MemoryError):
        return "The memory is used up; close some programs, or index fewer files with [index] exclude.", EXIT_INDEX
    if isinstance(error, RecursionError):
        return "A file is nested too deeply to be read; run the command with --debug to see which.", EXIT_USAGE
    if isinstance(error, RuntimeError) and "home directory" in str(error):
        return "The home folder is not known (a path begins with ~, or HOME is not set); write the path in full.", EXIT_USAGE
    if isinstance(error, ValueError) and "null" in str(error) and ("byte" in str(error) or "character" in str(error)):
        return "A file name contains a NUL character; name another file.", EXIT_USAGE
    if not isinstance(error, OSError):
        return None
    if error.errno == errno.ENOENT and not _folder_exists():
        return "The current folder was deleted; change to another folder and run the command again.", EXIT_USAGE
    names = [name for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    where = f" ({_short(os.fsdecode(names[0]))})" if names else ""
    known = _SENTENCES.get(errno.errorcode.get(error.errno or 0, ""))
    if known is not None:
        return known.format(where=where), EXIT_INDEX
    reason = error.strerror or str(error) or type(error).__name__
    return f"{reason}{where}; run the command with --debug to see where.", EXIT_INDEX


def _folder_exists() -> bool:
    try:
        return bool(os.getcwd())  # noqa: PTH109 - Path.cwd() is the same
    except OSError:
        return False


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def open_closed_streams() -> None:
    """Open closed standard streams on the null device, so that no file of ours gets their numbers."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            try:
                os.fstat(number)
            except OSError:
                opened = os.open(os.devnull, os.O_RDWR)
                if opened != number:
                    os.dup2(opened, number)
                    os.close(opened)
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open until the end


def flushed(code: int) -> int:
    """The exit code after standard output is flushed: another one, with a line on standard error, when that fails.

    A server that speaks over standard output closes it when the client ends; then there is nothing left to write.
    """
    try:
        if not sys.stdout.closed:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader closed the pipe, as in `codeassist search ... | head`
        discard(sys.stdout)
    except (OSError, ValueError) as error:
        discard(sys.stdout)
        failure = system_failure(error) if isinstance(error, OSError) else None
        complain(f"codeassist: {failure[0] if failure else error}")
        code = code or EXIT_INDEX
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    return code


def drop_unwritable_output() -> None:
    """Discard what standard output still holds when it cannot be written, so that a failure is reported only once."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        discard(sys.stdout)


def complain(text: str) -> None:
    """Print a line on standard error; when that fails too, the exit code alone says it."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def discard(stream: TextIO) -> None:
    """Send what a stream still holds, and all that follows, to the null device."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
        stream.flush()
