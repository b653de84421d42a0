"""Every error codeassist raises on purpose, as a tree, with the exit code the command line gives it.

    CodeassistError            1
    ├── UsageError             2   a command makes no sense as it was given
    │   ├── ConfigError        2   a configuration file or variable is wrong; says which, and the line
    │   └── PromptError        2   a prompt file or its inputs are wrong; says which, and the line
    ├── ModelError             3   a model or the network failed; keeps the text received until then
    │   ├── BudgetError        3   the limit on cost or tokens would be exceeded
    │   └── AnswerError        3   a model's answer cannot be used; keeps the raw text
    └── WorkspaceError         4   the index cannot be made, read or kept
        └── RunStoreError      4   the record of runs cannot be read or written

    CancelledError           128 + the signal: a person or a server asked to stop (130 for Ctrl-C). It is a
                             KeyboardInterrupt, so that no handler of ordinary exceptions catches it by accident.

Errors of `indexers` keep their own tree; `exit_code` maps both. `EXIT_GATE` is for results, not errors: findings at or above
`--fail-on`, a prompt check that fails, nothing found.
"""

from __future__ import annotations

from indexers import errors as index_errors

EXIT_GATE = 1
EXIT_USAGE = 2
EXIT_MODEL = 3
EXIT_INDEX = 4
EXIT_INTERRUPT = 130


class CodeassistError(Exception):
    """Base of every deliberate error of this package."""

    exit_code = EXIT_GATE


class UsageError(CodeassistError):
    """A command makes no sense as it was given."""

    exit_code = EXIT_USAGE


class ConfigError(UsageError):
    """A configuration file or an environment variable is wrong."""


class PromptError(UsageError):
    """A prompt file, or what it is filled with, is wrong; `line` and `reason` are for reports."""

    def __init__(self, message: str, *, line: int = 1, reason: str = "") -> None:
        """Keep the place and the bare reason beside the sentence."""
        super().__init__(message)
        self.line = line
        self.reason = reason or message


class ModelError(CodeassistError):
    """A model or the network failed; `partial` is the text received until then."""

    exit_code = EXIT_MODEL

    def __init__(self, message: str, *, partial: str = "") -> None:
        """Keep the partial text beside the sentence."""
        super().__init__(message)
        self.partial = partial


class BudgetError(ModelError):
    """The limit on cost or tokens would be exceeded; nothing more was sent."""


class AnswerError(ModelError):
    """A model's answer cannot be used; `partial` is its raw text."""


class WorkspaceError(CodeassistError):
    """The index cannot be made, read or kept."""

    exit_code = EXIT_INDEX


class RunStoreError(WorkspaceError):
    """The record of runs cannot be read or written."""


class CancelledError(KeyboardInterrupt):
    """A person or a server asked to stop; `number` is the signal, 2 (Ctrl-C) where there was none."""

    def __init__(self, number: int = 2) -> None:
        """Keep the signal for the exit code."""
        super().__init__("Interrupted.")
        self.exit_code = 128 + number


_INDEX_CODES: tuple[tuple[type[Exception], int], ...] = (
    (index_errors.SourceError, EXIT_USAGE),
    (index_errors.QueryError, EXIT_USAGE),
    (index_errors.EncoderError, EXIT_MODEL),
    (index_errors.IndexerError, EXIT_INDEX),
)
"""Exit codes of the indexer's errors, the first base that fits."""


def exit_code(error: BaseException) -> int | None:
    """The exit code of a deliberate error, or None for any other exception, which is a defect and shows its traceback."""
    if isinstance(error, CodeassistError | CancelledError):
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return EXIT_INTERRUPT
    return next((code for kind, code in _INDEX_CODES if isinstance(error, kind)), None)
