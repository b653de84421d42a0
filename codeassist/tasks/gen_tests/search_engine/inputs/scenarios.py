"""How a call is brought into the form that its kind needs: awaited, entered, iterated, inside an object's `with` block."""

from __future__ import annotations

import ast
import inspect
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import indent
from typing import Any

from ..running.messages import message_of

INSIDE = {"async with": 0.65, "with": 0.3}
"""How often a method of an object that can be entered is called inside its `with` block."""

RAISING = 0.2
"""How often an exception is raised inside the block of a context manager."""

NO_LOOP = re.compile(r"no (?:running|current) event loop|a coroutine was expected|an awaitable is required")
"""Messages that say that something has to happen inside a coroutine."""

RUN = "asyncio.run(scenario())"
TAB = "    "


@dataclass(frozen=True)
class Form:
    """What has to be done with a call or its result, beside calling it.

    `manages` is "with" or "async with" for a function that makes a context manager; `yields` is "async" for an asynchronous
    generator and "sent" for a generator that values are sent to; `handled` are exceptions that its code handles.
    """

    manages: str = ""
    yields: str = ""
    handled: tuple[str, ...] = ()


def form_of(function: Any, tree: ast.AST | None) -> Form:
    """The form of a function from its kind, its decorators and its code."""
    raw = inspect.unwrap(function) if callable(function) else function
    decorators = [ast.unparse(d) for d in getattr(tree, "decorator_list", ())]
    handled = (
        tuple(
            dict.fromkeys(
                n.type.id for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler) and isinstance(n.type, ast.Name)
            )
        )
        if tree is not None
        else ()
    )
    if inspect.isasyncgenfunction(raw):
        managed = any(d.rpartition(".")[2] == "asynccontextmanager" for d in decorators)
        return Form("async with", handled=handled) if managed else Form(yields="async")
    if inspect.isgeneratorfunction(raw):
        if any(d.rpartition(".")[2] == "contextmanager" for d in decorators):
            return Form("with", handled=handled)
        return Form(yields="sent" if tree is not None and _takes_what_is_sent(tree) else "")
    return Form()


def _takes_what_is_sent(tree: ast.AST) -> bool:
    """Whether a generator uses the value of a `yield`."""
    unused = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    return any(isinstance(n, ast.Yield) and id(n) not in unused for n in ast.walk(tree))


def entered_by(cls: Any) -> str:
    """How objects of a class are entered: "async with", "with" or, where they are not, ""."""
    if hasattr(cls, "__aenter__") and hasattr(cls, "__aexit__"):
        return "async with"
    return "with" if hasattr(cls, "__enter__") and hasattr(cls, "__exit__") else ""


def needs_loop(error: BaseException | None) -> bool:
    """Whether an exception says that the call has to happen inside an event loop."""
    return isinstance(error, (RuntimeError, ValueError, TypeError)) and NO_LOOP.search(message_of(error)) is not None


@dataclass
class Call:
    """A call with the steps before it, and the variables that are observed after it.

    `awaited` is whether its result is awaited, `looped` whether it has to run inside an event loop, `around` how the object
    `name` is entered around it ("" for not at all), `before` are calls in the same block before it.
    """

    steps: tuple[str, ...]
    text: str
    watched: tuple[str, ...] = ()
    awaited: bool = False
    looped: bool = False
    name: str = ""
    around: str = ""
    before: Sequence[str] = field(default_factory=tuple)


def arranged(call: Call, form: Form, sent: Sequence[str], chance: random.Random) -> Call:
    """The call in its form; `sent` are values for a generator that takes some."""
    if form.yields == "sent" and sent:
        return _sent_to(call, sent)
    text = _managed(call.text, form, chance)
    in_loop = call.looped or "async with" in (form.manages, call.around) or form.yields == "async"
    if not in_loop and call.awaited:
        return _plain(call, ("import asyncio", *call.steps), f"asyncio.run({call.text})")
    if not in_loop:
        block = text if text != call.text else ""
        if call.around:
            is_value = not block and _is_expression(text)
            inside = block or (f"result = {text}" if is_value else text)
            block = f"with {call.name}:\n{indent(inside, TAB)}"
            return _plain(call, call.steps, block, ("result", *call.watched) if is_value or form.manages else call.watched)
        return _plain(call, call.steps, block, ("result", *call.watched)) if block else call
    return _scenario(call, form, text)


def _scenario(call: Call, form: Form, text: str) -> Call:
    """The call inside a coroutine function that `asyncio.run` runs."""
    if form.manages:
        body = text.replace("result = ", "return ")
    elif form.yields == "async":
        body = f"return [item async for item in {text}]"
    elif call.awaited:
        body = f"return await {text}"
    else:
        body = f"return {text}" if _is_expression(text) else text
    body = "\n".join((*call.before, body))
    if call.around:
        body = f"{call.around} {call.name}:\n{indent(body, TAB)}"
    outside = call.steps
    if call.looped:  # objects that a loop is needed for are made inside it
        outside = tuple(s for s in call.steps if s.startswith(("import ", "from ", "monkeypatch.", "def ")))
        body = "\n".join((*(s for s in call.steps if s not in outside), body))
    watched = tuple(name for name in call.watched if not call.looped or name not in body)
    return _plain(call, ("import asyncio", *outside, f"async def scenario():\n{indent(body, TAB)}"), RUN, watched)


def _managed(text: str, form: Form, chance: random.Random) -> str:
    """The block of the context manager that a call makes; the call itself for other forms."""
    if not form.manages:
        return text
    if chance.random() < RAISING:
        error = chance.choice((*form.handled, "ValueError"))
        return f"{form.manages} {text}:\n{TAB}raise {error}('text')"
    return f"{form.manages} {text} as entered:\n{TAB}result = entered"


def _sent_to(call: Call, sent: Sequence[str]) -> Call:
    steps = (f"generator = {call.text}", "next(generator)", *(f"generator.send({value})" for value in sent[:-1]))
    return _plain(call, (*call.steps, *steps), f"generator.send({sent[-1]})")


def _plain(call: Call, steps: tuple[str, ...], text: str, watched: tuple[str, ...] | None = None) -> Call:
    return Call(steps, text, call.watched if watched is None else watched)


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True
