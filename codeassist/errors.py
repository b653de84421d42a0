"""Every error codeassist raises on purpose, as a tree, with the exit code the command line gives it.

    CodeassistError            1
    ├── UsageError             2   a command makes no sense as it was given
    │   ├── ConfigError        2   a configuration file or variable is wrong; says which, and the line
    │   └── PromptError        2   a prompt file or its inputs are wrong; says which, and the line
    ├── ModelError             3   a model or the network failed; keeps what was said until then
    │   ├── BudgetError        3   the limit on cost or tokens would be passed
    │   └── AnswerError        3   a model's answer cannot be used; keeps the raw text
    └── WorkspaceError         4   the index cannot be made, read or kept

Errors of `indexers` are shown as they are: `SourceError` and `QueryError` end with 2, `EncoderError` with 3, those of
the index with 4.
"""

from __future__ import annotations


class CodeassistError(Exception):
    """Base of every deliberate error of this package."""

    exit_code = 1


class UsageError(CodeassistError):
    """A command makes no sense as it was given."""

    exit_code = 2


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
    """A model or the network failed; `partial` is what the model had said until then."""

    exit_code = 3

    def __init__(self, message: str, *, partial: str = "") -> None:
        """Keep what was said beside the sentence."""
        super().__init__(message)
        self.partial = partial


class BudgetError(ModelError):
    """The limit on cost or tokens would be passed; nothing more was sent."""


class AnswerError(ModelError):
    """A model's answer cannot be used; `partial` is its raw text."""


class WorkspaceError(CodeassistError):
    """The index cannot be made, read or kept."""

    exit_code = 4
