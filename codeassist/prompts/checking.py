"""The checks of `prompts check`: faults in prompt files, and mismatches with the lock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeassist.errors import PromptError
from codeassist.models.token_estimate import estimate
from codeassist.prompts.cases import cases_path, read_cases
from codeassist.prompts.format import Prompt, read
from codeassist.prompts.library import SUFFIX
from codeassist.prompts.lock import LOCK, Locked, differs_from_shipped, published, read_lock
from codeassist.prompts.rendering import problems
from codeassist.prompts.roles import role_problems


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: file, line, short rule name, and message."""

    path: Path
    line: int
    rule: str
    message: str


def check_folder(folder: Path, max_tokens: int, shipped: Mapping[str, str] | None = None) -> list[Problem]:
    """All problems in the prompt files of a folder, by file and line; `shipped` as in `lock.differs_from_shipped`."""
    results: list[Problem] = []
    prompts: list[Prompt] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            prompt = read(path)
        except PromptError as error:
            location = re.match(r"(.*?):(\d+): (.*)", str(error), re.DOTALL)
            place, line, message = (Path(location[1]), int(location[2]), location[3]) if location else (path, 1, str(error))
            results.append(Problem(place, line, "unreadable", message))
            continue
        prompts.append(prompt)
        results.extend(_faults(prompt, max_tokens))
        if reason := differs_from_shipped(prompt, shipped or {}):
            results.append(Problem(path, 1, "shipped", reason))
    try:
        entries = read_lock(folder)
    except PromptError as error:
        return [*results, Problem(folder / LOCK, 1, "lock", str(error))]
    for prompt in prompts:
        results.extend(_against_lock(prompt, [e for e in entries if e.name == prompt.name]))
    current = {(p.name, p.version) for p in prompts}
    for entry in entries:
        if (entry.name, entry.version) not in current:
            results.extend(_check_archived(folder, entry))
    return sorted(results, key=lambda p: (p.path, p.line))


def _faults(prompt: Prompt, max_tokens: int) -> Iterator[Problem]:
    path = prompt.path
    if path.name.removesuffix(SUFFIX) != prompt.name:
        yield Problem(path, 1, "name", f"the file contains the prompt '{prompt.name}'; give both the same name")
    for line, message in problems(prompt):
        yield Problem(*prompt.place(line), "template", message)
    for line, message in role_problems(prompt):
        yield Problem(*prompt.place(line), "roles", message)
    tokens = estimate("".join(section.template for section in prompt.sections))
    if tokens > max_tokens:
        yield Problem(
            path, prompt.sections[0].line, "length", f"about {tokens} tokens without its inputs; the limit is {max_tokens}"
        )
    try:
        cases = read_cases(prompt)
    except PromptError as error:
        yield Problem(cases_path(prompt), error.line, "cases", str(error))
    else:
        if not cases:
            yield Problem(path, 1, "untested", f"there are no cases in {cases_path(prompt).name}")


def _against_lock(prompt: Prompt, entries: list[Locked]) -> Iterator[Problem]:
    same = next((e for e in entries if e.version == prompt.version), None)
    if same is None:
        newest = max((tuple(int(p) for p in e.version.split(".")) for e in entries), default=(0,))
        if prompt.version_key < newest:
            newest_version = ".".join(map(str, newest))
            yield Problem(prompt.path, 1, "version", f"version {prompt.version} is older than the locked {newest_version}")
        else:
            yield Problem(prompt.path, 1, "unlocked", f"{prompt.id} is not in {LOCK}; run 'codeassist prompts lock'")
    elif same.content != prompt.content_hash:
        changed = "text and inputs" if same.inputs != prompt.inputs_hash else "text"
        yield Problem(
            prompt.path, 1, "changed", f"{changed} changed without a new version ({prompt.version} was locked {same.date})"
        )
    elif same.inputs != prompt.inputs_hash:
        yield Problem(prompt.path, 1, "lock", f"{LOCK} lists other inputs for {prompt.id} than the file declares")


def _check_archived(folder: Path, entry: Locked) -> Iterator[Problem]:
    try:
        if published(folder, entry.name, entry.version) is None:
            message = f"{entry.name}@{entry.version} is locked, but its text is neither archived nor in git's history"
            yield Problem(folder / LOCK, 1, "lost", message)
    except PromptError as error:
        yield Problem(folder / LOCK, 1, "lock", str(error))


def problems_json(folder: Path, problems: Sequence[Problem]) -> dict[str, Any]:
    """The documented JSON form of a folder's problems, schema `codeassist.prompts-check/1`."""
    listed = [{"path": str(p.path), "line": p.line, "rule": p.rule, "message": p.message} for p in problems]
    return {"schema": "codeassist.prompts-check/1", "folder": str(folder), "problems": listed}
