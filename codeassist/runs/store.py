"""Runs: every execution of a task with its provenance, in `.codeassist/runs.db`, and the cache of model answers.

Several processes may write at once; on a full or read-only disk only the record is lost, never the answer.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from codeassist.errors import RunStoreError, UsageError
from codeassist.models.messages import Reply
from codeassist.privacy import masked

FILE = "runs.db"
WAIT_SECONDS = 10.0
KEPT_ANSWERS = 2_000
KEPT_RUNS = 10_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, command TEXT NOT NULL, question TEXT NOT NULL,
    model TEXT NOT NULL, prompt TEXT NOT NULL, cost REAL, seconds REAL NOT NULL, rating INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '', data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, time REAL NOT NULL, reply TEXT NOT NULL);
"""


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
            if not write and not self.path.exists():
                connection = sqlite3.connect(":memory:")
            else:
                connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
                connection.execute("PRAGMA synchronous=NORMAL")
            self._prepare(connection)
            if write:
                connection.execute("BEGIN IMMEDIATE")
            yield connection
            if write:
                connection.execute("COMMIT")
        except (sqlite3.Error, Timeout, OSError) as error:
            raise RunStoreError(f"The run database at {self.path} cannot be used: {error}.") from error
        finally:
            if connection is not None:
                connection.close()

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Create the tables once, under a lock: processes that enable WAL at the same time do not wait for each other."""
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchone() is not None:
            return
        with FileLock(f"{self.path}.lock", timeout=WAIT_SECONDS) if self.path.parent.is_dir() else nullcontext():
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)

    def add(self, run: Run) -> int:
        """Store a run, its secrets masked, and delete old unrated ones; returns its number. Raises `RunStoreError`."""
        run.time = run.time or datetime.now(UTC).isoformat(timespec="milliseconds")
        data = masked({k: v for k, v in asdict(run).items() if k not in ("id", "time", "rating", "note")})
        with self._open(write=True) as sql:
            run.id = int(
                sql.execute(
                    "INSERT INTO runs(time, command, question, model, prompt, cost, seconds, data) VALUES(?,?,?,?,?,?,?,?)",
                    (run.time, run.command, data["question"], run.model, run.prompt, run.cost, run.seconds, _dump(data)),
                ).lastrowid
                or 0
            )
            sql.execute("DELETE FROM runs WHERE rating = 0 AND id <= ?", (run.id - KEPT_RUNS,))
        return run.id

    def get(self, number: int) -> Run:
        """The run with this number. Raises `UsageError` when there is none."""
        with self._open() as sql:
            row = sql.execute("SELECT id, time, rating, note, data FROM runs WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise UsageError(f"Run {number} does not exist; 'codeassist log' lists the runs.")
        return _run(row)

    def list(self, limit: int = 20, command: str = "", rating: int | None = None) -> list[Run]:
        """The latest runs, newest first; filtered by command or rating if given."""
        with self._open() as sql:
            rows = sql.execute(
                "SELECT id, time, rating, note, data FROM runs WHERE (?1 = '' OR command = ?1) AND (?2 IS NULL OR rating = ?2) "
                "ORDER BY id DESC LIMIT ?3",
                (command, rating, limit),
            ).fetchall()
        return [_run(row) for row in rows]

    def rate(self, number: int, rating: int, note: str = "") -> None:
        """Rate a run as good (1), bad (-1) or neither (0). Raises `UsageError` for an unknown run."""
        self.get(number)
        with self._open(write=True) as sql:
            changed = sql.execute("UPDATE runs SET rating = ?, note = ? WHERE id = ?", (rating, note, number)).rowcount
        if not changed:
            raise UsageError(f"Run {number} does not exist; 'codeassist log' lists the runs.")


class AnswerCache:
    """Model answers, keyed by everything that affects them; a disk failure is a cache miss, never an error."""

    def __init__(self, folder: Path) -> None:
        """Store answers beside the runs of a repository."""
        self._store = RunStore(folder)

    def get(self, key: str) -> Reply | None:
        """The cached answer, or None."""
        try:
            with self._store._open() as sql:  # noqa: SLF001  # one file, one module
                row = sql.execute("SELECT reply FROM answers WHERE key = ?", (key,)).fetchone()
            return Reply(**json.loads(row[0])) if row else None
        except (RunStoreError, ValueError, TypeError):
            return None

    def put(self, key: str, reply: Reply) -> None:
        """Store an answer, and delete the oldest beyond `KEPT_ANSWERS`."""
        stored = {name: value for name, value in asdict(reply).items() if name != "notes"}
        try:
            with self._store._open(write=True) as sql:  # noqa: SLF001
                sql.execute("INSERT OR REPLACE INTO answers VALUES(?,?,?)", (key, time.time(), _dump(stored)))
                sql.execute(
                    "DELETE FROM answers WHERE key NOT IN (SELECT key FROM answers ORDER BY time DESC LIMIT ?)", (KEPT_ANSWERS,)
                )
        except RunStoreError:
            return


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, default=str)


def _run(row: tuple[Any, ...]) -> Run:
    number, moment, rating, note, data = row
    try:
        fields = {k: v for k, v in json.loads(data).items() if k in Run.__slots__}
        parameters = fields.pop("parameters", None) or {}
        fields["parameters"] = RunParameters(**{k: v for k, v in parameters.items() if k in RunParameters.__slots__})
        return Run(**fields, id=number, time=moment, rating=rating, note=note)
    except (ValueError, TypeError) as error:
        raise RunStoreError(f"Run {number} is damaged: {error}.") from error
