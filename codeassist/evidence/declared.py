"""What a definition states about itself: its modifiers, decorators, bases, result and members, read from its source.

Every answer may be None: the language has no such thing, or the source does not tell.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from codeassist.evidence.claims.bodies import without_comments
from codeassist.evidence.parsed_source import dotted
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.types import Definition

FUNCTIONS = frozenset({"function", "method", "constructor", "macro"})
TYPES = frozenset({"class", "struct", "interface", "trait", "enum", "object", "record", "protocol", "union"})

MOST_LINES = 3_000
MOST_LEADING = 12
"""Lines of a definition that are read, and lines of decorators and attributes above it."""

_HAS_ASYNC = frozenset("python javascript typescript tsx rust csharp kotlin swift dart".split())
_HAS_GENERATORS = frozenset("python javascript typescript tsx".split())
_HAS_PROPERTIES = frozenset("python javascript typescript tsx csharp kotlin swift".split())
_HAS_STATIC = frozenset("python javascript typescript tsx java csharp php swift cpp".split())
_HAS_ABSTRACT = frozenset("python typescript tsx java csharp php kotlin scala".split())
_LEADING = re.compile(r"\s*(?:@|#\[|///|//|\*|/\*|\)\s*$|\]\s*$)")
_LATER = re.compile(r"\b(?:Promise|Task|ValueTask|Future|Awaitable|Coroutine|Deferred)\b")
"""Results that are awaited, whether or not the function is marked."""

_WORDS_AFTER = re.compile(r"\b(?:extends|implements|with|permits|where|throws)\b")

PythonNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Declared:
    """A definition with the lines of decorators and attributes above it (`leading`) and its source text (`text`)."""

    definition: Definition
    leading: str
    text: str

    @property
    def language(self) -> str:
        """The language of the definition."""
        return self.definition.language

    @property
    def is_function(self) -> bool:
        """Whether it can be called and is no type."""
        return self.definition.kind in FUNCTIONS

    @property
    def is_type(self) -> bool:
        """Whether it is a class or the like."""
        return self.definition.kind in TYPES

    @cached_property
    def node(self) -> PythonNode | None:
        """The syntax tree of a definition in Python."""
        if self.language != "python":
            return None
        tree = _parsed(f"{self.leading}\n{self.text}") or _parsed(self.text)  # what is above may begin within a decorator
        if tree is None:
            return None
        return next((n for n in ast.walk(tree) if isinstance(n, PythonNode) and n.name == self.definition.name), None)

    @cached_property
    def head(self) -> str:
        """The text before the body: to the first brace or arrow outside brackets, or to the end of the first line."""
        depth, text = 0, without_comments(self.text)
        for position, character in enumerate(text[:4_000]):
            depth += (character in "([") - (character in ")]")
            if depth <= 0 and (character in "{;" or text.startswith("=>", position)):
                return text[:position]
        return text.partition("\n")[0]

    @cached_property
    def modifiers(self) -> frozenset[str]:
        """The words before the name in the head."""
        before = re.split(rf"(?<!\w)#?{re.escape(self.definition.name)}(?!\w)", self.head, maxsplit=1)[0]
        return frozenset(re.findall(r"\w+", before))

    @cached_property
    def body(self) -> str:
        """The text behind the head, without comments."""
        return without_comments(self.text)[len(self.head) :]

    @cached_property
    def decorators(self) -> list[str]:
        """The dotted names of the decorators, annotations or attributes."""
        if self.node is not None:
            return [dotted(d.func if isinstance(d, ast.Call) else d) for d in self.node.decorator_list]
        return re.findall(r"(?:@|#\[)\s*([A-Za-z_][\w.:]*)", f"{self.leading}\n{self.head}")


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def declared(index: Index, definition: Definition) -> Declared:
    """Read a definition from its file."""
    lines = file_lines(index.root, definition.path)
    first = min(definition.line - 1, len(lines))  # the file may have become shorter
    while first > max(0, definition.line - 1 - MOST_LEADING) and _LEADING.match(lines[first - 1]):
        first -= 1
    last = min(definition.end_line, definition.line + MOST_LINES)
    return Declared(definition, "\n".join(lines[first : definition.line - 1]), "\n".join(lines[definition.line - 1 : last]))


def is_async(it: Declared) -> bool | None:
    """Whether a function is declared asynchronous."""
    if not it.is_function or it.language not in _HAS_ASYNC:
        return None
    if it.language == "python":
        return isinstance(it.node, ast.AsyncFunctionDef) if it.node is not None else None
    if not it.modifiers.isdisjoint({"async", "suspend"}) or re.search(r"=\s*async\b|\)\s*async\b", it.head):
        return True
    return None if _LATER.search(it.head) else False


def is_generator(it: Declared) -> bool | None:
    """Whether a function yields."""
    if not it.is_function or it.language not in _HAS_GENERATORS:
        return None
    if it.language == "python":
        return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _own(it.node)) if it.node is not None else None
    return bool(re.search(rf"\*\s*#?{re.escape(it.definition.name)}\b|\bfunction\s*\*", it.head))


def is_property(it: Declared) -> bool | None:
    """Whether a member is read without a call: a property or getter."""
    if it.definition.kind in ("property", "field", "constant", "variable"):
        return True if it.definition.kind == "property" else None
    if not it.is_function or it.language not in _HAS_PROPERTIES:
        return None
    if it.language == "python":
        last = [name.rpartition(".")[2].lower() for name in it.decorators]
        return None if it.node is None else any("property" in name or name in ("setter", "getter") for name in last)
    return "get" in it.modifiers or "accessor" in it.modifiers


def is_static(it: Declared) -> bool | None:
    """Whether a method belongs to its class and gets no object."""
    if not it.is_function or it.language not in _HAS_STATIC:
        return None
    return "staticmethod" in it.decorators if it.language == "python" else "static" in it.modifiers


def is_class_method(it: Declared) -> bool | None:
    """Whether a method gets its class."""
    if it.is_function and it.language == "python":
        return "classmethod" in it.decorators
    return bool(re.match(r"\s*def\s+self\.", it.text)) if it.language == "ruby" and it.is_function else None


def is_abstract(it: Declared) -> bool | None:
    """Whether a class or method is declared abstract; a Python class also by an abstract method of its own."""
    if it.language not in _HAS_ABSTRACT or not (it.is_function or it.is_type):
        return None
    if it.language != "python":
        return "abstract" in it.modifiers or (None if it.is_function and _has_no_body(it) else False)
    if it.node is None:
        return None
    if isinstance(it.node, ast.ClassDef):
        named = {dotted(b).rpartition(".")[2] for b in (*it.node.bases, *(k.value for k in it.node.keywords))}
        return bool(named & {"ABC", "ABCMeta"}) or "abstractmethod" in it.text
    return any("abstract" in name for name in it.decorators)


def is_public(it: Declared) -> bool | None:
    """Whether a definition can be used from outside, where the language says so."""
    if it.language == "go":
        return it.definition.name[:1].isupper()
    if it.language == "rust":
        return None if it.definition.kind == "impl" else "pub" in it.modifiers
    if it.language == "python":
        return not re.match(r"_(?!_.*__$)", it.definition.name)
    private = bool({"private", "protected", "fileprivate"} & it.modifiers) or it.head.lstrip().startswith("#")
    if it.language in ("java", "csharp"):
        in_interface = it.is_function and not private and ("default" in it.modifiers or _has_no_body(it))
        return "public" in it.modifiers or (None if in_interface else False)
    return False if private else True if it.language in ("kotlin", "php") or "public" in it.modifiers else None


def _has_no_body(it: Declared) -> bool:
    """Whether a function has no body, as in interfaces, which make it abstract and public without a word."""
    return not re.search(r"[{=]", it.body)


def bases_of(it: Declared) -> list[str] | None:
    """The types that a class names as its bases and interfaces, without type arguments.

    None for anything else, and for bases that only running the code would tell.
    """
    if not it.is_type:
        return None
    if isinstance(it.node, ast.ClassDef):
        written = [dotted(b.value if isinstance(b, ast.Subscript) else b) for b in it.node.bases]
        return written if all(written) else None
    head = _without_brackets(it.head, "<>") if it.language != "ruby" else it.head
    if it.language == "ruby":
        return re.findall(r"class\s+[\w:]+\s*<\s*([\w:]+)", head) + re.findall(
            r"(?m)^\s*(?:include|extend|prepend)\s+([\w:]+)", it.text
        )
    if it.language == "go":
        return re.findall(r"(?m)^\s*\*?((?:\w+\.)?[A-Z]\w*)\s*$", it.body)
    found = re.findall(r"\b(?:extends|implements|with)\s+([\w.,\s&]+)", head)
    if not found and it.language in ("csharp", "kotlin", "swift", "cpp"):
        after = _without_brackets(head, "()").partition(":")[2]
        found = [_WORDS_AFTER.split(after)[0]] if after else []
    names = (name for part in found for name in re.split(r"[,&]|\b(?:extends|implements|with)\b", part))
    return [bare.split()[-1] for name in names if (bare := re.split(r"\bby\b", name)[0].strip())]


def result_of(it: Declared) -> str | None:
    """The type of the result as it is written; "" where a language with types has none; None if the source does not tell."""
    if not it.is_function:
        return None
    if it.language == "python":
        return (
            ast.unparse(it.node.returns)
            if isinstance(it.node, ast.FunctionDef | ast.AsyncFunctionDef) and it.node.returns
            else None
        )
    after = _after_parameters(it.head, it.definition.name)
    if after is None:
        return None
    if it.language in ("rust", "swift"):
        return re.split(r"\bwhere\b", after.partition("->")[2])[0].strip() if "->" in after else "()"
    if it.language == "go":
        return after.strip()
    if it.language in ("typescript", "tsx", "kotlin", "php", "scala"):
        match = re.match(r"\s*:\s*(.+)", after, re.DOTALL)
        return match[1].strip() if match else None
    if it.language in ("java", "csharp"):
        before = re.match(rf"(.*?)(?<!\w){re.escape(it.definition.name)}\s*(?:<[^()]*>)?\(", it.head, re.DOTALL)
        words = re.findall(r"[\w.]+(?:<[^()]*>)?(?:\[\])*", before[1]) if before else []
        return words[-1] if words and it.definition.kind != "constructor" else None
    return None


def returns_value(it: Declared) -> bool | None:
    """Whether a function without a stated result has a `return` with a value; None if that cannot be told."""
    if not it.is_function:
        return None
    if it.language == "python":
        if it.node is None:
            return None
        found = [n for n in _own(it.node) if isinstance(n, ast.Return) and n.value is not None]
        return any(not (isinstance(n.value, ast.Constant) and n.value.value is None) for n in found)
    if it.language not in ("javascript", "typescript", "tsx", "php") or re.search(r"=>|\bfunction\b", it.body):
        return None
    return bool(re.search(r"\breturn[ \t]+(?!;|undefined\b|null\b)\S", it.body))


def _own(node: ast.AST | None) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions and classes inside it."""
    for child in ast.iter_child_nodes(node) if node is not None else ():
        if not isinstance(child, PythonNode | ast.Lambda):
            yield child
            yield from _own(child)


def _after_parameters(head: str, name: str) -> str | None:
    """What stands in a head after the bracket that closes the parameters."""
    start = re.search(rf"(?<!\w)#?{re.escape(name)}\s*(?:<[^()]*>|\[[^()]*\])?\s*\(", head)
    depth = 0
    for position in range(start.end() - 1, len(head)) if start else ():
        depth += (head[position] == "(") - (head[position] == ")")
        if depth == 0:
            return head[position + 1 :]
    return None


def _without_brackets(text: str, pair: str) -> str:
    """A text without what stands in brackets of one kind."""
    kept, depth = [], 0
    for character in text.replace("=>", "  ").replace("->", "  "):
        depth += character == pair[0]
        if depth == 0:
            kept.append(character)
        depth -= character == pair[1] and depth > 0
    return "".join(kept)
