"""How special methods are called, as a person writes it: `{r}` stands for the object, `{0}` and `{1}` for arguments."""

from __future__ import annotations

OPERATORS: dict[str, str] = {
    "__eq__": "{r} == {0}",
    "__ne__": "{r} != {0}",
    "__lt__": "{r} < {0}",
    "__le__": "{r} <= {0}",
    "__gt__": "{r} > {0}",
    "__ge__": "{r} >= {0}",
    "__add__": "{r} + {0}",
    "__radd__": "{0} + {r}",
    "__sub__": "{r} - {0}",
    "__rsub__": "{0} - {r}",
    "__mul__": "{r} * {0}",
    "__rmul__": "{0} * {r}",
    "__truediv__": "{r} / {0}",
    "__floordiv__": "{r} // {0}",
    "__mod__": "{r} % {0}",
    "__pow__": "{r} ** {0}",
    "__and__": "{r} & {0}",
    "__rand__": "{0} & {r}",
    "__or__": "{r} | {0}",
    "__ror__": "{0} | {r}",
    "__xor__": "{r} ^ {0}",
    "__rxor__": "{0} ^ {r}",
    "__contains__": "{0} in {r}",
    "__getitem__": "{r}[{0}]",
    "__len__": "len({r})",
    "__iter__": "list({r})",
    "__reversed__": "list(reversed({r}))",
    "__str__": "str({r})",
    "__repr__": "repr({r})",
    "__bool__": "bool({r})",
    "__nonzero__": "bool({r})",
    "__neg__": "-{r}",
    "__pos__": "+{r}",
    "__abs__": "abs({r})",
    "__invert__": "~{r}",
    "__int__": "int({r})",
    "__float__": "float({r})",
    "__hash__": "hash({r}) == hash({same})",
    "__index__": "int({r})",
    "__round__": "round({r})",
    "__bytes__": "bytes({r})",
}


STATEMENTS: dict[str, str] = {
    "__iadd__": "{r} += {0}",
    "__isub__": "{r} -= {0}",
    "__ior__": "{r} |= {0}",
    "__iand__": "{r} &= {0}",
    "__ixor__": "{r} ^= {0}",
    "__imul__": "{r} *= {0}",
    "__setitem__": "{r}[{0}] = {1}",
    "__delitem__": "del {r}[{0}]",
}


CALLED: dict[str, str] = {
    "__call__": "{r}({0})",
    "__enter__": "with {r} as entered:\n    pass",
    "__exit__": "with {r}:\n    raise ValueError('text')",
    "__next__": "next({r})",
    "__format__": "format({r}, {0})",
    "__copy__": "copy.copy({r})",
    "__deepcopy__": "copy.deepcopy({r})",
}
"""How special methods are called: `{0}` stands for all arguments."""


ENTERED: dict[str, str] = {
    "__aenter__": "async def enter():\n    async with {r} as entered:\n        return entered",
    "__aexit__": "async def enter():\n    async with {r}:\n        raise ValueError('text')",
    "__anext__": "async def enter():\n    return await anext({r})",
    "__await__": "async def enter():\n    return await {r}",
    "__aiter__": "async def enter():\n    return [item async for item in {r}]",
}
"""How special methods are called that need a coroutine: statements that define it."""
