"""What `prompts check` finds: faults of a prompt file, and promises of the lock that are not kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeassist.errors import PromptError
from codeassist.models.token_estimate import estimate
from codeassist.prompts.cases import cases_path, read_cases
from codeassist.prompts.format import Prompt, read
from codeassist.prompts.lock import LOCK, SUFFIX, Locked, published, read_lock
from codeassist.prompts.rendering import problems


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the file, the line, a sentence, and a short rule name."""

    path: Path
    line: int
    rule: str
    message: str


def check_folder(folder: Path, max_tokens: int) -> list[Problem]:
    """Every problem of the prompt files of a folder, by file and line."""
    found: list[Problem] = []
    prompts: list[Prompt] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            prompt = read(path)
        except PromptError as error:
            place = re.match(r".*?:(\d+): (.*)", str(error), re.DOTALL)
            line, message = (int(place[1]), place[2]) if place else (1, str(error))
            found.append(Problem(path, line, "unreadable", message))
            continue
        prompts.append(prompt)
        found.extend(_faults(prompt, max_tokens))
    try:
        entries = read_lock(folder)
    except PromptError as error:
        return [*found, Problem(folder / LOCK, 1, "lock", str(error))]
    for prompt in prompts:
        found.extend(_against_lock(prompt, [e for e in entries if e.name == prompt.name]))
    current = {(p.name, p.version) for p in prompts}
    for entry in entries:
        if (entry.name, entry.version) not in current:
            found.extend(_kept(folder, entry))
    return sorted(found, key=lambda p: (p.path, p.line))


def _faults(prompt: Prompt, max_tokens: int) -> Iterator[Problem]:
    path = prompt.path
    if path.name.removesuffix(SUFFIX) != prompt.name:
        yield Problem(path, 1, "name", f"the file holds the prompt '{prompt.name}'; name both alike")
    for line, message in problems(prompt):
        yield Problem(path, line, "template", message)
    tokens = estimate("".join(section.template for section in prompt.sections))
    if tokens > max_tokens:
        yield Problem(
            path, prompt.sections[0].line, "length", f"about {tokens} tokens before its inputs; {max_tokens} are allowed"
        )
    try:
        cases = read_cases(prompt)
    except PromptError as error:
        yield Problem(cases_path(prompt), error.line, "cases", str(error))
    else:
        if not cases:
            yield Problem(path, 1, "untested", f"no case in {cases_path(prompt).name}")


def _against_lock(prompt: Prompt, entries: list[Locked]) -> Iterator[Problem]:
    same = next((e for e in entries if e.version == prompt.version), None)
    if same is None:
        newest = max((tuple(int(p) for p in e.version.split(".")) for e in entries), default=(0,))
        if prompt.version_key < newest:
            spelled = ".".join(map(str, newest))
            yield Problem(prompt.path, 1, "version", f"version {prompt.version} comes before the locked {spelled}")
        else:
            yield Problem(prompt.path, 1, "unlocked", f"{prompt.id} is not in {LOCK}; run 'codeassist prompts lock'")
    elif same.content != prompt.content_hash:
        what = "text and inputs" if same.inputs != prompt.inputs_hash else "text"
        yield Problem(
            prompt.path, 1, "changed", f"{what} changed without a new version ({prompt.version} was locked {same.date})"
        )
    elif same.inputs != prompt.inputs_hash:
        yield Problem(prompt.path, 1, "lock", f"{LOCK} gives other inputs for {prompt.id} than the file declares")


def _kept(folder: Path, entry: Locked) -> Iterator[Problem]:
    try:
        if published(folder, entry.name, entry.version) is None:
            words = f"{entry.name}@{entry.version} is locked, but its text is neither kept nor in git's history"
            yield Problem(folder / LOCK, 1, "lost", words)
    except PromptError as error:
        yield Problem(folder / LOCK, 1, "lock", str(error))


def problems_json(folder: Path, problems: Sequence[Problem]) -> dict[str, Any]:
    """The documented JSON form of a folder's problems, schema `codeassist.prompts-check/1`."""
    listed = [{"path": str(p.path), "line": p.line, "rule": p.rule, "message": p.message} for p in problems]
    return {"schema": "codeassist.prompts-check/1", "folder": str(folder), "problems": listed}
