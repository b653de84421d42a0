"""What is inside a type, and how many: variants, fields, methods; read from its source."""

from __future__ import annotations

import ast
import re

from codeassist.evidence.claims.bodies import last_name, without_comments
from codeassist.evidence.declared import FUNCTIONS, TYPES, Declared, bases_of, declared
from indexers import Index

MOST_BASES = 12
_DYNAMIC = re.compile(r"\b(?:__getattr__|__getattribute__|setattr|__dict__|method_missing|define_method|__call)\b|\bProxy\(")
_FIELD = {
    "rust": r"(?:pub(?:\([^)]*\))?\s+)?{name}\s*:\s*([^,}}\n]+)",
    "go": r"{name}(?:\s*,\s*\w+)*\s+([^\n`]+)",
    "java": r"(?:(?:public|private|protected|static|final|volatile|transient)\s+)*([\w.<>\[\], ?]+?)\s+{name}\s*[;=]",
    "csharp": r"(?:(?:public|private|protected|internal|static|readonly|const)\s+)*([\w.<>\[\], ?]+?)\s+{name}\s*[;={{]",
}
_FIELD_ELSEWHERE = (
    r"(?:(?:public|private|protected|static|readonly|override|declare|var|let|val|const)\s+)*#?{name}[?!]?\s*:\s*([^=;\n]+)"
)


def parts_of(it: Declared, index: Index) -> list[Declared]:
    """A type and, in Rust, the blocks that implement it."""
    if it.language != "rust":
        return [it]
    same = [d for d in index.definitions(it.definition.name, 50) if d.name == it.definition.name and d.language == "rust"]
    return [declared(index, d) for d in same if d.kind == "impl" or d.kind in TYPES]


def has_member(it: Declared, name: str, index: Index) -> bool | None:
    """Whether a type or one of its bases has a member; None if a base is not known, or members are made when it runs."""
    todo, seen = [it], set[str]()
    while todo:
        current = todo.pop()
        seen.add(current.definition.name)
        for part in parts_of(current, index):
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", without_comments(part.text)):
                return True
            if _DYNAMIC.search(part.text) or len(seen) > MOST_BASES:
                return None
        owner = f".{current.definition.name}."
        if current.language == "go" and any(owner in f".{d.qualified_name}" for d in index.definitions(name, 50)):
            return True
        bases = bases_of(current)
        if bases is None and current.node is not None:
            return None
        for base in map(last_name, bases or ()):
            if base in seen or base in ("object", "ABC", "Generic", "Protocol", "Object", "Enum"):
                continue
            known = [d for d in index.definitions(base, 5) if d.name == base and d.kind in TYPES]
            if not known:
                return None
            todo += [declared(index, d) for d in known]
    return False if it.is_type else None


def is_inside(owner: str, name: str, index: Index) -> bool:
    """Whether a type of this name declares a name: a variant, or a field with a type or value."""
    found = [d for d in index.definitions(owner, 20) if d.name == owner and d.kind in TYPES]
    return any(_declares(declared(index, d), name) for d in found)


def _declares(it: Declared, name: str) -> bool:
    if isinstance(it.node, ast.ClassDef):
        return name in _names_in_class(it.node)
    words = r"(?:(?!(?:return|await|raise|yield|new|throw|delete|case|else)\b)[\w()]+[ \t]+)*"
    pattern = rf"(?m)^[ \t]*{words}(?:self\.|this\.)?#?{re.escape(name)}[ \t]*(?:[?!]?[ \t]*[:=,({{;]|$|[ \t]+[\w*\[])"
    return bool(re.search(pattern, without_comments(it.text).partition("\n")[2]))


def _names_in_class(node: ast.ClassDef) -> set[str]:
    """What the body of a class in Python binds, and the attributes that its methods set on their object."""
    found = {n.name for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    bound = (n for statement in node.body if isinstance(statement, ast.Assign | ast.AnnAssign) for n in ast.walk(statement))
    found |= {n.id for n in bound if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    attributes = (n for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store))
    return found | {n.attr for n in attributes if isinstance(n.value, ast.Name) and n.value.id in ("self", "cls")}


def defines_member(it: Declared, name: str) -> bool | None:
    """Whether a class itself defines a method."""
    if not it.is_type or it.language in ("rust", "go"):
        return None
    pattern = rf"(?m)^[ \t]+(?:[\w@]+[ \t]+)*#?{re.escape(name)}[ \t]*(?:<[^()\n]*>)?\("
    return bool(re.search(pattern, it.text))


def count_of(it: Declared, what: str, index: Index) -> int | None:
    """How many variants, fields or methods a type has of its own; None if that cannot be told."""
    if what.startswith("method"):
        members = [m for m in index.members(it.definition.name, 200) if m.path == it.definition.path]
        return sum(m.kind in FUNCTIONS for m in members) if it.is_type else None
    is_enum = it.definition.kind == "enum"
    if what.startswith(("variant", "case", "value")) != is_enum or what.startswith("member"):
        return None if not is_enum or not what.startswith("member") else len(_listed(it.body))
    if is_enum:
        return len(_listed(it.body)) if it.language in ("rust", "typescript", "java", "csharp", "kotlin") else None
    if it.language == "rust" and it.definition.kind == "struct":
        return len(_listed(it.body))
    if isinstance(it.node, ast.ClassDef) and any(name.rpartition(".")[2] == "dataclass" for name in it.decorators):
        return sum(isinstance(n, ast.AnnAssign) for n in it.node.body) if bases_of(it) == [] else None
    return None


def type_of_field(it: Declared, name: str) -> str | None:
    """The type of a field as it is written in a type."""
    if isinstance(it.node, ast.ClassDef):
        for node in ast.walk(it.node):
            target = node.target if isinstance(node, ast.AnnAssign) else None
            if isinstance(node, ast.AnnAssign) and name == (getattr(target, "attr", "") or getattr(target, "id", "")):
                return ast.unparse(node.annotation)
        return None
    pattern = _FIELD.get(it.language, _FIELD_ELSEWHERE).format(name=re.escape(name))
    found = re.search(rf"(?m)(?:^|[{{,;])\s*{pattern}", it.body)
    return found[1].strip() if found else None


def _listed(body: str) -> list[str]:
    """What stands between commas in the first braces of a body, without attributes; of Java only to the semicolon."""
    found, current, depth = list[str](), "", 0
    plain = re.sub(r"#\[[^\]]*\]|@\w+(?:\([^)]*\))?|<<|[-=]>|(?<=\s)(?:>>|[<>]=?)(?=\s)", "", body)
    for character in plain.lstrip("{ \n"):
        depth += (character in "([{<") - (character in ")]}>")
        if depth < 0 or (character == ";" and depth == 0):
            break
        if character == "," and depth == 0:
            found.append(current)
            current = ""
        else:
            current += character
    return [part for part in (*found, current) if part.strip()]
