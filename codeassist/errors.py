"""The tree of codeassist's errors, with their exit codes on the command line.

    CodeassistError            1
    ├── UsageError             2   the arguments of a command are invalid
    │   ├── ConfigError        2   a configuration file or variable is invalid; names it and the line
    │   └── PromptError        2   a prompt file or its inputs are invalid; names them and the line
    ├── ModelError             3   a model or the network failed; holds the text received so far
    │   ├── BudgetError        3   the limit on cost or tokens would be exceeded
    │   └── AnswerError        3   a model's answer cannot be used; holds the raw text
    └── WorkspaceError         4   the index cannot be created, read or written
        └── RunStoreError      4   the run database cannot be read or written

    CancelledError           128 + the signal: the user or a server requested a stop (130 for Ctrl-C). It is a
                             KeyboardInterrupt, so that `except Exception` does not catch it.

Errors of `indexers` have their own tree; `exit_code` maps both. `EXIT_GATE` is for results, not errors: findings at or above
`--fail-on`, a failed prompt check, no results. `EXIT_NOT_RUN` is for an audit of tests of which none could be run.
"""

from __future__ import annotations

from indexers import errors as index_errors

EXIT_GATE = 1
EXIT_USAGE = 2
EXIT_MODEL = 3
EXIT_INDEX = 4
EXIT_NOT_RUN = 5
EXIT_INTERRUPT = 130


class CodeassistError(Exception):
    """Base of all errors of this package."""

    exit_code = EXIT_GATE


class UsageError(CodeassistError):
    """The arguments of a command are invalid."""

    exit_code = EXIT_USAGE


class ConfigError(UsageError):
    """A configuration file or an environment variable is invalid."""


class PromptError(UsageError):
    """A prompt file or its inputs are invalid; `line` and `reason` are for reports."""

    def __init__(self, message: str, *, line: int = 1, reason: str = "") -> None:
        """Store the line, and the reason without its location."""
        super().__init__(message)
        self.line = line
        self.reason = reason or message


class ModelError(CodeassistError):
    """A model or the network failed; `partial` is the text received so far, `billed` whether the call may have cost."""

    exit_code = EXIT_MODEL

    def __init__(self, message: str, *, partial: str = "", billed: bool = True) -> None:
        """Store the partial text beside the message."""
        super().__init__(message)
        self.partial = partial
        self.billed = billed


class BudgetError(ModelError):
    """The limit on cost or tokens would be exceeded; nothing more was sent."""


class AnswerError(ModelError):
    """A model's answer cannot be used; `partial` is its raw text."""


class WorkspaceError(CodeassistError):
    """The index cannot be created, read or written."""

    exit_code = EXIT_INDEX


class RunStoreError(WorkspaceError):
    """The run database cannot be read or written."""


class CancelledError(KeyboardInterrupt):
    """The user or a server requested a stop; `number` is the signal, 2 (SIGINT) when there was none."""

    def __init__(self, number: int = 2) -> None:
        """Derive the exit code from the signal."""
        super().__init__("Interrupted.")
        self.exit_code = 128 + number


_INDEX_CODES: tuple[tuple[type[Exception], int], ...] = (
    (index_errors.SourceError, EXIT_USAGE),
    (index_errors.QueryError, EXIT_USAGE),
    (index_errors.EncoderError, EXIT_MODEL),
    (index_errors.IndexerError, EXIT_INDEX),
)
"""Exit codes of the indexer's errors; the first matching class applies."""


def exit_code(error: BaseException) -> int | None:
    """The exit code of an error in the tree, or None for any other exception, which is a bug and shows its traceback."""
    if isinstance(error, CodeassistError | CancelledError):
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return EXIT_INTERRUPT
    return next((code for kind, code in _INDEX_CODES if isinstance(error, kind)), None)
