"""The parameters of targets learned from traced calls (`tracing`): kinds, attributes, entries, items, results."""

from __future__ import annotations

import builtins
import contextlib
import sys
import time
import types
from collections.abc import Iterator, Sequence
from typing import Any

from ..running.execution import Bench
from .kinds import METHODS, Parameter, from_name
from .proxies import is_a
from .target import Target
from .targets import Inventory
from .traced_values import Seen, native
from .tracing import StandIn, Trace
from .usage import instance_kind

RUNS = 10
"""Traced calls of one target: truth values differ, so that they take different ways."""

RESUMED = 20
"""How often a coroutine that waits for something else than its arguments is resumed."""

WEIGHT = 12
"""Weight of what was observed, compared with what the text of the code suggests."""

TRACED = "_traced"
CONTAINERS = ("dict", "list", "iter", "tuple", "callable")
"""Kinds of value whose parts annotations often do not describe."""

MOST_CLASSES = 400


class Shapes:
    """Observes how one module's targets use their arguments, and corrects what is known about their parameters."""

    def __init__(self, bench: Bench, inventory: Inventory, maker: Any) -> None:
        """`maker` chooses values for the parameters that are known (`arguments.Arguments`)."""
        self.bench, self.inventory, self.maker = bench, inventory, maker
        self._classes: dict[str, type] | None = None
        self._module: Any = None

    def learn(self, until: float, *, methods: bool | None = None, targets: Sequence[Target] = ()) -> None:
        """Trace every target with a parameter that nothing is sure about, until a time of `time.monotonic`.

        `methods`: only methods, which need an instance of their class, or only others; None for all. `targets`: only these.
        """
        with self._observed_checks(), self._copy() as self._module:
            for target in targets or [*self.inventory.targets, *self.inventory.helpers.values()]:
                open_parameters = [p for p in target.parameters if self._is_open(p) and not p.how.startswith("var")]
                if target.kind in ("command", "property") or not open_parameters:
                    continue
                if methods is not None and methods is not (target.kind == "method"):
                    continue
                if time.monotonic() > until:
                    return
                seen = {p.name: Seen() for p in open_parameters}
                self._trace(target, seen, until)
                for parameter in open_parameters:
                    self._apply(parameter, seen[parameter.name], 0)

    def _is_open(self, parameter: Parameter) -> bool:
        """Whether calls can tell more: what a parameter is, or what is in a container or object that an annotation names."""
        if not parameter.sure:
            return True
        kinds = [kind for kind, weight in parameter.kinds.items() if weight > 0]
        return any(
            kind.rpartition(":")[2] in CONTAINERS or (kind.startswith("obj:") and not self.maker.instances.of(kind[4:]))
            for kind in kinds
        )

    # -- calls

    def _trace(self, target: Target, seen: dict[str, Seen], until: float) -> None:
        calls = self._calls(target, seen)
        for n in range(RUNS + len(calls)):
            if time.monotonic() > until or not calls:
                return
            trace = Trace(self.maker.chance)
            call = calls[n % len(calls)]
            names = {TRACED: _Traced(trace, seen)}
            error = self.bench.trace(call, self._module, names)
            trace.live = False
            if error is not None:
                trace.read_message(error)

    def _calls(self, target: Target, seen: dict[str, Seen]) -> list[str]:
        """Programs that call a target with stand-ins; of a class also its methods, which use what its constructor stored."""
        arguments = ", ".join(self._argument(p, seen, target) for p in target.parameters if not p.how.startswith("var"))
        if target.kind == "class":
            made = f"{target.name}({arguments})"
            methods = [t for t in self.inventory.targets if t.owner == target.name and t.kind in ("method", "property")]
            parts = [f"made.{t.name}" + self._plain(t) for t in methods if not t.name.startswith("__")]
            return [_program(made, None), *(_program(made, part) for part in parts)]
        if target.kind in ("static", "classmethod"):
            return [_program(f"{target.owner}.{target.name}({arguments})", None)]
        if target.kind == "function":
            call = f"{target.name}({arguments})"
            return [_program(f"__import__('asyncio').run({call})" if target.is_async else call, None)]
        if target.kind != "method" or target.name.startswith("__"):
            return []
        call = f"made.{target.name}({arguments})"
        receivers = list(dict.fromkeys(r for _ in range(3) if (r := self.maker.instances.of(target.owner))))
        return [_program(r, f"__import__('asyncio').run({call})" if target.is_async else call) for r in receivers]

    def _plain(self, target: Target) -> str:
        """The arguments of a method that is called only to see what it does with its object."""
        if target.kind == "property":
            return ""
        return f"({', '.join(self.maker.arguments(target, note=False))})"

    def _argument(self, parameter: Parameter, seen: dict[str, Seen], target: Target) -> str:
        value = f"{TRACED}({parameter.name!r})" if parameter.name in seen else self.maker.value(parameter, target, False)
        return f"{parameter.name}={value}" if parameter.how == "keyword_only" else value

    @contextlib.contextmanager
    def _observed_checks(self) -> Iterator[None]:
        """Let the package's modules see `isinstance` of a stand-in as either, and note the classes it is compared with."""
        top = self.bench.name.partition(".")[0]
        modules = [m for name, m in list(sys.modules.items()) if name.partition(".")[0] == top and hasattr(m, "__dict__")]
        changed = [m for m in modules if "isinstance" not in vars(m)]
        for module in changed:
            vars(module)["isinstance"] = _is_instance
        try:
            yield
        finally:
            for module in changed:
                vars(module).pop("isinstance", None)

    @contextlib.contextmanager
    def _copy(self) -> Iterator[Any]:
        """A copy of the module for the traced calls, so that what they leave in it reaches no test."""
        try:
            module = self.bench.load(0)
        except Exception:  # a module may refuse to be loaded again
            module = self.bench.module
        try:
            yield module
        finally:
            self.bench.restore()

    # -- what was seen

    def _apply(self, parameter: Parameter, seen: Seen, depth: int) -> None:
        """Add what was seen of a value to what is known about its parameter."""
        kinds = seen.kinds.copy()
        if seen.must and parameter.default in ("", seen.must):
            kinds[seen.must] += WEIGHT
        for cls in seen.classes:
            kind = instance_kind(cls.__name__)
            kinds[kind or f"obj:{self._named(cls)}"] += WEIGHT // 2 if kind or self._named(cls) else 0
        self._attributes(parameter, seen, kinds, depth)
        if seen.entries and native(set(seen.attributes) - {"get", "pop", "setdefault"}) != "str":
            for key, entry in seen.entries.items():
                before, part = parameter.entries.get(key), self._part(key, entry, depth)
                part.optional = not entry.needed and (before is None or before.optional)
                if before is None or _says_something(entry):
                    parameter.entries[key] = _with_parts(part, before)
            kinds["keyed"] += WEIGHT
        if seen.item is not None and not seen.must and depth < 3 and _says_something(seen.item):
            parameter.item, parameter.size = self._part("item", seen.item, depth), seen.size
            kinds["items"] += WEIGHT // 2 + kinds["list"]
        if seen.result is not None and depth < 3 and _says_something(seen.result) and not parameter.sure:
            parameter.result = self._part("result", seen.result, depth)
        parameter.awaited = parameter.awaited or (seen.result is not None and seen.result.awaited)
        parameter.arity = parameter.arity if parameter.fixed else max(parameter.arity, seen.arity)
        parameter.calls = seen.calls if parameter.calls is None else parameter.calls
        if parameter.sure:
            self._keep_annotated(parameter)
            return
        parameter.constants += [c for c in seen.constants if c not in parameter.constants]
        kinds = type(kinds)({kind: min(weight, 3 * WEIGHT) for kind, weight in kinds.items() if weight > 0 and kind != "obj:"})
        if kinds:
            weak = {k: w if k == parameter.default else min(w, 3) for k, w in parameter.kinds.items()}
            parameter.kinds = type(kinds)(weak) + kinds

    @staticmethod
    def _keep_annotated(parameter: Parameter) -> None:
        """Add the parts that were seen to the kinds of an annotated parameter, which stay what they are."""
        kinds = parameter.kinds
        if parameter.entries and kinds.get("dict", 0) > 0:
            kinds["keyed"] += 3 * kinds["dict"]
        listed = sum(weight for kind, weight in kinds.items() if kind.partition(":")[0] in ("list", "iter", "tuple"))
        if parameter.item is not None and listed > 0 and (parameter.item.entries or parameter.item.attributes):
            kinds["items"] += 3 * listed

    def _attributes(self, parameter: Parameter, seen: Seen, kinds: Any, depth: int) -> None:
        """What the attributes that were read say: a plain value, an instance of a known class, else an object with these."""
        names = [n for n in seen.attributes if not n.startswith("_")]
        if not names:
            return
        plain = native(names)
        if plain:
            kinds[plain] += WEIGHT
            return
        for name in METHODS.keys() & set(names):
            kinds[METHODS[name]] += 1
        for name in self._having(set(names)):
            kinds[f"obj:{name}"] += WEIGHT
        if depth < 3:
            parameter.attributes = {n: self._part(n, part, depth) for n, part in list(seen.attributes.items())[:8]}
            kinds["stub"] += WEIGHT // 2

    def _part(self, name: str, seen: Seen, depth: int) -> Parameter:
        part = Parameter(name, "attribute", False)
        self._apply(part, seen, depth + 1)
        if not part.kinds or part.kinds.total() < 3:
            from_name(part)
        return part

    def _having(self, names: set[str]) -> list[str]:
        """Known classes whose instances have some attributes, those with the most first, then others of the package."""
        common = {n for n in names if n in METHODS}
        known = {n: len(names & _attributes_of(cls)) for n, cls in self.inventory.known_classes.items()}
        known = {n: count for n, count in known.items() if 2 * count >= len(names) or count > len(common)}
        if known or len(names) < 2:
            return sorted(known, key=lambda n: -known[n])[:3]
        found = [cls for cls in self._package().values() if names <= _attributes_of(cls)]
        return [name for cls in found[:2] if (name := self._named(cls))]

    def _package(self) -> dict[str, type]:
        """The classes that other modules of the package define, by name."""
        if self._classes is None:
            top = self.bench.name.partition(".")[0]
            self._classes = {}
            for name, module in list(sys.modules.items()):
                if name.partition(".")[0] == top and len(self._classes) < MOST_CLASSES:
                    for public, cls in list(vars(module).items()):
                        if is_a(cls, type) and cls.__module__ == name and not public.startswith("_"):
                            self._classes.setdefault(public, cls)
        return self._classes

    def _named(self, cls: type) -> str:
        """The name by which a test can use a class, after adding it to the inventory; "" when it cannot."""
        name = self.inventory.adopt(cls)
        if name and name not in self.maker.instances.expressions:
            self.maker.instances.add(name)
        return name


class _Traced:
    """What makes the stand-ins of a traced call: `_traced('name')`."""

    def __init__(self, trace: Trace, seen: dict[str, Seen]) -> None:
        self.trace, self.seen = trace, seen

    def __call__(self, name: str) -> Any:
        return self.trace.value(self.seen[name])

    def used(self, value: Any) -> None:
        """Run what a lazy result and a coroutine do, without an event loop, then record nothing more."""
        if isinstance(value, types.CoroutineType):
            with contextlib.closing(value), contextlib.suppress(StopIteration):
                for _ in range(RESUMED):
                    value.send(None)
        if hasattr(value, "__next__"):
            for _, _ in zip(range(4), value, strict=False):
                pass
        self.trace.live = False


def _program(made: str, part: str | None) -> str:
    return f"{TRACED}.used({made})" if part is None else f"(lambda made: {TRACED}.used({part}))({made})"


def _is_instance(value: Any, classes: Any) -> bool:
    """`isinstance`, except that a stand-in is sometimes one of anything, and remembers of what."""
    if type(value) is not StandIn:
        return builtins.isinstance(value, classes)
    for cls in classes if builtins.isinstance(classes, tuple) else (classes,):
        if builtins.isinstance(cls, type):
            value._ca_seen.classes.add(cls)
    return bool(value._ca_trace.chance.random() < 0.4)


def _attributes_of(cls: Any) -> set[str]:
    """The attributes of a class and of what its constructor assigns."""
    constructor = getattr(getattr(cls, "__init__", None), "__code__", None)
    return {*dir(cls), *getattr(cls, "__annotations__", ()), *getattr(constructor, "co_names", ())}


def _with_parts(part: Parameter, read: Parameter | None) -> Parameter:
    """A part as it was seen, with the parts of it that were only read in the code."""
    if read is not None:
        part.entries = {**read.entries, **part.entries}
        part.item = part.item or read.item
        part.kinds += {kind: read.kinds[kind] for kind in ("keyed", "items") if kind in read.kinds and kind not in part.kinds}
    return part


def _says_something(seen: Seen) -> bool:
    return bool(seen.kinds or seen.attributes or seen.entries or seen.item or seen.must or seen.classes or seen.constants)
