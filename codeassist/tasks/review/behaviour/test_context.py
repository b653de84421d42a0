"""What a test needs around its body: imports, helpers and constants of its file, its class with its set-up, fixtures."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path

from codeassist.evidence.parsed_source import syntax_tree
from indexers.files.decoding import source_text

LONGEST = 2_500
"""Characters of one helper, class or fixture that is taken along."""

DEEPEST = 3
"""Fixtures of fixtures, helpers of helpers."""

SET_UP = ("setUp", "setup_method", "setup")

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Context:
    """The statements of a test file that its tests may need, by the name that each binds; and fixtures, also of conftest.py."""

    def __init__(self, path: Path, tree: ast.Module, root: Path) -> None:
        """`root` is the folder above which no conftest.py is read."""
        self.top: dict[str, str] = {}
        self.fixtures: dict[str, ast.FunctionDef] = {}
        self.package = path.parent.relative_to(root).parts if path.is_relative_to(root) else ()
        for folder in reversed([path.parent, *path.parent.parents]):
            if folder.is_relative_to(root) and (folder / "conftest.py").is_file():
                self._add(parsed(folder / "conftest.py"))
        self._add(tree)

    def _add(self, tree: ast.Module | None) -> None:
        for node in tree.body if tree is not None else ():
            if isinstance(node, ast.Import | ast.ImportFrom):
                absolute = self._absolute(node)
                if not getattr(absolute, "level", 0):
                    self.top |= {(a.asname or a.name).partition(".")[0]: ast.unparse(absolute) for a in absolute.names}
            elif isinstance(node, ast.FunctionDef) and _is_fixture(node):
                self.fixtures[node.name] = node
            elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self._keep(node.targets[0].id, node)
            elif isinstance(node, ast.ClassDef) or (isinstance(node, Function) and _is_helper(node)):
                self._keep(node.name, _without_tests(node))

    def _absolute(self, node: ast.Import | ast.ImportFrom) -> ast.Import | ast.ImportFrom:
        """A relative import by the path of its folder below the root; any other import as it is."""
        if not isinstance(node, ast.ImportFrom) or not 0 < node.level <= len(self.package):
            return node
        package = self.package[: len(self.package) - node.level + 1]
        return ast.ImportFrom(".".join([*package, *([node.module] if node.module else [])]), node.names, 0)

    def _keep(self, name: str, node: ast.AST) -> None:
        text = ast.unparse(node)
        if len(text) <= LONGEST:
            self.top[name] = text

    def instance(self, test: ast.FunctionDef, owner: ast.ClassDef | None) -> list[str] | None:
        """The statements that bind the parameters of a test but for parametrised ones; None if one is not known."""
        steps: list[str] = []
        for argument in (a.arg for a in test.args.args):
            if argument == "self" and owner is not None:
                members = {n.name for n in owner.body if isinstance(n, ast.FunctionDef)}
                steps.append(f"self = {owner.name}()")
                steps += [f"self.{name}()" for name in SET_UP if name in members][:1]
            elif argument in self.fixtures:
                bound = self._fixture(argument, 0)
                if bound is None:
                    return None
                steps += [step for step in bound if step not in steps]
        return steps

    def _fixture(self, name: str, depth: int) -> list[str] | None:
        """The statements that bind the value of a fixture to its name; None if it needs an unknown one."""
        node = copy.deepcopy(self.fixtures[name])
        node.decorator_list, node.name = [], f"make_{name}"
        steps: list[str] = []
        arguments = [a.arg for a in node.args.args]
        for argument in arguments:
            inner = self._fixture(argument, depth + 1) if argument in self.fixtures and depth < DEEPEST else None
            if inner is None and argument != "tmp_path":
                return None
            steps += inner or []
        yields = any(isinstance(n, ast.Yield) for n in ast.walk(node))
        call = f"make_{name}({', '.join(arguments)})"
        return [*steps, ast.unparse(node), f"{name} = next({call})" if yields else f"{name} = {call}"]

    def needed(self, program: str) -> list[str] | None:
        """The statements that a program needs, in their order; None when it cannot be parsed."""
        try:
            names = _names(program)
        except SyntaxError:
            return None
        for _ in range(DEEPEST):
            for name in list(names & self.top.keys()):
                names |= _names(self.top[name])
        return list(dict.fromkeys(text for name, text in self.top.items() if name in names))


def parsed(path: Path) -> ast.Module | None:
    """The tree of a file of tests; None when it cannot be read or parsed."""
    try:
        return syntax_tree(source_text(path))
    except (OSError, ValueError):
        return None


def tests_in(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, ast.ClassDef | None]]:
    """The test functions of a file, with the class of a method."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield node, None
        elif isinstance(node, ast.ClassDef):
            yield from ((n, node) for n in node.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test"))


def _names(program: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(program)) if isinstance(n, ast.Name)}


def _is_helper(node: Function) -> bool:
    return not node.name.startswith("test") and not node.decorator_list


def _is_fixture(node: ast.FunctionDef) -> bool:
    return any("fixture" in ast.unparse(d) and "params" not in ast.unparse(d) for d in node.decorator_list)


def _without_tests(node: Function | ast.ClassDef) -> ast.AST:
    """A class without its tests and decorators."""
    if not isinstance(node, ast.ClassDef):
        return node
    bare = copy.copy(node)
    bare.decorator_list = []
    bare.body = [n for n in node.body if not (isinstance(n, Function) and n.name.startswith("test"))] or [ast.Pass()]
    return bare
