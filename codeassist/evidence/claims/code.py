"""Calls and attributes in code that somebody wrote, compared with the signatures and classes of the repository."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from codeassist.evidence.claims.names import is_of_library
from codeassist.evidence.parsed_source import dotted
from codeassist.printable import counted
from indexers import Index
from indexers.files.decoding import read_lines
from indexers.types import Definition

PYTHON = ("", "python", "py", "python3", "pycon")
_SHOWN = 120
_DYNAMIC = re.compile(r"\b(?:__getattr__|__getattribute__|setattr|__dict__|namedtuple|NamedTuple|Enum|TypedDict)\b")
_MOST_BASES = 12
_CALLABLE = frozenset({"function", "method", "constructor", "class", "struct", "record", "macro", "object"})
_OPTIONS = re.compile(r"\{|(?<!\w)(?:opts?|options?|config(?:uration)?|settings|params|props|args)(?!\w)", re.IGNORECASE)
"""Parameters whose keys are known; an object that is called otherwise may have any."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as written. `name` is dotted; its owner is the class of the receiver where that is known.

    `positional` is the number of positional arguments, or -1 if it is not stated; `sure` is whether the name can only mean
    a definition with that name, not a method of an object of unknown type.
    """

    name: str
    positional: int
    keywords: tuple[str, ...]
    text: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Access:
    """An attribute of an object whose class is known."""

    owner: str
    attribute: str
    text: str


def written(language: str, code: str, index: Index) -> Iterator[Call | Access]:
    """The calls of a text, and the attributes of objects whose class is a class of the repository, in their order."""
    if language in PYTHON:
        try:
            tree = ast.parse(re.sub(r"(?m)^(?:>>>|\.\.\.) ?", "", code))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = None
        if tree is not None:
            yield from _of_tree(tree, index)
            return
    for name, keywords, line in _scanned(code):
        yield Call(name, -1, tuple(keywords), line, sure=False)


def written_call(span: str) -> Call | None:
    """The call in backticks that a span is; None for anything else. Positional arguments stand for themselves or for names."""
    match = re.fullmatch(r"([^\W\d][\w.]*)\(([^()]*)\)", span)
    if match is None:
        return None
    pieces = [a.strip() for a in match[2].split(",") if a.strip()]
    keywords = [a.partition("=")[0].strip() for a in pieces if re.match(r"\w+\s*=(?!=)", a)]
    stated = bool(pieces) and "..." not in match[2]
    return Call(match[1], len(pieces) - len(keywords) if stated else -1, tuple(keywords), span)


def called(call: Call, index: Index) -> list[Definition]:
    """The definitions that a call may mean, without tests; none for a call of a library."""
    root, _, last = call.name.rpartition(".")
    if root.isidentifier() and _is_own_package(root, index):
        own = [d for d in index.definitions(last, 50) if d.name == last and d.qualified_name == last and d.kind in _CALLABLE]
        inside = [d for d in own if f"/{root}/" in f"/{d.path}" and not d.is_test]
        return inside if len(inside) == 1 else []
    if "." in call.name and (call.name.partition(".")[0] in sys.stdlib_module_names or is_of_library(call.name, index)):
        return []
    found = [d for d in index.definitions(call.name, 20) if d.name == last]
    if not found and not call.sure:
        found = [d for d in index.definitions(last, 20) if d.name == last]
    found = [d for d in found if d.kind in _CALLABLE]
    return [d for d in found if not d.is_test] or found


def _is_own_package(name: str, index: Index) -> bool:
    """Whether a name is that of a Python package at the top of the repository, or below `src` or `lib`."""
    homes = {f"{prefix}{name}/__init__.py" for prefix in ("", "src/", "lib/")}
    return not index.defines(name) and not homes.isdisjoint(index.files())


def mismatch(call: Call, found: list[Definition], index: Index) -> str | None:
    """Why a call fits none of the definitions, or None if it may fit one."""
    problems = [_problem(call, definition, index) for definition in found]
    return problems[0] if problems and all(problems) else None


def wrong_code(language: str, code: str, index: Index) -> Iterator[str]:
    """The calls and attributes of a code block that do not fit the repository, as written."""
    for item in written(language, code, index):
        if isinstance(item, Access):
            if lacks_member(item.owner, item.attribute, index):
                yield item.text
        elif mismatch(item, called(item, index), index):
            yield item.text


def lacks_member(owner: str, member: str, index: Index) -> bool:
    """Whether neither a Python class nor its bases mention a member; False if a base or the class is not known."""
    todo, seen = [owner], set[str]()
    while todo:
        name = todo.pop()
        if name in seen or name == "object":
            continue
        seen.add(name)
        found = [d for d in index.definitions(name, 5) if d.name == name and d.kind == "class" and d.language == "python"]
        if not found or len(seen) > _MOST_BASES:
            return False
        for definition in found:
            body = read_lines(index.root, definition.path, definition.line, definition.end_line)
            head = re.search(rf"class {name}\s*(?:\[[^\]]*\])?\s*(?:\(([^)]*)\))?\s*:", body)
            if head is None or _DYNAMIC.search(body) or re.search(rf"(?<!\w){member}(?!\w)", body):
                return False
            bases = re.sub(r"\[[^\]]*\]", "", head[1] or "")
            todo += [base.strip().rpartition(".")[2] for base in bases.split(",") if base.strip() and "=" not in base]
    return member not in dir(object)


def _of_tree(tree: ast.Module, index: Index) -> Iterator[Call | Access]:
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    classes = _classes_of_variables(tree, index)
    methods = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    for node in sorted((n for n in ast.walk(tree) if isinstance(n, ast.expr)), key=lambda n: (n.lineno, n.col_offset)):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            owner = _class_of(node.value, classes, index)
            if owner and (id(node) not in methods or not index.defines(node.attr)):
                yield Access(owner, node.attr, ast.unparse(node)[:_SHOWN])
        elif isinstance(node, ast.Call) and (call := _call_of(node, bound, own, classes, index)):
            yield call


def _call_of(node: ast.Call, bound: set[str], own: set[str], classes: dict[str, str], index: Index) -> Call | None:
    keywords = tuple(k.arg for k in node.keywords if k.arg)
    starred = any(isinstance(a, ast.Starred) for a in node.args)
    positional, text = -1 if starred else len(node.args), ast.unparse(node)[:_SHOWN]
    name = dotted(node.func)
    root = name.partition(".")[0]
    if root in own or (name and "." not in name and (name in bound or hasattr(builtins, name))):
        return None
    if isinstance(node.func, ast.Attribute):
        owner = _class_of(node.func.value, classes, index)
        qualified = f"{owner}.{node.func.attr}"
        if owner and any(d.qualified_name.endswith(qualified) for d in index.definitions(qualified, 5)):
            return Call(qualified, positional, keywords, text)
        if owner:
            return Call(node.func.attr, -1, keywords, text, sure=False)
    if not name or root in bound:
        last = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        return Call(last, -1, keywords, text, sure=False) if last else None
    return Call(name, positional, keywords, text, sure="." not in name)


def _classes_of_variables(tree: ast.Module, index: Index) -> dict[str, str]:
    """The classes of the repository of which the code makes objects, by variable; none for one with several values."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    made = _class_of(node.value, {}, index)
                    found[target.id] = made if found.get(target.id, made) == made else ""
    return found


def _class_of(node: ast.expr, classes: dict[str, str], index: Index) -> str:
    """The class of the repository whose object an expression is: `Gateway(...)` or a variable that holds one; else ""."""
    if isinstance(node, ast.Name):
        return classes.get(node.id, "")
    if not isinstance(node, ast.Call):
        return ""
    name = dotted(node.func).rpartition(".")[2]
    found = [d for d in index.definitions(name, 5) if d.name == name] if name else []
    return name if found and all(d.kind == "class" and d.language == "python" for d in found) else ""


def _scanned(code: str) -> Iterator[tuple[str, list[str], str]]:
    """(called name, names of keyword arguments or of an object literal's keys, line) of the calls in a text."""
    for match in re.finditer(r"([A-Za-z_]\w*)\s*\(", code):
        depth, end = 1, match.end()
        while end < len(code) and depth:
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(code[end], 0)
            end += 1
        inside = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", "''", code[match.end() : end - 1])
        flat = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", inside)
        arguments = re.findall(r"(?:^|,)\s*([A-Za-z_]\w*)\s*=(?![=>])", re.sub(r"\{[^{}]*\}", "", flat))
        if re.fullmatch(r"\s*\{.*\}\s*", flat, re.DOTALL):
            keys = _outermost(flat.strip()[1:-1])
            arguments += re.findall(r"(?:^|,)\s*([A-Za-z_]\w*)\s*:", keys)
        yield match[1], arguments, match[0] + code[match.end() : end].partition("\n")[0]


def _outermost(text: str) -> str:
    """A text without what stands in braces; nothing if a brace closes that was not opened."""
    kept, depth = [], 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return ""
        if depth == 0:
            kept.append(character)
    return "".join(kept)


def _problem(call: Call, definition: Definition, index: Index) -> str | None:
    """Why a call does not fit a definition, or None if it may."""
    if definition.language == "python":
        return _python_problem(call, definition, index)
    keys = definition.language in ("javascript", "typescript", "tsx") and definition.kind in ("function", "method")
    if keys and not _OPTIONS.search(definition.signature):
        return None
    text = read_lines(index.root, definition.path, 1, definition.end_line + 400)
    if re.search(r"\*\*\w|\.\.\.\w*[Oo]ptions|\bkwargs\b", text):
        return None
    unknown = next((k for k in call.keywords if not re.search(rf"\b{k}\b", text)), None)
    return f"no parameter '{unknown}'" if unknown else None


def _python_problem(call: Call, definition: Definition, index: Index) -> str | None:
    signature = definition.signature
    if definition.kind == "class":
        constructors = [d for d in index.definitions(f"{definition.name}.__init__", 5) if d.path == definition.path]
        if not constructors:
            return None
        signature = constructors[0].signature
    try:
        node = ast.parse(f"{signature.rstrip(':')}: ...").body[0]
    except (SyntaxError, ValueError, IndexError):
        return None
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    parameters = node.args
    names = [a.arg for a in (*parameters.posonlyargs, *parameters.args)]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    allowed = {*names, *(a.arg for a in parameters.kwonlyargs)}
    unknown = [k for k in call.keywords if k not in allowed]
    if unknown and parameters.kwarg is None:
        return f"no parameter '{unknown[0]}'"
    if call.positional > len(names) and parameters.vararg is None:
        return f"takes {counted(len(names), 'positional argument')}, not {call.positional}"
    return None
