"""The parameters of a function with the kinds of value they take: by annotations, documentation, defaults, uses, names."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections import Counter
from typing import Any

from ..inputs import callables
from . import containers, stubs
from .described_types import described_types
from .entries import read_entries
from .kinds import METHODS, NAMES, Parameter, from_name, items_from_name, kind_of
from .tables import keys_for
from .usage import Usage

PARTS = ("keyed", "items", "row", "stub", "self")
"""Kinds that only say what is in a value; the last two of an object only."""


CLEAR = (bool, int, float, str, bytes)
"""Types of defaults that say what a parameter takes; a container often stands for something else."""


def of_function(
    function: Any, tree: ast.AST | None, classes: dict[str, Any], siblings: dict[str, Any], depth: int = 0
) -> list[Parameter]:
    """The parameters of a callable, without a bound `self` or `cls`. Empty when it has no signature."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return []
    parameters = []
    described = described_types(_documentation(function)) if depth == 0 else {}
    for parameter in signature.parameters.values():
        kind = parameter.kind.name.lower()
        result = Parameter(parameter.name, kind, parameter.default is not parameter.empty or kind.startswith("var"))
        _from_annotation(result, _resolved(parameter.annotation, function), classes)
        if not result.sure and parameter.name in described:
            _from_annotation(result, described[parameter.name], classes)
        _from_default(result, parameter.default, classes)
        annotated = set(result.kinds)
        if tree is not None:
            Usage(result, classes, siblings, depth, of_function).read(tree)
            if depth == 0 and not kind.startswith("var"):
                _from_entries(result, tree, classes, siblings)
            if parameter.name not in ("self", "cls") and not kind.startswith("var"):
                _from_attributes(result, tree, classes, siblings, parameter.name, 0)
            result.kinds = _of_each(result) if kind == "var_positional" and not annotated else result.kinds
        if result.sure and annotated:  # what the code does with it says nothing more, except about its parts
            parts = PARTS if any(k.startswith("obj:") for k in annotated) else PARTS[:3]
            for kind in [k for k in result.kinds if k not in annotated and k not in parts]:
                del result.kinds[kind]
        _from_tables(result, tree if depth == 0 else None, function)
        if not result.kinds or (not result.sure and result.kinds.total() < 3):
            _from_name(result)
        if not result.sure and result.kinds.get("list") and _is_named_for_text(result.name):
            result.kinds["str"] += result.kinds["list"] + 2  # text is iterated and indexed like a list
            result.kinds["list"] = 1
        parameters.append(result)
    return parameters


def _of_each(parameter: Parameter) -> Counter[str]:
    """The kinds of each value of a parameter that takes any number: what the code says of the tuple says what its items are."""
    items = Counter({kind.partition(":")[2]: n for kind, n in parameter.kinds.items() if kind.startswith(("list:", "iter:"))})
    return items or Counter({kind: n for kind, n in parameter.kinds.items() if kind not in ("list", "iter", "tuple", "stub")})


def _from_name(parameter: Parameter) -> None:
    """Add the kinds that the name suggests: for any number of values those of the singular."""
    if parameter.how != "var_positional":
        from_name(parameter)
        return
    named = Parameter(parameter.name.removesuffix("s"), "item", False, parameter.kinds)
    from_name(named)


def _from_default(parameter: Parameter, value: Any, classes: dict[str, Any]) -> None:
    """Add the kind of the default that a signature gives."""
    if value is inspect.Parameter.empty or value is None or type(value).__name__ == "_HAS_DEFAULT_FACTORY_CLASS":
        return
    if isinstance(value, type) and _is_sentinel(value):
        return
    kind = _kind_of_default(value, classes)
    if any(known.startswith(f"{kind}:") for known in parameter.kinds):  # the annotation says what is in it
        return
    parameter.default = kind if type(value) in CLEAR else ""
    parameter.kinds[kind] += 8 if parameter.default else 4


def _from_tables(parameter: Parameter, tree: ast.AST | None, function: Any) -> None:
    """Add the values that the tables of the module accept, where the code looks the parameter up in one."""
    for key in keys_for(parameter.name, tree, function) if tree is not None else ():
        if key not in parameter.constants:
            parameter.constants.append(key)
            if not parameter.sure:
                parameter.kinds[kind_of(ast.literal_eval(key))] += 2


def _is_sentinel(cls: type) -> bool:
    """Whether a class as a default only says that no value was given: it has nothing that could be called or read."""
    return cls.__module__ != "builtins" and cls.__bases__ == (object,) and all(n.startswith("__") for n in vars(cls))


def _kind_of_default(value: Any, classes: dict[str, Any]) -> str:
    """The kind of a parameter's default: an instance of a known class, else a plain value."""
    name = type(value).__name__
    return f"obj:{name}" if classes.get(name) is type(value) else kind_of(value)


def _documentation(function: Any) -> str:
    """The documentation of a function, or of a class and its constructor."""
    texts = [getattr(function, "__doc__", None)]
    if isinstance(function, type):
        texts.append(getattr(function.__init__, "__doc__", None))  # type: ignore[misc]
    return "\n\n".join(inspect.cleandoc(text) for text in texts if isinstance(text, str))


def _from_entries(parameter: Parameter, tree: ast.AST, classes: dict[str, Any], siblings: dict[str, Any]) -> None:
    """Read the entries and items of a parameter that may be a mapping or a list of them."""

    def read(part: Parameter, spelled: str) -> None:
        Usage(part, classes, siblings, 2, of_function, spelled).read(tree)

    read_entries(parameter, tree, read)
    kinds = parameter.kinds
    if parameter.entries:
        kinds["keyed"] += 2 * kinds["dict"] if parameter.sure else 6 * len(parameter.entries)
    if parameter.parts:
        kinds["row"] += 2 * (kinds["tuple"] + kinds["list"]) if parameter.sure else 12
    if parameter.item is not None and (parameter.item.entries or parameter.item.parts):
        listed = sum(weight for kind, weight in kinds.items() if kind.partition(":")[0] in ("list", "iter", "tuple"))
        kinds["items"] += 2 * listed if parameter.sure else 6 + listed


def _from_attributes(
    parameter: Parameter, tree: ast.AST, classes: dict[str, Any], siblings: dict[str, Any], spelled: str, depth: int
) -> None:
    """Read the attributes of a parameter. Where it is an instance of a known kind, they are for making that instance."""
    known = parameter.kinds.copy()
    names, changed = stubs.attributes(tree, spelled)
    names = [n for n in names if n not in METHODS]
    is_known = any(kind.startswith("obj:") and weight > 4 for kind, weight in known.items())
    if not names or (is_known and depth):
        return
    for name in names:
        attribute = Parameter(name, "attribute", False)
        spelled_attribute = f"{spelled}.{name}"
        Usage(attribute, classes, siblings, 2, of_function, spelled_attribute).read(changed)
        if depth + 1 < stubs.DEEPEST:
            _from_attributes(attribute, changed, classes, siblings, spelled_attribute, depth + 1)
        if not attribute.kinds or attribute.kinds.total() < 2:
            from_name(attribute)
        parameter.attributes[name] = attribute
    if not is_known:
        parameter.kinds["stub"] += 1 if any(kind.startswith("obj:") for kind in known) else 3 * len(names) + 3


def _is_named_for_hints(name: str) -> bool:
    """Whether a parameter that takes a type takes what annotations consist of, not only classes: `type_hint`."""
    return next((kinds[0] for pattern, kinds in NAMES if re.match(pattern, name)), "") == "type"


def _is_named_for_text(name: str) -> bool:
    return next((kinds[0] for pattern, kinds in NAMES if re.match(pattern, name)), "") == "str"


def _resolved(annotation: Any, function: Any) -> Any:
    """An annotation in which aliases of the module are replaced by their definitions."""
    if not isinstance(annotation, str):
        return annotation
    code = function.__init__ if isinstance(function, type) else function  # type: ignore[misc]
    names = getattr(inspect.unwrap(code), "__globals__", {})

    def definition(match: re.Match[str]) -> str:
        alias = names.get(match[0])
        known = (
            alias is None or isinstance(alias, type) or (getattr(alias, "__module__", "") == "typing" and "[" not in str(alias))
        )
        return match[0] if known or (callable(alias) and "[" not in str(alias)) else str(alias)

    return re.sub(r"(?<![\w.'\"])[A-Za-z_]\w*(?![\w.])", definition, annotation)


_ANNOTATED: tuple[tuple[str, str], ...] = (
    (r"\bdatetime\.datetime\b|\bdatetime\b", "datetime"),
    (r"\bdatetime\.date\b|\bdate\b", "date"),
    (r"\btimedelta\b", "timedelta"),
    (r"\bdatetime\.time\b|^time$", "time"),
    (r"\btzinfo\b|\btimezone\b", "tzinfo"),
    (r"\b(?:TextIO|BinaryIO|IO|TextIOBase|IOBase|StringIO|BytesIO|TextIOWrapper)\b", "file"),
    (r"\bdeque\b", "deque"),
    (r"\bint\b|\bSupportsInt\b|\bIntegral\b", "int"),
    (r"\bfloat\b|\bReal\b|\bNumber\b", "float"),
    (r"\bstr\b|\bString\b|\bText\b|\bAnyStr\b", "str"),
    (r"\bbytes\b|\bbytearray\b|\bmemoryview\b|\b(?:Readable)?Buffer\b", "bytes"),
    (r"\bbool\b", "bool"),
    (r"\b(?:[Ll]ist|Sequence|MutableSequence|Collection)\b", "list"),
    (r"\b(?:Iterable|Iterator|Generator)\b", "iter"),
    (r"\b(?:[Dd]ict|Mapping|MutableMapping|OrderedDict|defaultdict|Counter)\b", "dict"),
    (r"\b(?:[Ss]et|[Ff]rozen[Ss]et|AbstractSet)\b", "set"),
    (r"\b[Tt]uple\b", "tuple"),
    (r"\bCallable\b", "callable"),
    (r"\bDecimal\b", "decimal"),
    (r"\bFraction\b", "fraction"),
    (r"\b(?:Path|PathLike|PurePath)\b", "path"),
    (r"\bNone\b|\bOptional\b", "none"),
    (r"\bcomplex\b", "complex"),
    (r"\bPattern\b", "regex"),
    (r"\b[Tt]ype\b", "class"),
    (r"\b(?:Base)?Exception\b", "exception"),
)


def _names(annotation: str, name: str, cls: Any) -> bool:
    """Whether an annotation names a class; not where it names another one of another module: `sqlite3.Connection`."""
    found = re.search(rf"(?:(?<![\w.])([\w.]+)\.)?\b{re.escape(name)}\b", annotation)
    home = sys.modules.get(found[1]) if found and found[1] else None
    return found is not None and getattr(home, name, cls) is cls


def _from_annotation(parameter: Parameter, annotation: Any, classes: dict[str, Any]) -> None:
    if annotation is inspect.Parameter.empty:
        return
    text = (
        annotation
        if isinstance(annotation, str)
        else getattr(annotation, "__name__", "")
        if isinstance(annotation, type)
        else str(annotation)
    )
    if text in ("Any", "object", "typing.Any"):
        return
    for literal in re.findall(r"Literal\[([^\]]*)\]", text):
        parameter.constants.extend(part.strip() for part in literal.split(","))
        parameter.sure = True
    text, contained = containers.element_kinds(text, list(classes))
    for kind in contained:
        parameter.kinds[kind] += 8
        parameter.sure = True
    outer = containers.without_items(re.sub(r"Callable\[.*", "Callable", text))
    for pattern, kind in _ANNOTATED:
        if re.search(pattern, outer):
            parameter.kinds[kind] += 1 if kind == "none" else 8
            parameter.kinds["type"] += (8 if _is_named_for_hints(parameter.name) else 3) if kind == "class" else 0
            parameter.sure = parameter.sure or kind != "none"  # a default of None says nothing about other values
    if form := callables.form_of(text):
        parameter.arity, parameter.fixed = (form.arity, True) if form.arity is not None else (parameter.arity, False)
        parameter.awaited = form.awaited
        result = Parameter("result", "result", False)
        _from_annotation(result, form.result, classes)
        parameter.result = result if result.kinds else None
    for name, cls in classes.items():
        if _names(outer, name, cls):
            parameter.kinds[f"obj:{name}"] += 8
            parameter.sure = True
    if parameter.kinds.get("list"):
        items_from_name(parameter)
    if re.search(r"\bAny\b", outer) and set(parameter.kinds) <= {"none"}:
        parameter.kinds.update({"int": 3, "str": 3, "list": 1})
