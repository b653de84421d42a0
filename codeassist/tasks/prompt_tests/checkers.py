"""What assertions use besides the answer: a judge, the shipped encoder, and scripts of the project, which run confined."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from codeassist.models.answers import ask_for_json
from codeassist.models.session import Session
from codeassist.prompts import Library, Prompt, render
from codeassist.prompts.assertions import Decided
from codeassist.prompts.cases import cases_path
from codeassist.sandbox import confinement
from codeassist.sandbox.folders import scratch_folder

SCRIPT_SECONDS = 30.0


def judge(library: Library, session: Session) -> Callable[[str, str], Decided]:
    """Asks the session's model whether an answer meets a criterion, with the prompt `judge`."""
    prompt = library.find("judge")

    def decide(criterion: str, answer: str) -> Decided:
        messages = render(prompt, {"criterion": criterion, "answer": answer})
        value = ask_for_json(session, messages, prompt.needed_schema, asking=prompt.asking)
        return bool(value["holds"]), f"{criterion}: {value['reason']}"

    return decide


def similarity(one: str, other: str) -> float:
    """The cosine similarity of two texts by the shipped encoder, from -1 to 1."""
    rows = _encoder().encode([one, other])
    return float(rows[0] @ rows[1])


@cache
def _encoder() -> Any:
    from indexers import encoders

    return encoders.load()


def script(prompt: Prompt, inputs: Mapping[str, Any]) -> Callable[[str, str], Decided]:
    """Runs a Python file beside the prompt with `{"answer", "inputs", "prompt"}` as JSON on its standard input.

    Exit code 0: the assertion holds; 1: it does not; anything else is a fault of the script, and the assertion fails. What it
    prints first is the reason. It runs in an empty folder, confined as generated tests are: no network, no other writes.
    """
    folder = cases_path(prompt).parent.resolve()

    def decide(name: str, answer: str) -> Decided:
        file = (folder / name).resolve()
        if not file.is_relative_to(folder) or file.suffix != ".py":
            return False, f"script {name}: not a .py file in the folder of the prompt"
        if not file.is_file():
            return False, f"script {name}: there is no such file"
        confinement.require()
        given = json.dumps({"answer": answer, "inputs": inputs, "prompt": prompt.id}, default=str)
        return _outcome(name, file, given)

    return decide


def _outcome(name: str, file: Path, given: str) -> Decided:
    with scratch_folder() as scratch:
        command = [*confinement.confined_command([scratch]), sys.executable, "-I", str(file)]
        try:
            done = subprocess.run(
                command,
                input=given,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                cwd=scratch,
                timeout=SCRIPT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False, f"script {name}: not finished after {SCRIPT_SECONDS:g} s"
    words = next((line.strip()[:300] for line in done.stdout.splitlines() if line.strip()), "")
    if done.returncode in (0, 1) and not (done.returncode and done.stderr and not words):
        return done.returncode == 0, f"script {name}" + (f": {words}" if words else "")
    last = next((line.strip()[:300] for line in reversed(done.stderr.splitlines()) if line.strip()), "no message")
    return False, f"script {name} failed with exit code {done.returncode}: {last}"
