"""The tree of errors the indexer raises deliberately.

    IndexerError
    ├── SourceError            the path to index does not exist, is not a folder or cannot be read
    ├── IndexMissingError      there is no index where one was expected
    ├── IndexBusyError         another process is writing the index
    ├── IndexWriteError        the index cannot be written: the disk is full or fails
    ├── IndexUnusableError     the index is corrupt, or was built by an incompatible version
    │   └── EncoderMismatchError   the index was built with another encoder
    ├── UntrustedFolderError   the index folder came with the repository, is a link or holds links
    ├── EncoderError           the encoder cannot be loaded, or failed
    │   └── MissingExtraError  an optional package is not installed
    └── QueryError             the query or a filter is invalid

Every message is one sentence that states the problem and, where there is one, the command that fixes it.
"""

from __future__ import annotations


class IndexerError(Exception):
    """Base of every deliberate error of this package."""


class SourceError(IndexerError):
    """The path to index does not exist, is not a folder or cannot be read."""


class IndexMissingError(IndexerError):
    """No index was found where one was expected."""


class IndexBusyError(IndexerError):
    """Another process holds the writer lock; `pid` is its process id (0 when unknown)."""

    def __init__(self, message: str, pid: int = 0) -> None:
        """Store the message and the process id of the lock holder."""
        super().__init__(message)
        self.pid = pid


class IndexWriteError(IndexerError):
    """The index cannot be written: the disk is full or fails."""


class IndexUnusableError(IndexerError):
    """The index on disk is corrupt or was built by an incompatible version."""


class UntrustedFolderError(IndexerError):
    """The index folder is a link, another user's, tracked by git, or holds links; nothing in it was read or written."""


class EncoderMismatchError(IndexUnusableError):
    """The index was built with an encoder other than the requested one."""


class EncoderError(IndexerError):
    """An encoder could not be loaded, or failed while encoding."""


class MissingExtraError(EncoderError):
    """An optional dependency is not installed; the message contains the install command."""


class QueryError(IndexerError):
    """A query or a filter is invalid."""
