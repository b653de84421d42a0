"""Every error codeassist raises on purpose, as a tree, with the exit code the command line gives it.

    CodeassistError            1
    ├── UsageError             2   a command makes no sense as it was given
    │   └── ConfigError        2   a configuration file or variable is wrong; says which, and the line
    ├── ModelError             3   a model or the network failed
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


class ModelError(CodeassistError):
    """A model or the network failed."""

    exit_code = 3


class WorkspaceError(CodeassistError):
    """The index cannot be made, read or kept."""

    exit_code = 4
