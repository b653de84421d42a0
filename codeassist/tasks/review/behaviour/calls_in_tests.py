"""What changed functions do in the calls that running tests make: on both versions, with the tests' arguments and near ones."""

from __future__ import annotations

import ast
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from codeassist.changes.change import Change
from codeassist.evidence.parsed_source import python_functions
from codeassist.sandbox.scratch import FIRST, Sandbox
from codeassist.tasks.review.behaviour.changed_lines import hints_of
from codeassist.tasks.review.behaviour.compare import WORKER, Work, module_target, shown_difference
from codeassist.tasks.review.behaviour.report import ShownDifference
from codeassist.tasks.review.behaviour.reproducer import reproducer_in_test
from codeassist.tasks.review.behaviour.running_tests import Watching, run_tests
from codeassist.tasks.review.behaviour.trees import Trees
from codeassist.tasks.review.behaviour.worker.comparing import ORDER, described, kind_of
from codeassist.tasks.review.behaviour.worker.protocol import Call, Seen
from indexers.files.reading import read_start

RECORDS = "calls.jsonl"
MOST_BYTES = 60_000_000
MOST_TESTS = 150
"""Tests that are run on the old version, because they call what changed."""

PER_FUNCTION = 2
"""Differences of one function that are shown, each of another kind."""

PER_KIND = 4
"""Calls of one function that differ in one way and run again, in fresh processes with another hash seed."""

OTHER_SEED = "4242"
SLIPS = ("TypeError", "AttributeError")
LEAST_SECONDS = 1.0


class Record(msgspec.Struct):
    """One try: the call of a changed function in a test, as it is or with one argument altered (`label`), and what it did."""

    module: str
    test: str
    function: str
    position: int
    digest: str
    label: str
    call: str
    same_kind: bool
    seen: Seen

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for the same try on both versions."""
        return self.module, self.test, self.function, self.digest, self.label


Pair = tuple[Record, Record]


class CallsInTests:
    """The calls of changed functions that tests make, tried on both versions of a change."""

    def __init__(self, box: Sandbox, trees: Trees, change: Change, works: Sequence[Work]) -> None:
        """Nothing runs yet."""
        self.box, self.trees, self.change = box, trees, change
        self.works = {w.file.path: w for w in works if w.functions.names}
        self.after: list[Record] = []
        self.compared: dict[str, int] = defaultdict(int)
        """Module -> tries that ended on both versions, without an effect that is refused."""

        self.gaps: list[str] = []
        """What of the calls was not compared, in words."""

    def watching(self, tree: Path, seconds: float, only: Iterable[Record] | None = None, seed: str = "0") -> Watching:
        """What pytest needs to try the calls in one tree, at most for `seconds` in all; `only` some, else all.

        `tmp_path` is beside the tree, so that calls with paths below it are the same calls on both versions.
        """
        job: dict[str, Any] = {
            "tree": str(tree),
            "folder": str(self.box.out.resolve()),
            "out": str(self.box.out / RECORDS),
            "seconds": seconds,
            "own": sorted({p.stem for source in (tree, tree / "src") if source.is_dir() for p in source.iterdir()}),
            "modules": [self._module(tree, work) for work in self.works.values()],
            "only": None,
        }
        if only is not None:
            wanted: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
            for record in only:
                wanted[record.test][_function(record)].append(f"{record.digest} {record.label}")
            job["only"] = wanted
        path = self.box.folder / "calls.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        self.box.forget(RECORDS)
        done = self.keep if only is None and tree == self.trees.after else lambda: None
        options = ["-p", f"{WORKER}.calls_plugin", f"--basetemp={tree.parent.parent / 'tmp'}"]
        names = {name.rpartition(".")[2] for work in self.works.values() for name in work.functions.names}
        names |= {name.partition(".")[0] for work in self.works.values() for name in work.functions.names if "." in name}
        environment = {"CODEASSIST_CALLS": str(path), FIRST: ",".join(sorted(names))}
        return Watching(options, environment, seed, done)

    def _module(self, tree: Path, work: Work) -> dict[str, Any]:
        names = list(work.functions.names)
        public = [n for n in names if not any(p.startswith("_") and not p.endswith("__") for p in n.split("."))]
        path = work.file.old_path if tree == self.trees.before else work.file.path
        return {
            "module": work.file.path,
            "path": str(tree / path),
            "names": names,
            "altered": public or names,
            "hints": asdict(hints_of(work)),
        }

    def keep(self) -> None:
        """Take over the records of a run on the new version."""
        self.after += self._records()

    def differences(self, sources: Sequence[str], seconds: float) -> dict[str, list[ShownDifference]]:
        """The differences by module, run again on both versions, in at most so many seconds."""
        end = time.monotonic() + seconds
        tests = list(dict.fromkeys(r.test for r in self.after))[:MOST_TESTS]
        if not tests:
            return {}
        before = self._run(self.trees.before, tests, sources, seconds / 2, None)
        first, second = {r.key: r for r in before}, {r.key: r for r in self.after}
        pairs = [(first[key], record) for key, record in second.items() if key in first]
        for old, new in pairs:
            if "unusable" not in (old.seen.kind, new.seen.kind):
                self.compared[new.module] += 1
        chosen = _chosen([pair for pair in pairs if _kind(pair)])
        left = end - time.monotonic()
        if not chosen or left < LEAST_SECONDS:
            return {}
        return self._shown(self._confirmed(chosen, sources, left))

    def _run(
        self, tree: Path, tests: Sequence[str], sources: Sequence[str], seconds: float, only: list[Record] | None
    ) -> list[Record]:
        watching = self.watching(tree, seconds, only, "0" if only is None else OTHER_SEED)
        run_tests(self.box, tree, tests, sources, seconds, watching)
        return self._records()

    def _records(self) -> list[Record]:
        """The records of the last run, the first `MOST_BYTES` of them; lines that the code under test spoiled are skipped."""
        records: list[Record] = []
        try:
            data = read_start(self.box.out / RECORDS, MOST_BYTES + 1, follow=False)
        except (OSError, ValueError):
            return []
        if len(data) > MOST_BYTES:
            gap = f"of the calls that tests make only the first {MOST_BYTES / 1e6:g} MB of records were compared"
            self.gaps += [gap] if gap not in self.gaps else []
            data = data[: data.rfind(b"\n", 0, MOST_BYTES) + 1]
        for line in data.split(b"\n"):
            try:
                records.append(msgspec.json.decode(line, type=Record))
            except (ValueError, msgspec.MsgspecError):
                continue
        return [r for r in records if r.module in self.works and r.function in self.works[r.module].functions.names]

    def _confirmed(self, chosen: list[Pair], sources: Sequence[str], seconds: float) -> list[Pair]:
        """The pairs of which both versions do the same again."""
        tests = list(dict.fromkeys(a.test for _, a in chosen))
        only = [a for _, a in chosen]
        first = {r.key: r for r in self._run(self.trees.before, tests, sources, seconds / 2, only)}
        second = {r.key: r for r in self._run(self.trees.after, tests, sources, seconds / 2, only)}
        return [
            (b, a)
            for b, a in chosen
            if a.key in first
            and a.key in second
            and (first[a.key].seen.digest, second[a.key].seen.digest) == (b.seen.digest, a.seen.digest)
        ]

    def _shown(self, pairs: list[Pair]) -> dict[str, list[ShownDifference]]:
        shown: dict[str, list[ShownDifference]] = defaultdict(list)
        for before, after in pairs:
            work = self.works[after.module]
            difference = described(_call(after), before.seen, after.seen, 1, after.function)
            made = [d for d in shown[after.module] if d.function == after.function]
            one = shown_difference(difference, work, self.change, self._program(work, after))
            if len(made) < PER_FUNCTION and one.kind not in [d.kind for d in made]:
                one.test, one.altered = after.test, after.label
                shown[after.module].append(one)
        return shown

    def _program(self, work: Work, record: Record) -> str:
        """A program that shows a difference again; "" for functions that are decorated or asynchronous."""
        target = module_target(self.trees.after / work.file.path, self.trees.after)
        node = dict(python_functions(work.new)).get(record.function)
        if target is None or node is None or node.decorator_list or isinstance(node, ast.AsyncFunctionDef):
            return ""
        where = target.module, record.function, record.position
        return reproducer_in_test(*where, record.label, record.test, work.source_folder)


def _call(record: Record) -> Call:
    return Call(record.function, [], record.call, [], "test")


def _kind(pair: Pair) -> str:
    """How two tries differ; "" if they do not, or if an altered argument of another type is all that one of them refuses."""
    before, after = pair
    kind = kind_of(_call(after), before.seen, after.seen)
    slips = [r for r in (before.seen, after.seen) if r.kind == "raised" and not r.deliberate and r.error in SLIPS]
    return "" if slips and not after.same_kind else kind


def _function(record: Record) -> str:
    """A changed function as `Seen.ran` names it."""
    return f"{record.module} {record.function}"


def _chosen(pairs: list[Pair]) -> list[Pair]:
    """Of each function a few of each kind: calls as the tests make them first, then short ones.

    A call in which another function runs that differs is left out: that one is shown.
    """
    differing = {_function(a) for _, a in pairs}
    groups: dict[tuple[str, str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        before, after = pair
        if differing.isdisjoint({*before.seen.ran, *after.seen.ran} - {_function(after)}):
            groups[after.module, after.function, _kind(pair)].append(pair)
    chosen = []
    for key in sorted(groups, key=lambda k: (ORDER.index(k[2]), k)):
        chosen += sorted(groups[key], key=lambda p: (bool(p[1].label), len(p[1].call)))[:PER_KIND]
    return chosen
