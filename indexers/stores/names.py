"""Every name that this program uses in an index folder, by what the file is for.

    index.db, index.db.new       the catalog, and a new one until it is complete; SQLite adds -wal, -shm and -journal
    index.seal                   the checksum of the catalog after the last complete write
    vectors-N.faiss              the vectors that were written in generation N
    vectors-N.log                what was added and removed since
    write.lock, write.pid        the writer lock and the process that holds it
    runs.db, runs.db.lock        the record of runs and the cached answers
    chat_history                 what was typed in a chat
    origin                       the mark of the user who made the folder (`origin`)
    .gitignore                   keeps all of it out of git
    index.new/                   the same files of an index that is made again, until it is complete

Files that are replaced as a whole are first written under their name with `.tmp` added.
"""

from __future__ import annotations

import re
from pathlib import Path

from indexers.files.reading import SMALL_BYTES, read_bytes

INDEX_FOLDER = ".codeassist"
CATALOG = "index.db"
SEAL = "index.seal"
LOCK = "write.lock"
PID = "write.pid"
RUNS_LOCK = "runs.db.lock"
HISTORY = "chat_history"
IGNORE = ".gitignore"
ORIGIN = "origin"
REBUILD = "index.new"

IGNORE_ALL = "*\n"
_HALF_WRITTEN = (b"", b"*")

_INDEX = re.compile(
    r"index\.db(?:\.new)?(?:-wal|-shm|-journal)?|index\.seal(?:\.tmp)?|vectors-\d+\.(?:faiss|log)(?:\.tmp)?|write\.(?:lock|pid)"
    r"|origin(?:\.[0-9a-f]+\.tmp)?"
)
_RECORD = re.compile(r"runs\.db(?:-wal|-shm|-journal|\.lock)?|chat_history")
_UNFINISHED = re.compile(r"index\.db\.new.*|(?:index\.seal|origin\.[0-9a-f]+)\.tmp|vectors-\d+\.(?:faiss|log)\.tmp")


def is_own(name: str) -> bool:
    """Whether this program uses the name; the file itself may still be the user's in the case of `.gitignore`."""
    return name == IGNORE or is_record(name) or _INDEX.fullmatch(name) is not None


def holds_content(name: str) -> bool:
    """Whether a file of this name holds what is answered from, and not only how the folder is used."""
    return is_own(name) and name not in (IGNORE, LOCK, PID, RUNS_LOCK) and not name.startswith(ORIGIN)


def is_record(name: str) -> bool:
    """Whether the name belongs to the record of runs, which an index does not need."""
    return _RECORD.fullmatch(name) is not None


def is_unfinished(name: str) -> bool:
    """Whether the name is of a file that a killed process left before it was complete."""
    return _UNFINISHED.fullmatch(name) is not None


def belongs_to_program(path: Path) -> bool:
    """Whether a file in an index folder is this program's: by name, and for `.gitignore` by content too."""
    if path.name == REBUILD:
        return True
    if path.name != IGNORE:
        return is_own(path.name)
    try:
        return read_bytes(path, limit=SMALL_BYTES, follow=False) in (IGNORE_ALL.encode(), *_HALF_WRITTEN)
    except FileNotFoundError:  # another process removed it in this moment
        return True
    except OSError:
        return False


def vectors_name(generation: int) -> str:
    """The name of the vector file written in a generation."""
    return f"vectors-{generation}.faiss"


def log_name(generation: int) -> str:
    """The name of the log of changes since the vector file of a generation."""
    return f"vectors-{generation}.log"
