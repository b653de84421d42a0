"""What the names of a file stand for: imports, assignments, parameters and fields, from the text of each statement."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexers.syntax.expressions import UNKNOWN, expression, type_form
from indexers.syntax.rust_bindings import imported as rust_import

Bound = tuple[str, str]
"""A name and its short form (`expressions`); imports have `=module` or `=module:name`."""

_MODIFIERS = r"(?:(?:public|private|protected|readonly|static|override|declare|final|volatile|transient|abstract)\s+)"
_TYPED = re.compile(r"([\w$.]+)[?!]?\s*(?::(?!=)\s*([^=]+?))?\s*(?:=(?!=)\s*(.*))?", re.DOTALL)
_JAVA = re.compile(
    rf"(?:@\w+(?:\([^)]*\))?\s+|{_MODIFIERS})*([\w$.]+(?:<.*?>+)?(?:\[\])*(?:\s*\.\.\.)?)\s+([\w$]+)\s*(?:=\s*(.*))?", re.DOTALL
)
_PYTHON_FOR = re.compile(r"(?:async\s+)?for\s+(.+?)\s+in\s+(.+?)(?::\s*(?:\n|$)|\s+(?:for|if)\s|$)", re.DOTALL)
_SCRIPT_FOR = re.compile(r"for\s*(?:await\s*)?\(\s*(?:const|let|var)\s+(.+?)\s+of\s+(.+?)\)\s*[{\n]", re.DOTALL)
_JAVA_FOR = re.compile(rf"for\s*\(\s*{_MODIFIERS}*(\S+)\s+(\w+)\s*:\s*(.+?)\)\s*[{{\n]", re.DOTALL)
_SCRIPT_IMPORT = re.compile(r"(?:import|export)\s+(?:type\s+)?(.*?)\s*(?:\bfrom\s+)?[\"']([^\"']+)[\"']", re.DOTALL)
_REQUIRE = re.compile(r"(?:await\s+import|require)\(\s*[\"']([^\"']+)[\"']\s*\)((?:\.\w+)?)")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_CHAIN = re.compile(r"(?:(?<!\.)|(?<=\.\.\.))(?<![\w$])[A-Za-z_$][\w$]*(?:\s*\.(?:\s*[A-Za-z_$][\w$]*)?)*")
"""A name with its attributes, such as `a.b`; a dot at the end stands for a call or a subscript."""
_OWN = re.compile(r"(?:self|this)\.[A-Za-z_$][\w$]*")
_SUBSCRIPT = re.compile(r"([\w$.])\s*(?:\[[^\[\]()]*\]|\([^\[\]()]*\))")
"""A call or a subscript without another one in it, and the character before."""
_DEEPEST_SUBSCRIPT = 8


def imported(text: str, language: str) -> Iterator[Bound]:
    """The names that an import statement binds."""
    reader = {"python": _python_import, "go": _go_import, "java": _java_import, "rust": rust_import}.get(
        language, _script_import
    )
    return reader(text)


def _python_import(text: str) -> Iterator[Bound]:
    text = re.sub(r"#[^\n]*|[()\\]", " ", text)
    module, _, names = (
        text.partition(" import ") if text.lstrip().startswith("from") else ("", "", text.strip()[len("import") :])
    )
    module = "".join(module.strip()[len("from") :].split())
    for entry in names.split(","):
        original, _, alias = (part.strip() for part in entry.partition(" as "))
        if not original:
            continue
        if module:
            yield alias or original, f"={module}" if original == "*" else f"={module}:{original}"
        else:
            yield alias or original.partition(".")[0], f"={original if alias else original.partition('.')[0]}"


def _script_import(text: str) -> Iterator[Bound]:
    match = _SCRIPT_IMPORT.match(text)
    if not match:
        return
    clause, module = match[1], match[2]
    if text.startswith("export") and "{" not in clause:
        yield "*", f"={module}"
    outer, _, inner = clause.partition("{")
    for part in outer.split(","):
        word = _WORD.search(part.replace("* as", ""))
        if word and not text.startswith("export"):
            yield word[0], f"={module}" if "*" in part else f"={module}:default"
    for part in inner.partition("}")[0].split(","):
        words = [word for word in _WORD.findall(part) if word not in ("as", "type")]
        if words:
            yield words[-1], f"={module}:{words[0]}"


def _go_import(text: str) -> Iterator[Bound]:
    match = re.match(r"\s*([\w.]+)?\s*\"([^\"]+)\"", text)
    if match and match[1] != "_":
        path = match[2]
        last = path.rpartition("/")[2]
        if re.fullmatch(r"v\d+", last) and "/" in path:
            last = path.split("/")[-2]
        last = last.removeprefix("go-").partition(".")[0].rpartition("-")[2]
        yield (match[1] or last) if match[1] != "." else "*", f"={path}"


def _java_import(text: str) -> Iterator[Bound]:
    match = re.match(r"import\s+(?:static\s+)?([\w.]+?)(\.\*)?\s*;", text)
    if match:
        owner, _, name = match[1].rpartition(".")
        yield ("*", f"={match[1]}") if match[2] else (name, f"={owner}:{name}")


def bound(text: str, language: str, kind: str) -> Iterator[Bound]:
    """The names that a statement, parameter or field of one node type binds."""
    if language == "go":
        return _go_bound(text, kind)
    if language == "java":
        return _java_bound(text)
    return _python_bound(text, kind) if language == "python" else _script_bound(text, kind)


def _python_bound(text: str, kind: str) -> Iterator[Bound]:
    if kind in ("for_statement", "for_in_clause"):
        match = _PYTHON_FOR.match(text)
        if match:
            yield from _targets(match[1], _element(match[2]))
    elif kind == "as_pattern":
        value, _, name = text.rpartition(" as ")
        form = expression(value)
        yield name.strip(), f"{form}@" if form and form != UNKNOWN else UNKNOWN
    elif kind == "return_statement":
        yield "return", expression(text)
    elif kind == "named_expression":
        name, _, value = text.partition(":=")
        yield name.strip(), expression(value)
    else:
        yield from _typed(text)


def _script_bound(text: str, kind: str) -> Iterator[Bound]:
    if kind == "for_in_statement":
        match = _SCRIPT_FOR.match(text)
        if match:
            yield from _targets(match[1], _element(match[2]))
        return
    required = _REQUIRE.search(text) if "=" in text else None
    if required:
        module = f"={required[1]}"
        target = text.partition("=")[0].strip()
        if target.startswith("{"):
            for part in target.strip("{} \n").split(","):
                words = _WORD.findall(part)
                if words:
                    yield words[-1], f"{module}:{words[0]}"
        elif _WORD.fullmatch(target):
            yield target, module + required[2].replace(".", ":")
        return
    bare = re.sub(rf"^(?:@\w+(?:\([^)]*\))?\s+)*{_MODIFIERS}+", "", text)
    for name, form in _typed(bare):
        yield name, form
        if kind in ("required_parameter", "optional_parameter") and bare != text:
            yield f"this.{name}", form


def _typed(text: str) -> Iterator[Bound]:
    """`name: type = value`, and targets in brackets or separated by commas."""
    match = _TYPED.fullmatch(text.strip().removesuffix(";"))
    if not match:
        target, equals, value = text.partition("=")
        if equals:
            yield from _pairwise(target, value)
        elif text[:1] in "{[":
            yield from _targets(text, UNKNOWN)
        return
    name, annotation, value = match.groups()
    yield name, type_form(annotation) if annotation else expression(value or "") if value else UNKNOWN


def _java_bound(text: str) -> Iterator[Bound]:
    match = _JAVA_FOR.match(text)
    if match:
        yield match[2], _element(match[3]) if match[1] == "var" else type_form(match[1])
        return
    match = _JAVA.match(text)
    if match:
        inferred = match[1] in ("var", "val")
        yield match[2], (expression(match[3] or "") or UNKNOWN) if inferred else type_form(match[1])


def _go_bound(text: str, kind: str) -> Iterator[Bound]:
    if kind in ("short_var_declaration", "range_clause"):
        target, _, value = text.partition(":=")
        names = [name.strip() for name in target.split(",")]
        if kind == "range_clause":
            form = _element(value.replace("range", "", 1))
            yield from zip(names, (UNKNOWN, form), strict=False)
        else:
            yield names[0], expression(value) or UNKNOWN
            yield from ((name, UNKNOWN) for name in names[1:])
        return
    match = re.match(r"((?:\w+\s*,\s*)*\w+)\s+(?:\.\.\.)?([^\s=`][^=`\n]*?)\s*(?:=.*)?(?:`.*)?$", text, re.DOTALL)
    if match:
        for name in match[1].split(","):
            yield name.strip(), type_form(match[2])
        return
    name, equals, value = text.partition("=")
    if equals and _WORD.fullmatch(name.strip()):
        yield name.strip(), expression(value) or UNKNOWN


def _element(text: str) -> str:
    form = expression(text)
    return f"{form}[]" if form and form not in (UNKNOWN, '"') else UNKNOWN


def _pairwise(target: str, value: str) -> Iterator[Bound]:
    """`a, b = x, y`: each target with its value, when there are as many and no brackets."""
    names, values = target.split(","), _split(value)
    if len(names) == len(values) > 1 and not re.search(r"[\[({]", target):
        yield from ((name.strip(), expression(part) or UNKNOWN) for name, part in zip(names, values, strict=True))
    else:
        yield from _targets(target, UNKNOWN)


def _split(text: str) -> list[str]:
    """The parts of a text between commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "[({") - (character in "])}")
        if character == "," and not depth:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def _targets(text: str, form: str) -> Iterator[Bound]:
    """The names that a target binds: not those of an object whose item or attribute is set, but attributes of `self`."""
    words = _names(text)
    if len(words) == 1 and text.strip() == words[0]:
        yield words[0], form
    else:
        yield from ((word, UNKNOWN) for word in words)


def _names(text: str) -> list[str]:
    for _ in range(_DEEPEST_SUBSCRIPT):
        shorter = _SUBSCRIPT.sub(r"\1.", text)
        if shorter == text:
            break
        text = shorter
    return [chain for chain in _CHAIN.findall(text) if "." not in chain or _OWN.fullmatch(chain)]
