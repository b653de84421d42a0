"""Make a case of a recorded run: its question with the context of the index, its answer, and what the rating says of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeassist.errors import PromptError, UsageError
from codeassist.prompts import Prompt
from codeassist.prompts.cases import cases_path, read_cases, read_document
from codeassist.prompts.yaml_text import load_yaml
from codeassist.runs.store import Run
from indexers.files.reading import read_text

LIKE_THE_BAD = 0.95
"""An answer this similar to one that was rated down is taken for the same answer."""


@dataclass(frozen=True, slots=True)
class AddedCase:
    """The case that was written, and where."""

    name: str
    path: Path
    expect: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.prompts-case/1`."""
        return {"schema": "codeassist.prompts-case/1", "name": self.name, "path": str(self.path), "expect": self.expect}


def prompt_name(run: Run) -> str:
    """The name of the prompt that a run used. Raises `UsageError` for a run that cannot be a case."""
    if run.command not in ("ask", "chat", "replay") or not run.prompt:
        raise UsageError(f"Run {run.id} did not ask a model a question, so it cannot be a case.")
    if run.parameters.continues:
        raise UsageError(f"Run {run.id} continues run {run.parameters.continues}: a case has one question without a history.")
    return run.prompt.partition("@")[0]


def add_case(run: Run, prompt: Prompt, name: str = "") -> AddedCase:
    """Append a case to the cases of a prompt. Raises `PromptError` if its name exists or the file cannot be written.

    A run that was not rated down expects what it cited: the files in the context, and a citation of one of them. One that was
    rated down expects another answer, so it has no recording; its note becomes a criterion for the judge. Comments of the file
    are kept.
    """
    import yaml

    path = cases_path(prompt)
    title = name or f"run {run.id}: {' '.join(run.question.split())[:60]}"
    if any(case.name == title for case in read_cases(prompt)):
        raise PromptError(f"{path}: there is already a case '{title}'.")
    case: dict[str, Any] = {"name": title, "question": run.question, "expect": _expected(run)}
    if run.output.strip() and run.rating >= 0:
        case["response"] = run.output
        blocks = {int(c["n"]): str(c["path"]) for c in run.citations if str(c.get("n", "")).isdigit()}
        case["recorded"] = {"model": run.model, "prompt": run.prompt, "hash": run.prompt_hash, "blocks": blocks}
    if run.rating:
        case["rating"] = "up" if run.rating > 0 else "down"
    if run.note:
        case["note"] = run.note
    added = yaml.safe_dump([case], allow_unicode=True, sort_keys=False, width=120)
    _append(path, added)
    return AddedCase(title, path, case["expect"])


def _expected(run: Run) -> list[dict[str, Any]]:
    if run.rating < 0:
        note = [{"judge": f"it does not have this fault: {run.note}"}] if run.note else []
        return [*note, {"not": {"similar": {"to": run.output[:2_000], "at_least": LIKE_THE_BAD}}}]
    paths = list(dict.fromkeys(str(c["path"]) for c in run.citations))
    if not paths:
        return [{"matches": "^Not found"}] if run.output.startswith("Not found") else [{"judge": "it answers the question"}]
    return [*({"context_has": path} for path in paths), {"any": [{"cites_file": path} for path in paths]}]


def _append(path: Path, added: str) -> None:
    """Add an entry to the list `cases` at the end of the file, checked by reading it again before it replaces the old one."""
    import yaml

    old = read_text(path) if path.is_file() else "cases:\n"
    before = (read_document(path) or {}).get("cases") or []
    indent = next((line[: len(line) - len(line.lstrip())] for line in old.splitlines() if line.lstrip().startswith("- ")), "  ")
    text = old.rstrip("\n") + "\n" + "".join(f"{indent}{line}\n" if line else "\n" for line in added.splitlines())
    try:
        kept = load_yaml(text)["cases"][:-1] == before
    except (yaml.YAMLError, KeyError, TypeError, RecursionError):
        kept = False
    if not kept:
        raise PromptError(
            f"{path}: the list 'cases' is not at the end of the file in block style; add the case by hand:\n{added}"
        )
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise PromptError(f"Cannot write {path}: {error.strerror or error}.") from error
