"""The outline of a source file: definitions, imports, exports and uses."""

from __future__ import annotations

from dataclasses import dataclass, field

OPEN_ENDED = 99
"""The most arguments of a function with a variadic parameter."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function, without the receiver (`self`)."""

    name: str
    type: str = ""
    optional: bool = False
    variadic: bool = False
    default: str = ""
    """The source of the default value, for languages that have them."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A named definition. `kind` is function, method, constructor, type, constant, member or literal.

    `owner` is the class, enum or union around it; `parameters` is None for what is not called; `receives` states that a
    method takes its receiver as first parameter, which a call through its type passes.
    """

    name: str
    owner: str
    kind: str
    line: int
    end: int
    parameters: tuple[Parameter, ...] | None = None
    exported: bool = True
    receives: bool = False
    prototype: bool = False
    value: str = ""
    """The source of a constant's value, where the language reads it."""

    @property
    def arity(self) -> tuple[int, int]:
        """(least, most) arguments of a call."""
        parameters = self.parameters or ()
        least = sum(not (p.optional or p.variadic) for p in parameters)
        return least, OPEN_ENDED if any(p.variadic for p in parameters) else len(parameters)


@dataclass(frozen=True, slots=True)
class Import:
    """A name that a file binds: `name` of `module`; "*" for the whole module, "default" for its default export."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a name. `kind` is call, name, import or case.

    `receiver` is the text before the name ("" for a bare name), `type` the class of that receiver where it is known, and
    `around` the class that contains the use. `arguments` is -1 when unknown. `shadowed`: a local variable has the name.
    `qualified` states that the receiver is a type or module rather than a value.
    """

    name: str
    line: int
    end: int
    kind: str
    receiver: str = ""
    type: str = ""
    around: str = ""
    arguments: int = -1
    shadowed: bool = False
    qualified: bool = False
    siblings: tuple[str, ...] = ()
    """The other literals of the same `switch`, for a literal."""

    results_of: str = ""
    """The function whose results are all the arguments, as in Go's `f(g())`; how many these are is not written there."""


@dataclass(slots=True)
class Outline:
    """What one file defines, imports and uses."""

    path: str
    definitions: list[Definition] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    imports: dict[str, Import] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    """Modules of which every name is imported or re-exported."""

    exports: dict[str, str] = field(default_factory=dict)
    """Exported name -> local name."""

    reexports: dict[str, Import] = field(default_factory=dict)
    package: str = ""
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    returns: dict[str, str] = field(default_factory=dict)
    """Function name -> the type it returns."""

    fields: dict[str, str] = field(default_factory=dict)
    """`Class.field` -> the type of the field."""

    macros: bool = False
    """Whether the file defines names in ways that an outline does not see."""

    def named(self, name: str, owner: str) -> list[Definition]:
        """The definitions of a name in an owner; several for overloads."""
        return [d for d in self.definitions if d.name == name and d.owner == owner]
