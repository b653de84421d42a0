"""An `await` that a change removes in JavaScript or TypeScript, while the function that is called still returns a promise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.awaiting import AWAIT
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.outlines.outline import Outline
from codeassist.tasks.review.analysers.outlines.project import SCRIPTED, Project
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

_AWAITED = re.compile(r"\bawait\s+(?P<called>[\w$.]+)\s*\(")
_HELD = re.compile(r"\bawait\s+(?P<called>[\w$]+)(?!\s*[\w$.(\[?`])")
"""A promise in a variable that is awaited."""

_PROMISE = re.compile(r"new\s+Promise\b|Promise\.\w+\(|fetch\(|[^;]*\.(?:then|finally)\(")
"""What an expression that is a promise begins with."""

_CALL = re.compile(r"(?P<called>(?:this\.)?[\w$]+)\(")
_RETURN = re.compile(r"^(?P<indent>[ \t]*)return\b[ \t]*(?P<value>[^\n]*)", re.MULTILINE)
_DEEPEST = 3
"""Functions that return what another one returns."""

_PASSED_ON = re.compile(r"=>|\.(?:then|catch|finally)\(|\bPromise\.")
"""Lines on which a promise may be used as one."""

_VALUE_BEFORE = re.compile(r"\b(?:if|while|switch)\s*\(\s*!?$|\$\{$|[\w$)]\s*(?:[=!]==?|[<>+*/%-])$|[}\]]\s*=$")
_VALUE_AFTER = re.compile(r"\s*(?:\.(?!then\b|catch\b|finally\b)\w|\?\.\w|\[|[=!]==?|[<>+*/%-]\s)")
"""What stands before or after a call whose result is used as a value."""

LONGEST_LINE = 2_000
"""Characters of a line that is read; a longer one was written by a program."""

_KEPT = re.compile(r"promise|task|pending|job|deferred|later", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?:const|let|var)\s+(?P<name>[\w$]+)(?:\s*:[^=\n]{0,100})?\s*=\s*$|^\s*(?P<again>[\w$]+)\s*=\s*$")
_CLOSE = 40
"""Lines below an assignment that are searched for uses of the variable."""


class LostAwaits:
    """Only where the rest of the line is unchanged, and the result is used as a value or dropped."""

    name = "lost-awaits"
    rules: tuple[Rule, ...] = (AWAIT,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on added lines that were removed ones with `await`."""
        project = Project(facts.change.read, facts.change.find)
        for file in facts.change.texts():
            if file.suffix in SCRIPTED and not file.whole and file.old is not None:
                yield from _of_file(facts, project, file)


def _of_file(facts: Facts, project: Project, file: ChangedFile) -> Iterator[Finding]:
    for number, text, called in _removed(file, _AWAITED):
        severity = _severity(file.new_lines, number, text, f"{called}(")
        if severity is not None:
            yield from _of_call(facts, project, file, number, called, called, severity)
    for number, text, name in _removed(file, _HELD):
        source = _assigned_from(file.new_lines[: number - 1], name)
        severity = _severity(file.new_lines, number, text, name)
        if source is not None and severity is not None and not _handled(file.new_lines[number:], name):
            yield from _of_call(facts, project, file, number, name, source, severity)


def _of_call(
    facts: Facts, project: Project, file: ChangedFile, number: int, shown: str, called: str, severity: Severity
) -> Iterator[Finding]:
    """A finding if what is called returns a promise; `shown` is it, or the variable that keeps its result."""
    outline = project.outline(file.path)
    known = _returns_promise(project, outline, file.path, called) if outline is not None else None
    place = _awaited_elsewhere(facts, file, called) if known is None else None
    if not known and place is None:
        return
    why = f"it is awaited at {place}" if place is not None else "it returns a promise"
    why = why if shown == called else why.replace("it ", f"{called}() ", 1)
    yield Finding(
        AWAIT.id,
        severity,
        file.path,
        number,
        number,
        f"'{shown}' is not awaited any more, but {why}: the code goes on before it is done.",
        0.9 if known else 0.85,
        (place,) if place is not None else (),
        source="lost-awaits",
    )


def _assigned_from(above: list[str], name: str) -> str | None:
    """The call, without `await`, whose result the nearest assignment above keeps in a variable."""
    assignment = re.compile(rf"(?:^\s*|\b(?:const|let|var)\s+){re.escape(name)}(?:\s*:[^=\n]{{0,100}})?\s*=(?!=)\s*(.*)")
    for text in reversed(above[-_CLOSE:]):
        if len(text) <= LONGEST_LINE and (match := assignment.search(text)) is not None:
            call = re.match(r"([\w$.]+)\(", match[1])
            return call[1] if call is not None else None
    return None


def _handled(below: list[str], name: str) -> bool:
    """Whether lines below still await a variable or pass it on as a promise."""
    word = re.escape(name)
    body = "\n".join(text for text in below[:_CLOSE] if len(text) <= LONGEST_LINE)
    return bool(
        re.search(rf"\bawait\s+{word}\b|\breturn\s+{word}\b|\bPromise\.\w+\([^;]{{0,400}}\b{word}\b|\b{word}\.then\(", body)
    )


def _removed(file: ChangedFile, awaited: re.Pattern[str]) -> Iterator[tuple[int, str, str]]:
    """(line, text, awaited name) of each added line that is a removed line of the same hunk without its `await`."""
    for hunk in file.hunks:
        added = {text.strip(): number for number, text in hunk.added.items()}
        for text in hunk.removed.values():
            match = awaited.search(text) if len(text) <= LONGEST_LINE else None
            if match is None or text.lstrip().startswith(("//", "*")):
                continue
            without = (text[: match.start()] + text[match.start("called") :]).strip()
            name = re.escape(match["called"])
            bare = re.sub(rf"\((?={name}\()(.*?\))\)|\(({name})\)(?=[.\[])", r"\1\2", without)  # (await f()).x, (await p).x
            for now in (without, bare):
                if now in added:
                    yield added[now], now, match["called"]
                    break


def _severity(lines: list[str], number: int, text: str, used: str) -> Severity | None:
    """An error if the promise is used as a value, a warning if it is dropped; None if the line may be right.

    `used` is the beginning of a call, or a variable.
    """
    start = re.search(rf"(?<![\w$.]){re.escape(used)}", text)
    before, inside = (text[: start.start()], text[start.end() :]) if start is not None else (text, "")
    before, after = before.rstrip(), _after_call(inside) if used.endswith("(") else inside
    if re.search(r"(?:^|[^\w$)\]])\s*\($|\breturn\s*\($", before) and after.startswith(")."):  # in brackets of its own
        after = after[1:]
    if _VALUE_BEFORE.search(before) or _VALUE_AFTER.match(after):
        return Severity.ERROR
    if (match := _ASSIGNED.search(before)) is not None and not _PASSED_ON.search(text):
        return _of_variable(lines[number : number + _CLOSE], match["name"] or match["again"])
    return Severity.WARNING if not before and after.strip() in ("", ";") else None


def _after_call(inside: str) -> str:
    """What follows the closing bracket of a call; "" if it is on another line."""
    depth = 1
    for position, character in enumerate(inside):
        depth += (character == "(") - (character == ")")
        if not depth:
            return inside[position + 1 :]
    return ""


def _of_variable(below: list[str], name: str) -> Severity | None:
    """An error if code below uses the variable as a value; None if it may keep a promise."""
    word = re.escape(name)
    body = "\n".join(text for text in below if len(text) <= LONGEST_LINE)
    if _KEPT.search(name) or re.search(
        rf"\bawait\s+{word}\b|\breturn\s+{word}\b(?!\[|\.(?!then\b|catch\b|finally\b)\w)|\b(?:Promise\.\w+|then|push)\([^;]{{0,400}}\b{word}\b",
        body,
    ):
        return None
    if re.search(
        rf"(?<![\w$.]){word}(?:\.(?!then\b|catch\b|finally\b)\w|\[|\s*(?:===|!==|==|[<>+*]))|\bif\s*\(!?{word}\b", body
    ):
        return Severity.ERROR
    return None


def _returns_promise(project: Project, outline: Outline, path: str, called: str, depth: int = 0) -> bool | None:
    """Whether every definition that a call may mean returns a promise; None if none is found."""
    receiver, _, name = called.rpartition(".")
    homes = [(path, name)]
    if not receiver and name in outline.imports:
        found = outline.imports[name]
        home = project.script(path, found.module)
        if home is None:
            return None
        homes = [(home, name if found.name == "default" else found.name)]
    elif receiver not in ("", "this"):
        return None
    verdicts = [v for home, short in homes for v in _definitions(project, home, short, method=bool(receiver), depth=depth)]
    return all(verdicts) if verdicts else None


def _definitions(project: Project, path: str, name: str, *, method: bool, depth: int) -> Iterator[bool]:
    """For each definition of a function in a file, whether it returns a promise."""
    outline, text = project.outline(path), project.read(path)
    if outline is None or text is None:
        return
    lines = text.split("\n")
    for one in outline.definitions:
        if one.name == name and one.parameters is not None and bool(one.owner) == method:
            head = " ".join(lines[one.line - 1 : min(one.end, one.line + 8)]).partition("{")[0][:LONGEST_LINE]
            declared = re.search(rf"\basync\b(?!.*\basync\b.*{re.escape(name)})|\)\s*:\s*(?:Promise|PromiseLike)\b", head)
            yield bool(declared) or _gives_promise(project, outline, path, lines[one.line - 1 : one.end], depth)


def _gives_promise(project: Project, outline: Outline, path: str, lines: list[str], depth: int) -> bool:
    """Whether the last thing that a function returns is a promise: a new one, a chain, or the result of such a function.

    The returns of functions inside it are further to the right.
    """
    text = "\n".join(line[:LONGEST_LINE] for line in lines)
    returns = list(_RETURN.finditer(text))
    if returns:
        least = min(len(found["indent"]) for found in returns)
        value = [found for found in returns if len(found["indent"]) == least][-1]["value"]
    else:
        value = text.partition("=>")[2].strip()  # an arrow function that is one expression
    if _PROMISE.match(value):
        return True
    call = _CALL.match(value)
    if call is None or depth >= _DEEPEST:
        return False
    return bool(_returns_promise(project, outline, path, call["called"], depth + 1))


def _awaited_elsewhere(facts: Facts, file: ChangedFile, called: str) -> Place | None:
    """Where unchanged code of the file awaits the same call."""
    pattern = re.compile(rf"\bawait\s+{re.escape(called)}\s*\(")
    for number, text in enumerate(file.new_lines, 1):
        if number not in file.added and pattern.search(text) and not text.lstrip().startswith(("//", "*")):
            return facts.place(PurePosixPath(file.path).as_posix(), number)
    return None
