"""Run `gen-tests`: select files, choose the engine, generate tests for each file, and write them if requested."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from codeassist.config import Config
from codeassist.deadline import SILENT, Cancel, Deadline, Events
from codeassist.errors import CodeassistError, UsageError
from codeassist.models.messages import Message
from codeassist.models.prices import cost
from codeassist.models.session import Session
from codeassist.printable import counted
from codeassist.prompts import Library
from codeassist.sandbox import confinement
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.target import Target, find_target
from codeassist.tasks.gen_tests.api_engine.from_api import generate_api
from codeassist.tasks.gen_tests.choose_modules import changed_modules, uncovered_modules
from codeassist.tasks.gen_tests.generate import generate
from codeassist.tasks.gen_tests.model_engine.other_languages import first_request, generate_in_other_language
from codeassist.tasks.gen_tests.request import Engine, GenTestsRequest, ModelEngine, ModuleOptions
from codeassist.tasks.gen_tests.result import GenTestsResult, ModuleResult
from codeassist.tasks.gen_tests.search_process import enough_seconds
from codeassist.tasks.gen_tests.writing.merging import write_tests
from codeassist.tasks.gen_tests.writing.width import line_length
from indexers import Index
from indexers.files.decoding import source_text

MOST_MODULES = 5
"""Maximum number of modules that `uncovered` selects when no path is given."""

OpenIndex = Callable[[], AbstractContextManager[Index | None]]
"""Opens the repository's index if it exists, to find uses of a module; an index is never built for this."""


@dataclass(slots=True)
class GenTestsContext:
    """The services for generating tests. `on_module` is called with each result as soon as it is available."""

    root: Path
    config: Config
    open_index: OpenIndex
    library: Library
    session: Session | None = None
    events: Events = SILENT
    cancel: Cancel = field(default_factory=Cancel)
    on_module: Callable[[ModuleResult], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """The first request that would be sent to the model for one file."""

    path: str
    model: str
    prompt: str
    tokens: int
    messages: list[Message]
    cost: float | None

    def as_json(self) -> dict[str, Any]:
        """The JSON form of one file's request in a dry run."""
        return {
            "path": self.path,
            "model": self.model,
            "prompt": self.prompt,
            "tokens": self.tokens,
            "messages": [m.as_json() for m in self.messages],
            "cost": self.cost,
        }


def run(request: GenTestsRequest, context: GenTestsContext) -> GenTestsResult:
    """Generate tests. Files are written only if the request asks for it.

    Raises `UsageError` for an invalid request; an error in one file does not stop the others.
    """
    _check(request)
    result = GenTestsResult(ledger=context.session.ledger if context.session is not None else None)
    context.events.note(confinement.require().line)
    names, missing = _choose(request, context)
    if not names:
        result.nothing_to_do = True
        return result
    if request.out is not None and len(names) > 1:
        raise UsageError("--out works for one file only.")
    options = _options(request, context)
    if request.api:
        generators = {name: _api(name, request, context, options) for name in names}
    else:
        targets = [find_target(name, context.root) for name in names]
        for target, name in zip(targets, names, strict=True):
            _check_target(target, name)
        _choose_engine(request, context, targets, options)
        generators = {n: _module(t, request, context, options, missing) for n, t in zip(names, targets, strict=True)}
    for name, generate_one in generators.items():
        context.cancel.check()
        try:
            module = generate_one()
        except CodeassistError as error:
            result.failed.append((name, error))
            continue
        result.modules.append(module)
        context.on_module(module)
        if request.write or request.out is not None:
            if request.out is None:
                _require_inside(context.root, module.path)
            _write(module, context)
    return result


def plan(request: GenTestsRequest, context: GenTestsContext) -> list[PlannedRequest]:
    """The first request to the model for each file, without running or sending anything; empty without a model."""
    _check(request)
    if request.api:  # tests of an HTTP API need no model
        return []
    names, _ = _choose(request, context)
    targets = [find_target(name, context.root) for name in names]
    options = _options(request, context)
    _choose_engine(request, context, targets, options)
    if options.model is None:
        return []
    session = options.model.session
    planned = []
    for target in targets:
        with _index_of(target, context) as index:
            prompt, messages = first_request(target, index, options.model)
        tokens = session.estimate(messages)
        price = cost(session.settings, tokens, session.settings.max_output_tokens)
        planned.append(PlannedRequest(target.path.name, session.model.name, prompt, tokens, messages, price))
    return planned


def check_request(request: GenTestsRequest, root: Path) -> None:
    """Raise `UsageError` for options that contradict each other, and for a named file that no tests can be generated for."""
    _check(request)
    if not request.api:
        for name in request.paths:
            _check_target(find_target(name, root), name)


def _check_target(target: Target, spelled: str) -> None:
    """Raise `UsageError` for a test file, and for a name that a Python module does not define."""
    if target.path.suffix != ".py":
        return
    if re.match(r"(?:test_.*|.*_test|conftest)\.py$", target.path.name):
        raise UsageError(f"{target.path.name} contains tests; name the module that they test.")
    for name in target.names:
        if not _defines(ast.parse(source_text(target.path)), name.split(".")):
            raise UsageError(f"{spelled.partition('::')[0]} defines no function or class '{name}'.")


def _defines(tree: ast.AST, names: list[str]) -> bool:
    """Whether a module or class binds a name, and that one the next; names of values and imports are taken as they are."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and node.name == names[0]
            and node is not tree
        ):
            return len(names) == 1 or _defines(node, names[1:])
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == names[0]:
            return True
    return False


def _check(request: GenTestsRequest) -> None:
    if not request.paths and not request.changed and not request.uncovered:
        raise UsageError("Name a file, or use --changed or --uncovered.")
    if request.out is not None and request.out.suffix in ("", ".md", ".txt", ".rst"):
        raise UsageError(f"{request.out} is not the name of a test file.")


def _choose(request: GenTestsRequest, context: GenTestsContext) -> tuple[list[str], dict[str, frozenset[int]]]:
    """The selected files, and the uncovered lines of each if a coverage file was read or measured."""
    names = list(request.paths)
    missing: dict[str, frozenset[int]] = {}
    if request.changed:
        names += changed_modules(context.root, request.base)
        if not names:
            context.events.note(f"No Python module with functions or classes differs from {request.base}.")
            return [], {}
    if request.uncovered and (request.coverage is not None or not names):
        missing = uncovered_modules(context.root, request.coverage, request.python, context.events)
        if not names and not missing:
            context.events.note("The tests cover every line of every module that they import.")
            return [], {}
        if not names and len(missing) > MOST_MODULES:
            context.events.note(f"Selected the {MOST_MODULES} modules with the most uncovered lines, of {len(missing)}.")
        names = names or list(missing)[:MOST_MODULES]
    return names, missing


def _options(request: GenTestsRequest, context: GenTestsContext) -> ModuleOptions:
    return ModuleOptions(
        request.seconds,
        seed=request.seed,
        uncovered=request.uncovered,
        repeats=request.repeats,
        out=request.out,
        events=context.events,
        cancel=context.cancel,
    )


def _choose_engine(request: GenTestsRequest, context: GenTestsContext, targets: list[Target], options: ModuleOptions) -> None:
    """Resolve `auto`: both if a model is configured, else search. Other languages than Python need a model."""
    session = None if request.engine is Engine.SEARCH else context.session
    other = [t for t in targets if t.path.suffix != ".py"]
    if session is None and (request.engine in (Engine.MODEL, Engine.BOTH) or other):
        problem = (
            f"Tests for {other[0].path.name} are written by a model" if other else f"--engine {request.engine} needs a model"
        )
        raise UsageError(f"{problem}; name one with --model, such as openai:NAME or local:FOLDER; see: codeassist models")
    automatic = Engine.SEARCH if session is None else Engine.BOTH
    options.engine = automatic if request.engine is Engine.AUTO else request.engine
    if session is not None:
        config = context.config
        options.model = ModelEngine(
            session,
            context.library,
            request.prompt or config.tasks.gen_tests.prompt,
            config.privacy.never_send,
            needed=options.engine is Engine.MODEL,
        )


def _module(
    target: Target,
    request: GenTestsRequest,
    context: GenTestsContext,
    options: ModuleOptions,
    missing: dict[str, frozenset[int]],
) -> Callable[[], ModuleResult]:
    def generate_module() -> ModuleResult:
        deadline = Deadline(request.seconds)
        options.missing = missing.get(str(target.path), frozenset())
        with _index_of(target, context) as index:
            if target.path.suffix == ".py":
                interpreter = find_interpreter(target.root, request.python)
                seconds = enough_seconds(request.seconds, interpreter, options.repeats)
                if seconds > request.seconds:
                    context.events.note(
                        f"{request.seconds:g} s are too short here and now, where pytest takes "
                        f"{interpreter.start_seconds:.1f} s to start: up to {seconds:.0f} s are used."
                    )
                longer = replace(options, seconds=seconds)
                return generate(target, interpreter, index, longer, deadline.extended(seconds))
            assert options.model is not None
            return generate_in_other_language(target, index, options, options.model)

    return generate_module


def _api(name: str, request: GenTestsRequest, context: GenTestsContext, options: ModuleOptions) -> Callable[[], ModuleResult]:
    return lambda: generate_api(name, context.root, options, request.python)


def _index_of(target: Target, context: GenTestsContext) -> AbstractContextManager[Index | None]:
    return context.open_index() if context.root in target.path.parents else nullcontext(None)


def _require_inside(root: Path, path: Path) -> None:
    """Raise `UsageError` when a link of the repository leads a file of it to a place outside."""
    if root in path.parents and (path.is_symlink() or not path.parent.resolve().is_relative_to(root.resolve())):
        raise UsageError(f"{path} is or is behind a symbolic link; name the file to write with --out.")


def _write(module: ModuleResult, context: GenTestsContext) -> None:
    """Write a module's test file. Raises `UsageError` when it cannot be written."""
    if not module.text:
        return
    if module.generated:
        module.path = write_tests(module.path, module.generated, line_length(context.root))
    else:
        try:
            module.path.parent.mkdir(parents=True, exist_ok=True)
            module.path.write_text(module.text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"Cannot write {module.path}: {error.strerror or error}.") from error
    context.events.note(f"Wrote {counted(len(module.tests), 'test')} to {module.path}.")
