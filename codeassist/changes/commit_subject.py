"""What one changed Python file does, as the subject of a commit message: from both syntax trees, without a model."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Mapping

from codeassist.changes.change import ChangedFile
from codeassist.changes.edits import calls_changed, condition_changed, inverts, value_changed
from codeassist.evidence.parsed_source import PythonFunction as Function
from codeassist.evidence.parsed_source import python_functions, syntax_tree

Kind = Callable[[str, Function, Function], str]
"""Describes one kind of change of a function, given as it is called; "" if there is none."""

Functions = Mapping[str, Function]
"""The functions of one version by qualified name."""

LONGEST = 60
"""Characters of a clause that lists functions."""

_PLAIN = re.compile(r"-?[\d._]+|True|False|None")
"""Values that stand in a subject; a text may be a secret."""


def python_subject(file: ChangedFile) -> str:
    """A clause in the imperative such as `validate colour in style()`; "" if nothing better than the names is known."""
    if file.suffix != ".py" or file.kind not in ("modified", "renamed"):
        return ""
    old, new = syntax_tree(file.old), syntax_tree(file.new)
    if old is None or new is None:
        return ""
    before, after = dict(python_functions(old)), dict(python_functions(new))
    added, removed = [n for n in after if n not in before], [n for n in before if n not in after]
    if len(added) == len(removed) == 1 and _body(after[added[0]]) == _body(before[removed[0]]):
        return f"rename {removed[0]}() to {added[0].rpartition('.')[2]}()"
    changed = [n for n in after if n in before and ast.dump(after[n]) != ast.dump(before[n])]
    inner = [n for n in changed if not any(o.startswith(f"{n}.") for o in changed)]
    if added and len(inner) < 2 and not removed:
        return _with_uses(added, removed, inner, before, after)
    if removed and not added and not inner:
        return f"remove {_listed(removed)}"
    if not added and not removed and not inner:
        return _of_module(old, new)
    if len(inner) == 1 and not removed:
        return _of_function(inner[0], before[inner[0]], after[inner[0]])
    clauses = [_of_function(n, before[n], after[n]) for n in inner]
    if not added and not removed:
        return _shared(clauses, inner) or _two(clauses) or _by_the_largest(clauses, inner, before, after)
    return _with_uses(added, removed, inner, before, after)


def python_clauses(file: ChangedFile) -> list[str]:
    """What a changed Python file does, a clause for each function that changed in a way that can be said, for a message's body.

    Definitions that are added or removed come first; empty where nothing better than the names is known.
    """
    if file.suffix != ".py" or file.kind not in ("modified", "renamed"):
        return []
    old, new = syntax_tree(file.old), syntax_tree(file.new)
    if old is None or new is None:
        return []
    before, after = dict(python_functions(old)), dict(python_functions(new))
    added, removed = [n for n in after if n not in before], [n for n in before if n not in after]
    if removed and added:
        return []  # it may be one that was renamed
    clauses = [f"{verb} {_listed(names)}" for verb, names in (("add", added), ("remove", removed)) if names]
    changed = [n for n in after if n in before and ast.dump(after[n]) != ast.dump(before[n])]
    inner = [n for n in changed if not any(o.startswith(f"{n}.") for o in changed)]
    clauses += [_of_function(n, before[n], after[n]) for n in inner]
    return clauses if any(not clause.startswith("change ") for clause in clauses) else []


def _two(clauses: list[str]) -> str:
    """Two clauses in one, if both say more than a name and fit."""
    both = " and ".join(clauses)
    return both if len(clauses) == 2 and len(both) <= LONGEST and not any(c.startswith("change ") for c in clauses) else ""


def _with_uses(added: list[str], removed: list[str], inner: list[str], old: Functions, new: Functions) -> str:
    """Definitions that are added or removed, and what uses them now or did: `add size() and use it in area()`."""
    if len(added) == len(removed) == 1:
        return f"replace {removed[0]}() by {added[0].rpartition('.')[2]}()"
    names, functions, verb = (added, new, "add") if added else (removed, old, "remove")
    short = {name.rpartition(".")[2] for name in names}
    users = [n for n in inner if short & _names_in(functions[n])]
    clause = f"{verb} {_listed(names)}"
    if not users:
        return clause
    use = (
        f"and use {'it' if len(names) == 1 else 'them'} in" if added else f"and {'its' if len(names) == 1 else 'their'} uses in"
    )
    whole = f"{clause} {use} {_listed(users)}"
    return whole if len(whole) <= LONGEST else clause


def _by_the_largest(clauses: list[str], inner: list[str], old: Functions, new: Functions) -> str:
    """What changed in the function with the largest edit, and how many others change; "" if that is nothing but its name."""
    sizes = [_edit(old[name], new[name]) for name in inner]
    largest = max(range(len(inner)), key=lambda n: sizes[n])
    if clauses[largest].startswith("change ") or 2 * sizes[largest] < sum(sizes):
        return ""
    others = len(inner) - 1
    return f"{clauses[largest]} and adapt {others} other{'s' * (others > 1)}"


def _edit(old: Function, new: Function) -> int:
    """How many lines of a function differ, without regard to their order."""
    before, after = Counter(ast.unparse(old).split("\n")), Counter(ast.unparse(new).split("\n"))
    return (before - after).total() + (after - before).total()


def _names_in(node: ast.AST) -> set[str]:
    """The names and attributes that code uses."""
    return {n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)}


def _of_function(name: str, old: Function, new: Function) -> str:
    """What changed in one function, the most telling first."""
    call = f"{name}()" if not name.endswith(".__init__") else f"{name.removesuffix('.__init__')}()"
    kinds: tuple[Kind, ...] = (
        *(_documented, _parameters, _checks, _handlers, _awaits),
        *(condition_changed, value_changed, calls_changed, _result),
    )
    return next((text for kind in kinds if (text := kind(call, old, new))), f"change {call}")


def _documented(call: str, old: Function, new: Function) -> str:
    if _body(old) == _body(new) and _arguments(old) == _arguments(new) and ast.dump(old.args) != ast.dump(new.args):
        return f"annotate {call}"
    if _body(old) == _body(new) and ast.dump(old.args) == ast.dump(new.args):
        if ast.get_docstring(old) != ast.get_docstring(new):
            return f"document {call}" if not ast.get_docstring(old) else f"correct the documentation of {call}"
        if ast.dump(ast.Module(new.decorator_list, [])) != ast.dump(ast.Module(old.decorator_list, [])):  # type: ignore[arg-type]
            fresh = [ast.unparse(d) for d in new.decorator_list if ast.unparse(d) not in map(ast.unparse, old.decorator_list)]
            return f"decorate {call} with {fresh[0].partition('(')[0]}" if fresh else ""
    return ""


def _parameters(call: str, old: Function, new: Function) -> str:
    before, after = _arguments(old), _arguments(new)
    added, removed = [n for n in after if n not in before], [n for n in before if n not in after]
    if len(added) == len(removed) == 1:
        return f"rename the parameter {removed[0]} of {call} to {added[0]}"
    if added and not removed:
        return f"add {' and '.join(added[:2])} to {call}" if len(added) <= 2 else f"add parameters to {call}"
    if removed and not added:
        return f"remove {' and '.join(removed[:2])} from {call}" if len(removed) <= 2 else f"remove parameters from {call}"
    different = [n for n in after if before.get(n) != after[n] and _PLAIN.fullmatch(after[n])]
    return f"use {after[different[0]]} as the default {different[0]} of {call}" if len(different) == 1 else ""


def _checks(call: str, old: Function, new: Function) -> str:
    """Guards: a new `if` that raises, returns early, or looks at a missing value."""
    known = {ast.dump(n) for n in ast.walk(old) if isinstance(n, ast.If)}
    for node in (n for n in ast.walk(new) if isinstance(n, ast.If) and ast.dump(n) not in known):
        before = [n.test for n in ast.walk(old) if isinstance(n, ast.If | ast.While | ast.IfExp)]
        if any(ast.dump(node.test) == ast.dump(test) or inverts(node.test, test) for test in before):
            continue
        names = [n.id for n in ast.walk(node.test) if isinstance(n, ast.Name) and n.id not in ("isinstance", "len", "self")]
        subject = names[0] if names else ""
        attribute = next((n.attr for n in ast.walk(node.test) if isinstance(n, ast.Attribute)), "")
        what = (subject or attribute).lstrip("_").replace("_", " ")
        if any(isinstance(n, ast.Raise) for n in node.body) and what:
            return f"validate {what} in {call}"
        text = ast.unparse(node.test)
        if re.search(r"\bis None\b", text) and what:
            return f"handle a missing {what} in {call}"
        if re.match(r"not \w+$|len\(\w+\) == 0", text) and what:
            return f"handle an empty {what} in {call}"
    return ""


def _handlers(call: str, old: Function, new: Function) -> str:
    fresh = sorted(_caught(new) - _caught(old))
    gone = sorted(_caught(old) - _caught(new))
    if fresh:
        return f"catch {' and '.join(fresh[:2])} in {call}"
    if gone:
        return f"do not catch {' and '.join(gone[:2])} in {call}"
    raised = sorted(_raised(new) - _raised(old))
    return f"raise {raised[0]} in {call}" if raised else ""


def _awaits(call: str, old: Function, new: Function) -> str:
    if type(old) is not type(new):
        return f"make {call} {'asynchronous' if isinstance(new, ast.AsyncFunctionDef) else 'synchronous'}"
    fresh = sorted(_awaited(new) - _awaited(old))
    return f"await {fresh[0]}() in {call}" if fresh else ""


def _result(call: str, old: Function, new: Function) -> str:
    before = [ast.dump(n) for n in ast.walk(old) if isinstance(n, ast.Return)]
    after = [ast.dump(n) for n in ast.walk(new) if isinstance(n, ast.Return)]
    count, counted = (sum(isinstance(n, ast.stmt) for n in ast.walk(f)) for f in (old, new))
    return f"change what {call} returns" if before != after and count == counted else ""


def _of_module(old: ast.Module, new: ast.Module) -> str:
    """What changed outside of functions: one value, imports, or nothing but comments."""
    before, after = _values(old), _values(new)
    changed = [n for n in after if n in before and before[n] != after[n]]
    fresh, gone = [n for n in after if n not in before], [n for n in before if n not in after]
    if len(changed) == 1 and not fresh and not gone:
        name, value = changed[0], after[changed[0]]
        if name.strip("_").lower() == "version" and re.fullmatch(r"'v?\d[\w.]*'", value):
            return f"version {value[1:-1]}"
        return f"set {name} to {value}" if _PLAIN.fullmatch(value) else f"change {name}"
    if fresh and not gone and not changed:
        return f"add {_joined(fresh)}"
    if gone and not fresh and not changed:
        return f"remove {_joined(gone)}"
    if _code_without_imports(old) == _code_without_imports(new):
        names = _imported(old) - _imported(new)
        return f"remove the import of {_joined(sorted(names))}" if names and _imported(new) <= _imported(old) else ""
    return ""


def _shared(clauses: list[str], names: list[str]) -> str:
    """One clause for several functions that change in the same way; "" if they do not."""
    patterns = {re.sub(r"[\w.]+\(\)", "()", clause) for clause in clauses}
    if len(patterns) == 1 and 1 < len(names) <= 3:
        (pattern,) = patterns
        clause = pattern.replace("()", _listed(names), 1)
        others = f"{names[0]}() and {len(names) - 1} more"
        return clause if len(clause) <= LONGEST else pattern.replace("()", others, 1)
    return ""


def _body(node: Function) -> str:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return ast.dump(ast.Module(body, []))


def _arguments(node: Function) -> dict[str, str]:
    """Parameters and their defaults as text."""
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults = [None] * (len(positional) - len(node.args.defaults)) + list(node.args.defaults)
    pairs = [*zip(positional, defaults, strict=True), *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)]
    return {a.arg: ast.unparse(d) if d is not None else "" for a, d in pairs}


def _caught(node: Function) -> set[str]:
    handlers = [n.type for n in ast.walk(node) if isinstance(n, ast.ExceptHandler) and n.type is not None]
    return {ast.unparse(e) for h in handlers for e in (h.elts if isinstance(h, ast.Tuple) else [h])}


def _raised(node: Function) -> set[str]:
    raised = [n.exc for n in ast.walk(node) if isinstance(n, ast.Raise) and n.exc is not None]
    return {ast.unparse(e.func if isinstance(e, ast.Call) else e) for e in raised}


def _awaited(node: Function) -> set[str]:
    calls = [n.value for n in ast.walk(node) if isinstance(n, ast.Await) and isinstance(n.value, ast.Call)]
    return {ast.unparse(c.func) for c in calls}


def _values(tree: ast.Module) -> dict[str, str]:
    """Names that the module and its classes assign, with their values as text."""
    values: dict[str, str] = {}
    scopes: list[tuple[str, list[ast.stmt]]] = [("", tree.body)]
    scopes += [(f"{n.name}.", n.body) for n in tree.body if isinstance(n, ast.ClassDef)]
    for prefix, body in scopes:
        for node in body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            value = getattr(node, "value", None)
            values |= {f"{prefix}{t.id}": ast.unparse(value) if value else "" for t in targets if isinstance(t, ast.Name)}
    return values


def _imported(tree: ast.Module) -> set[str]:
    return {a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names}


def _code_without_imports(tree: ast.Module) -> str:
    return ast.dump(ast.Module([n for n in tree.body if not isinstance(n, ast.Import | ast.ImportFrom)], []))


def _listed(names: list[str]) -> str:
    return _joined([f"{name}()" for name in names])


def _joined(names: list[str]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
