"""The public API: build, open, update and query the index of a folder. Thread-safe.

`Index` (`facade`) is the class that programs use. Its methods are grouped by subject in `searching`, `symbols` and `updating`,
on top of `opened`: what an open index has. Every read method takes a connection from a pool, opens a read transaction and uses
the vectors of the same generation (`snapshots`), so a call sees a consistent snapshot during writes. Errors of SQLite and the
file system are raised as `IndexerError`.
"""

from __future__ import annotations

from indexers.index.facade import Index
from indexers.index.opening import database_support
from indexers.index.options import IndexOptions
from indexers.stores.folder import remove_index
from indexers.stores.origin import accept as accept_folder
from indexers.stores.ownership import check_folder, create_own_file

__all__ = ["Index", "IndexOptions", "accept_folder", "check_folder", "create_own_file", "database_support", "remove_index"]
