"""Runs: every execution of a task with its provenance, in `.codeassist/runs.db`, and the cache of model answers.

Several processes may write at once; on a full or read-only disk only the record is lost, never the answer.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeassist.errors import RunStoreError, UsageError
from codeassist.privacy import mask, masked
from indexers.errors import IndexerError

if TYPE_CHECKING:
    from codeassist.models.messages import Reply

FILE = "runs.db"
WAIT_SECONDS = 10.0
KEPT_ANSWERS = 2_000
KEPT_RUNS = 10_000
MOST_NUMBER = 2**63 - 1
"""The largest number that SQLite stores."""


_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, command TEXT NOT NULL, question TEXT NOT NULL,
    model TEXT NOT NULL, prompt TEXT NOT NULL, cost REAL, seconds REAL NOT NULL, rating INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '', data TEXT NOT NULL, crc INTEGER);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, time REAL NOT NULL, reply TEXT NOT NULL, crc INTEGER);
"""

_TABLES = ("runs", "answers")
_RUN_COLUMNS = "id, time, rating, note, data, crc"


@dataclass(frozen=True, slots=True)
class RunParameters:
    """The parameters of a run besides its question.

    `query` is the search query; `continues` the run that this one follows (0: none); `asked_strategy` and
    `asked_prompt` what the user chose; `partial` the text received before a model failed.
    """

    query: str = ""
    paths: list[str] = field(default_factory=list)
    continues: int = 0
    strategy: str = ""
    temperature: float | None = None
    max_output_tokens: int = 0
    context_tokens: int = 0
    base_url: str = ""
    masked: int = 0
    agreement: float | None = None
    prompts: list[str] = field(default_factory=list)
    asked_strategy: str = ""
    asked_prompt: str = ""
    partial: str = ""


@dataclass(slots=True)
class Run:
    """One execution of a task and everything that affected it. `rating` is 1, -1 or 0; `cost` is None when unknown."""

    command: str
    question: str
    model: str = "none"
    prompt: str = ""
    prompt_hash: str = ""
    generation: int = 0
    parameters: RunParameters = field(default_factory=RunParameters)
    hits: list[dict[str, Any]] = field(default_factory=list)
    messages: list[list[dict[str, str]]] = field(default_factory=list)
    output: str = ""
    citations: list[dict[str, Any]] = field(default_factory=list)
    checks: Mapping[str, Any] = field(default_factory=dict)
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0
    seconds: float = 0.0
    error: str = ""
    id: int = 0
    time: str = ""
    rating: int = 0
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.run/1`; parameters that were not set are left out."""
        unset = asdict(RunParameters())
        parameters = {name: value for name, value in asdict(self.parameters).items() if value != unset[name]}
        return {"schema": "codeassist.run/1"} | asdict(self) | {"parameters": parameters}


class RunStore:
    """The runs of one repository, in the folder of its index."""

    def __init__(self, folder: Path) -> None:
        """Set the path; the database is opened on use."""
        self.path = folder / FILE

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        connection = None
        try:
            connection = self._connect(write=write)
            self._prepare(connection)
            if write:
                connection.execute("BEGIN IMMEDIATE")
            yield connection
            if write:
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            is_damaged = type(error).__name__ == "DatabaseError"  # its subclasses are for other faults
            remedy = "; move it away, or remove it with 'codeassist clean'" if is_damaged else ""
            raise RunStoreError(f"The run database at {self.path} cannot be used: {error}{remedy}.") from error
        except IndexerError as error:  # a folder that is not the user's own
            raise RunStoreError(str(error)) from error
        finally:
            if connection is not None:
                connection.close()

    def _connect(self, *, write: bool) -> sqlite3.Connection:
        """Open the database, for the user alone and never through a link; an empty one in memory to read a missing one."""
        from indexers.index import check_folder, create_own_file

        check_folder(self.path.parent)
        if not write and not self.path.exists():
            return sqlite3.connect(":memory:")
        if write:
            create_own_file(self.path)
        connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.Error:
            connection.close()
            if write:
                raise
            # A read-only or full file system has no place for the files that readers share.
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Create the tables once, under a lock: processes that enable WAL at the same time do not wait for each other."""
        if not _without_checksums(connection):
            return
        from filelock import FileLock

        lock = FileLock(f"{self.path}.lock", timeout=WAIT_SECONDS, mode=0o600) if self.path.parent.is_dir() else nullcontext()
        with lock:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)
            for table in _without_checksums(connection):  # written by an older version; its rows have none
                connection.execute(f"ALTER TABLE {table} ADD COLUMN crc INTEGER")

    def add(self, run: Run) -> int:
        """Store a run, its secrets masked, and delete old unrated ones; returns its number. Raises `RunStoreError`."""
        run.time = run.time or datetime.now(UTC).isoformat(timespec="milliseconds")
        data = masked({k: v for k, v in asdict(run).items() if k not in ("id", "time", "rating", "note")})
        text = _dump(data)
        with self._open(write=True) as sql:
            run.id = int(
                sql.execute(
                    "INSERT INTO runs(time, command, question, model, prompt, cost, seconds, data, crc) "
                    "VALUES(?,?,?,?,?,?,?,?,?)",
                    (
                        *(run.time, run.command, data["question"], run.model, run.prompt, run.cost, run.seconds, text),
                        _checksum(run.time, 0, "", text),
                    ),
                ).lastrowid
                or 0
            )
            sql.execute("DELETE FROM runs WHERE rating = 0 AND id <= ?", (run.id - KEPT_RUNS,))
        return run.id

    def get(self, number: int) -> Run:
        """The run with this number. Raises `UsageError` when there is none."""
        row = None
        if abs(number) <= MOST_NUMBER:
            with self._open() as sql:
                row = sql.execute(f"SELECT {_RUN_COLUMNS} FROM runs WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise UsageError(f"Run {number} does not exist; 'codeassist log' lists the runs.")
        return _run(row)

    def list(self, limit: int = 20, command: str = "", rating: int | None = None) -> list[Run]:
        """The latest runs, newest first; filtered by command or rating if given."""
        with self._open() as sql:
            rows = sql.execute(
                f"SELECT {_RUN_COLUMNS} FROM runs WHERE (?1 = '' OR command = ?1) AND (?2 IS NULL OR rating = ?2) "
                "ORDER BY id DESC LIMIT ?3",
                (command, rating, min(limit, MOST_NUMBER)),
            ).fetchall()
        return [_run(row) for row in rows]

    def rate(self, number: int, rating: int, note: str = "") -> None:
        """Rate a run as good (1), bad (-1) or neither (0); its note is masked. Raises `UsageError` for an unknown run."""
        self.get(number)
        note = mask(note)[0]
        with self._open(write=True) as sql:
            row = sql.execute("SELECT time, data FROM runs WHERE id = ?", (number,)).fetchone() or ("", "")
            crc = _checksum(row[0], rating, note, row[1])
            changed = sql.execute(
                "UPDATE runs SET rating = ?, note = ?, crc = ? WHERE id = ?", (rating, note, crc, number)
            ).rowcount
        if not changed:
            raise UsageError(f"Run {number} does not exist; 'codeassist log' lists the runs.")


class AnswerCache:
    """Model answers, keyed by everything that affects them; a disk failure is a cache miss, never an error."""

    def __init__(self, folder: Path) -> None:
        """Store answers beside the runs of a repository."""
        self._store = RunStore(folder)

    def get(self, key: str) -> Reply | None:
        """The cached answer, or None."""
        from codeassist.models.messages import Reply

        try:
            with self._store._open() as sql:  # noqa: SLF001  # one file, one module
                row = sql.execute("SELECT reply, crc FROM answers WHERE key = ?", (key,)).fetchone()
            if row is None or (row[1] is not None and row[1] != _checksum(key, row[0])):
                return None
            return Reply(**json.loads(row[0]))
        except (RunStoreError, ValueError, TypeError, RecursionError):
            return None

    def put(self, key: str, reply: Reply) -> None:
        """Store an answer, and delete the oldest beyond `KEPT_ANSWERS`. One with a secret is not stored."""
        if mask(reply.text)[1] or mask(reply.reasoning)[1]:
            return
        stored = {name: value for name, value in asdict(reply).items() if name != "notes"}
        try:
            with self._store._open(write=True) as sql:  # noqa: SLF001
                text = _dump(stored)
                sql.execute("INSERT OR REPLACE INTO answers VALUES(?,?,?,?)", (key, time.time(), text, _checksum(key, text)))
                sql.execute(
                    "DELETE FROM answers WHERE key NOT IN (SELECT key FROM answers ORDER BY time DESC LIMIT ?)", (KEPT_ANSWERS,)
                )
        except RunStoreError:
            return


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, default=str)


def _checksum(*values: Any) -> int:
    return zlib.crc32("\n".join(map(str, values)).encode("utf-8", "surrogatepass"))


def _without_checksums(connection: sqlite3.Connection) -> list[str]:
    """The tables that are missing or have no column for checksums."""
    return [table for table in _TABLES if all(row[1] != "crc" for row in connection.execute(f"PRAGMA table_info({table})"))]


def _run(row: tuple[Any, ...]) -> Run:
    number, moment, rating, note, data, crc = row
    if crc is not None and crc != _checksum(moment, rating, note, data):
        raise RunStoreError(f"Run {number} is damaged: its checksum does not match.")
    try:
        fields = {k: v for k, v in json.loads(data).items() if k in Run.__slots__}
        parameters = fields.pop("parameters", None) or {}
        fields["parameters"] = RunParameters(**{k: v for k, v in parameters.items() if k in RunParameters.__slots__})
        return Run(**fields, id=number, time=moment, rating=rating, note=note)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise RunStoreError(f"Run {number} is damaged: {error}.") from error
