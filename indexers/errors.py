"""Every error the indexer raises on purpose, as a tree.

    IndexerError
    ├── SourceError            the path to index does not exist, is no folder, cannot be read
    ├── IndexMissingError      there is no index where one was expected
    ├── IndexBusyError         another process is writing the index
    ├── IndexWriteError        the index cannot be written: the disk is full, or the medium fails
    ├── IndexUnusableError     the index is corrupt, or was made by another version
    │   └── EncoderMismatchError   the index was made with another encoder
    ├── EncoderError           the encoder cannot be loaded or failed
    │   └── MissingExtraError  an optional package is not installed
    └── QueryError             the query or a filter makes no sense

Every message is one sentence that says what is wrong and, where there is one, the command that mends it.
"""

from __future__ import annotations


class IndexerError(Exception):
    """Base of every deliberate error of this package."""


class SourceError(IndexerError):
    """The path to index does not exist, is not a folder or cannot be read."""


class IndexMissingError(IndexerError):
    """No index was found where one was expected."""


class IndexBusyError(IndexerError):
    """Another process holds the writer's lock; `pid` names it (0 when unknown)."""

    def __init__(self, message: str, pid: int = 0) -> None:
        """Keep the message and the holder's process id."""
        super().__init__(message)
        self.pid = pid


class IndexWriteError(IndexerError):
    """The index cannot be written: the disk is full, or the medium fails."""


class IndexUnusableError(IndexerError):
    """The index on disk is corrupt or was made by an incompatible version."""


class EncoderMismatchError(IndexUnusableError):
    """The index was made with another encoder than the one asked for."""


class EncoderError(IndexerError):
    """An encoder could not be loaded, or failed while encoding."""


class MissingExtraError(EncoderError):
    """An optional dependency is not installed; the message holds the install line."""


class QueryError(IndexerError):
    """A query or a filter cannot be answered as it stands."""
