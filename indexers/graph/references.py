"""Callers of a name and callees of a definition: resolved where the code shows what a name means, else matched by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexers.graph.definitions import COMMON_METHODS, definitions, importance, last_part
from indexers.graph.facts import CLASSES, Repository
from indexers.graph.resolution import Resolver, family
from indexers.graph.values import OUTSIDE, Value
from indexers.stores import symbols
from indexers.stores.catalog import Catalog
from indexers.syntax.languages import WITH_RECEIVERS
from indexers.types import BY_NAME, RESOLVED, USE_KINDS, Definition, RawUse, Use

AMBIGUOUS = 6
"""Names with more definitions than this (`get`, `__init__`) are not evidence of a dependency between files."""

MOST_RESOLVED = 3_000
"""The most uses of one name that are resolved; the others are matched by name."""

CONSTRUCTORS = frozenset({"__init__", "__new__", "constructor"})
_CALLS = frozenset({"call", "decorator", "jsx"})
_KIND_ORDER = {kind: position for position, kind in enumerate(dict.fromkeys(("call", "jsx", "decorator", *USE_KINDS)))}
_Key = tuple[str, str]


def callers(catalog: Catalog, name: str, limit: int = 200, kinds: Sequence[str] = USE_KINDS) -> list[Use]:
    """Uses of a name or a qualified name (`Session.get`): resolved ones first, code before tests, calls first, in path order.

    Uses that belong to another definition of the name, or to code outside of the repository, are left out.
    """
    resolver = Resolver(Repository(catalog))
    targets, used_as = wanted(resolver, name)
    return [
        Use(u.path, u.line, u.name, u.kind, resolver.repository.file(u.path).enclosing_name(u.line), u.is_test, how, target)
        for u, how, target in uses_of(resolver, targets, used_as, kinds)[:limit]
    ]


def uses_of(
    resolver: Resolver, targets: Sequence[Definition], name: str, kinds: Sequence[str]
) -> list[tuple[RawUse, str, str]]:
    """(use, how it was matched, qualified name of its target) of the uses of some definitions of a name, in the order above."""
    known = _Targets(targets)
    found = [
        (use, *answer)
        for use in candidates(resolver, name, kinds)
        if (answer := _answer(resolver, use, known, name)) is not None
    ]
    found.sort(key=lambda f: (f[1] != RESOLVED, f[0].is_test, _KIND_ORDER[f[0].kind], f[0].path, f[0].line, f[0].name))
    return found


def wanted(resolver: Resolver, name: str) -> tuple[list[Definition], str]:
    """The definitions that a name or qualified name means, and the name that uses of them have."""
    last = last_part(name)
    catalog = resolver.repository.catalog
    is_qualified = last != name.removesuffix("()")
    if is_qualified and last in CONSTRUCTORS:
        owner = [part for part in name.replace("::", ".").replace("#", ".").split(".") if part]
        while len(owner) > 1 and last_part(owner[-1]) in CONSTRUCTORS:
            owner.pop()
        return wanted(resolver, ".".join(owner))
    if not is_qualified:
        return symbols.definitions_named(catalog, last), last
    found = [d for d in definitions(catalog, name, symbols.MOST_DEFINITIONS) if d.name == last]
    if found and all(is_constructor(d) for d in found):  # calls have the name of the class
        return wanted(resolver, name.replace("::", ".").replace("#", ".").removesuffix("()").rpartition(".")[0])
    if not found:  # an inherited member, or a name in a module
        owners = definitions(catalog, name.replace("::", ".").rpartition(".")[0], 20)
        members = (resolver.members.member(Value("instance", owner), last) for owner in owners if owner.kind in CLASSES)
        found = [member for member in members if isinstance(member, Definition)]
    return found, last


def is_constructor(definition: Definition) -> bool:
    """Whether a function makes an object of its class and is called by the name of that class."""
    owner = definition.qualified_name.rpartition(".")[0].rpartition(".")[2]
    return definition.name in CONSTRUCTORS or (definition.kind == "constructor" and definition.name == owner)


def candidates(resolver: Resolver, name: str, kinds: Sequence[str]) -> list[RawUse]:
    """The uses of a name, and those of the other names under which a file imports it."""
    uses = symbols.uses_of_name(resolver.repository.catalog, name)

    def is_test(use: RawUse) -> bool:
        return use.path.endswith(".rs") and resolver.repository.file(use.path).is_test(use.line)

    for path in {use.path for use in uses if use.kind == "import"}:
        file = resolver.repository.file(path)
        others = [
            local for local, modules in file.imports.items() if local != name and any(m.endswith(f":{name}") for m in modules)
        ]
        uses += [use for use in file.uses if use.name in others and use.kind != "import" and not use.receiver]
    uses = [use if use.is_test or not is_test(use) else use._replace(is_test=True) for use in uses if use.kind in kinds]
    return sorted(uses, key=lambda use: (use.is_test, use.path, use.line))[: 10 * MOST_RESOLVED]


class _Targets:
    """The definitions whose uses are looked for, arranged once for all uses."""

    def __init__(self, targets: Sequence[Definition]) -> None:
        self.keys = {_key(d) for d in targets}
        self.by_family: dict[str, list[Definition]] = {}
        for definition in targets:
            self.by_family.setdefault(family(definition.language), []).append(definition)
        self._members = {
            name: [d for d in listed if "." in d.qualified_name and not _is_private(d)]
            for name, listed in self.by_family.items()
        }
        self._private = [d for d in targets if _is_private(d)]
        self._plain = {name: any(not _is_private(d) for d in listed) for name, listed in self.by_family.items()}

    def fits_by_name(self, use: RawUse, language: str) -> bool:
        """Whether a use whose target is unknown can be one of the definitions."""
        name = family(language)
        is_member = bool(self._members[name]) or any(d.path == use.path for d in self._private)
        return (is_member or self._plain[name]) and (bool(use.receiver) == is_member or not use.receiver)


def _answer(resolver: Resolver, use: RawUse, targets: _Targets, name: str) -> tuple[str, str] | None:
    """(how a use was matched, the qualified name of its target); None when it belongs to something else."""
    if not targets.keys:
        return BY_NAME, ""
    language = resolver.repository.file(use.path).language
    same = family(language) in targets.by_family
    if language not in WITH_RECEIVERS:
        return (BY_NAME, "") if same or family(language) not in {family(x) for x in WITH_RECEIVERS} else None
    target = resolver.target(use)
    if isinstance(target, Definition):
        return (RESOLVED, target.qualified_name) if _key(target) in targets.keys else None
    if target.kind != "unknown" or not same or use.name != name:
        return None
    return (BY_NAME, "") if targets.fits_by_name(use, language) else None


def _is_private(definition: Definition) -> bool:
    """Whether a method of a script has a name that only its class knows (`#name`)."""
    return family(definition.language) == "script" and f"#{definition.name}" in definition.signature


def _key(definition: Definition) -> _Key:
    folder = definition.path.rpartition("/")[0] if definition.language == "go" else definition.path
    return folder, definition.qualified_name


def callees(catalog: Catalog, name: str, limit: int = 100) -> list[tuple[Use, Definition | None]]:
    """The calls in the best definition of `name`, in order, each with its most likely definition in the repository."""
    matches = definitions(catalog, name, 1)
    return callees_of(catalog, matches[0], limit) if matches else []


def callees_of(catalog: Catalog, definition: Definition, limit: int = 100) -> list[tuple[Use, Definition | None]]:
    """The calls in one definition, in order, each target once; names without a target once."""
    resolver = Resolver(Repository(catalog))
    calls = [
        use
        for use in symbols.uses_in_file(catalog, definition.path)
        if definition.line <= use.line <= definition.end_line and use.kind in _CALLS
    ]
    calls.sort(key=lambda use: use.line)  # stable: calls on the same line keep their order
    found: dict[object, tuple[Use, Definition | None]] = {}
    for use in calls:
        target, how = resolve(resolver, use)
        key = _key(target) if target is not None else use.name
        if use.name == definition.name and (target is None or _key(target) == _key(definition)):
            continue
        if key not in found:
            stated = Use(use.path, use.line, use.name, "call", definition.qualified_name, use.is_test, how, "")
            found[key] = (stated, target)
        if len(found) == limit:
            break
    return list(found.values())


def resolve(resolver: Resolver, use: RawUse) -> tuple[Definition | None, str]:
    """The definition that a use most likely belongs to, and how that was found.

    Without a definition, `RESOLVED` says that the code is known to be outside of the repository, `BY_NAME` that it is unknown.
    """
    language = resolver.repository.file(use.path).language
    if language not in WITH_RECEIVERS:
        return _guess(resolver.repository.catalog, use, language), BY_NAME
    target = resolver.target(use)
    if isinstance(target, Definition):
        return target, RESOLVED
    if target == OUTSIDE or target.kind != "unknown":
        return None, RESOLVED
    return _only(resolver, use, language), BY_NAME


def _only(resolver: Resolver, use: RawUse, language: str) -> Definition | None:
    """The only member of the repository with the name of a use whose receiver is unknown."""
    if use.name in COMMON_METHODS or use.name.lower() in COMMON_METHODS:
        return None
    named = symbols.definitions_named(resolver.repository.catalog, use.name)
    members = [d for d in named if family(d.language) == family(language) and d.kind != "module"]
    members = [d for d in members if ("." in d.qualified_name) == bool(use.receiver)]
    members = [d for d in members if not d.is_test or use.is_test]
    return members[0] if len({_key(d) for d in members}) == 1 else None


def _guess(catalog: Catalog, use: RawUse, language: str) -> Definition | None:
    """The most likely definition of a used name, or None: the same file first, then code before tests, the same folder."""
    name, path = use.name, use.path
    candidates: Iterable[Definition] = [d for d in symbols.definitions_named(catalog, name) if d.language == language]
    candidates = list(candidates)
    if not candidates:
        return None
    if name in COMMON_METHODS or name.lower() in COMMON_METHODS or len(candidates) > AMBIGUOUS:
        candidates = [d for d in candidates if d.path == path]  # the receiver's type is unknown
    folder = path.rpartition("/")[0]
    return min(
        candidates,
        key=lambda d: (d.path != path, d.is_test, d.path.rpartition("/")[0] != folder, *importance(d)),
        default=None,
    )
