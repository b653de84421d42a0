"""clippy, if cargo provides it and `project_tools` allows building the project; it reads the working tree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_cache_path

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.linters.programs import Linter, is_wanted, loaded, program, projects, reason_of
from codeassist.tasks.review.finding import Finding, Rule, Severity

RULE = Rule("clippy", "Clippy", "A finding of clippy or the compiler on a changed line.", Severity.WARNING)
SECONDS = 120.0
LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING}


def findings(facts: Facts) -> Iterator[Finding]:
    """Findings of clippy on changed Rust files.

    Nothing is written to the project: build outputs go to the user's cache. Without an up-to-date Cargo.lock there are no
    findings.
    """
    folders = projects(facts, "Cargo.toml", ".rs") if facts.config.project_tools and facts.change.in_work_tree else {}
    cargo = program(facts.root, "cargo") if folders else None
    if cargo is None:
        return
    linter = Linter(facts, "clippy")
    for folder, files in folders.items():
        command = [*cargo, "clippy", "--quiet", "--locked", "--offline", "--all-targets", "--message-format=json"]
        ended = linter.run(command, folder, environment={"CARGO_TARGET_DIR": str(_target(folder))}, seconds=SECONDS)
        if ended.code and not ended.out.strip():
            linter.failed(reason_of(ended))
        files_by_path = {(facts.root / file.path).resolve(): file for file in files}
        seen: set[tuple[str, str, int]] = set()
        for line in ended.out.splitlines():
            message = (loaded(line) or {}).get("message") or {}
            code = ((message.get("code") or {}).get("code") or "rustc").removeprefix("clippy::")
            for span in message.get("spans") or ():
                file = files_by_path.get((folder / span["file_name"]).resolve())
                key = (code, span["file_name"], span["line_start"])
                if file is None or not span["is_primary"] or key in seen or not is_wanted(file, span["line_start"]):
                    continue
                seen.add(key)  # a file is compiled twice: in the library and in its tests
                yield Finding(
                    f"clippy/{code}",
                    LEVELS.get(message["level"], Severity.NOTE),
                    file.path,
                    span["line_start"],
                    span["line_end"],
                    f"{message['message'].rstrip('.')}.",
                    0.9,
                    source="linters",
                )


def _target(folder: Path) -> Path:
    name = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return user_cache_path("codeassist") / "clippy" / name
