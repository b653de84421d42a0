"""Something of a module that tests call, and what the search knows about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..inputs.scenarios import Form
from ..inputs.values import variable_name
from ..running.outcome import Candidate
from .kinds import Parameter


@dataclass(eq=False)
class Target:
    """Something to call. `lines` are those of its body; `corpus` contains the candidates to vary."""

    qualname: str
    kind: str
    name: str
    owner: str = ""
    parameters: list[Parameter] = field(default_factory=list)
    lines: frozenset[int] = frozenset()
    is_async: bool = False
    documentation: str = ""
    corpus: list[Candidate] = field(default_factory=list)
    signatures: set[Any] = field(default_factory=set)
    tried: int = 0
    spent: float = 0.0
    """Seconds that calls of it took."""

    worked: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    files: bool = False
    """Whether its code opens, lists or moves files."""

    changes: frozenset[str] = frozenset()
    """The attributes of its object that it changes."""

    asks: frozenset[str] = frozenset()
    """The attributes of its object that its conditions depend on."""

    needs_context: bool = False
    """Whether a call failed because the context that its library provides was missing."""

    needs_magic: bool = False
    """Whether a call failed because it applies an operator to a mock."""

    needs_network: bool = False
    """Whether a call was refused a connection."""

    needs_loop: bool = False
    """Whether it runs only inside an event loop, or gives what has to be awaited there."""

    form: Form = field(default_factory=Form)
    """What has to be done with its result."""

    products: list[Any] = field(default_factory=list)
    """Callable results of it (`products.Product`)."""

    @property
    def variable(self) -> str:
        """The name of the variable for an instance of the owner in a test."""
        return variable_name(self.owner or self.name)
