"""Find the definition that a use of a name belongs to: imports first, then receivers, then the class hierarchy.

An expression has a value (`values.Value`). What is known to be defined elsewhere is `OUTSIDE`: a built-in, a literal, a name
of an imported library. What cannot be known is `UNKNOWN`, and only its name remains.

`Resolver` has a part for each thing that can refer to something: `expressions`, `names`, `imports` and `members`. A part asks
the others through the resolver.
"""

from __future__ import annotations

from indexers.graph.resolution.resolver import Resolver, family

__all__ = ["Resolver", "family"]
