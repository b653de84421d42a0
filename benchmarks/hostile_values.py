"""Hostile values for benchmarks/hostile_input.py: texts, JSON, TOML and YAML values, and damaged files."""

from __future__ import annotations

import json
import random
from typing import Any

SCALARS = (
    "", " ", "\t", "x", "-", "--", "-1", "0", "1", "00", "1e999", "nan", "inf", "-inf", "9" * 25, "9" * 5_000, "0x10", "1_000", "true", "None", "null",
    "..", ".", "~", "~nouser", "~nouser/x", "a\nb", "a\rb", "\x1b[31m", "\x07", "é", "漢字", "\U0001f600", "\U000f0001", "\u202eabc", "\ufeff", "\u0085",
    "\ud800", "\udcff", "*", "[", "[[", "(", "%s", "{}", "{{x}}", "$HOME", "`x`", "'", '"', "\\", "shop", "shop/pay.py", "shop/pay.py:3", "nowhere.py",
    "README.md", "charge", "C:\\x", "//", "a" * 300, "a" * 5_000, "a/" * 200, "[" * 5_000, "@", "x@", "@1.0.0", "x@999999999.0.0", "x:y", ":", "::", "shop/pay.py::",
    "openai:", "local:", "local:~nouser", "none", "static:", "static:~nouser", "static:nowhere", "cross-encoder/", "HEAD", "HEAD~99", "-HEAD", "..HEAD", "HEAD..", "a..b", "a...b", "HEAD^{/x}", "0" * 40,
)  # fmt: skip
"""Values that have broken programs: empty, huge, malformed, of another kind, with control characters and lone surrogates."""


def texts(chance: random.Random) -> str:
    """A hostile value for an argument or a setting."""
    if chance.random() < 0.75:
        return chance.choice(SCALARS)
    pool = "abz019 -_/.:~*[]{}()<>|&;\"'\\\n\t\r\x00\x1b\x7f\x9bé漢\u202e\ufeff\U0001f600"
    return "".join(chance.choices(pool, k=chance.randint(1, 30)))


def spoiled(chance: random.Random, text: str) -> bytes:
    """A text file that was damaged: cut, repeated, nested, re-encoded, with foreign bytes."""
    raw = text.encode("utf-8", "surrogatepass")
    position = chance.randint(0, len(raw))
    way = chance.randint(0, 15)
    if way == 0:
        return raw[:position]
    if way == 1:
        return b"\xef\xbb\xbf" + raw
    if way == 2:
        return text.encode("utf-16", "surrogatepass")
    if way == 3:
        return raw[:position] + bytes(chance.randbytes(chance.randint(1, 8))) + raw[position:]
    if way == 4:
        return raw[:position] + b"\x00" + raw[position:]
    if way == 5:
        return raw + raw
    if way == 6:
        return b""
    if way == 7:
        return chance.randbytes(chance.randint(1, 400))
    if way == 8:
        return chance.choice((b"[", b"{", b"(", b'{"a":', b"- ", b"x = [", b"? ", b"&a [*a, ", b"<a>")) * 5_000
    if way == 9:
        return raw.replace(b"\n", b"\r")
    if way == 10:
        return raw.replace(b"\n", b"\r\n")
    if way == 11:
        return raw[:position] + chance.choice(SCALARS).encode("utf-8", "surrogatepass") + raw[position:]
    if way == 12:
        return text.encode("utf-32")
    if way == 13 and raw:
        flipped = bytearray(raw)
        for _ in range(chance.randint(1, 5)):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randint(0, 7)
        return bytes(flipped)
    if way == 14:
        lines = text.split("\n")
        chance.shuffle(lines)
        return "\n".join(lines).encode("utf-8", "surrogatepass")
    return "\n".join(chance.choices(text.split("\n"), k=chance.randint(1, 30))).encode("utf-8", "surrogatepass")


def json_value(chance: random.Random, depth: int = 0) -> Any:
    """A JSON value of a random shape."""
    pick = chance.randint(0, 9 if depth < 3 else 6)
    if pick == 7:
        return [json_value(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    if pick >= 8:
        keys = (
            "schema",
            "findings",
            "files",
            "prompts",
            "name",
            "fingerprint",
            "path",
            "version",
            "content",
            "missing_lines",
            "x",
        )
        return {chance.choice(keys): json_value(chance, depth + 1) for _ in range(chance.randint(0, 4))}
    return (None, True, chance.randint(-5, 5), 10**40, float("nan"), texts(chance).encode("utf-8", "replace").decode(), [])[
        pick
    ]


def toml_value(chance: random.Random) -> str:
    """A value as TOML source: of any type, sound or not."""
    quoted = json.dumps(texts(chance).encode("utf-8", "replace").decode())
    return chance.choice(
        (quoted, quoted, quoted, '"\\u0000"', '"~nouser/x"', "nan", "-inf", "1e400", "9" * 30, "-1", "0", "1.5", "true", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z",
         "[]", "{}", "[[]]", "[1, 'a']", '["\\u0000"]', '["["]', "{a = {b = {c = 1}}}", "[" * 5_000 + "]" * 5_000, "{a=" * 900 + "1" + "}" * 900, "'''x\ny'''", '"\\ud800"', "0xff", "1_000", "")
    )  # fmt: skip


def yaml_value(chance: random.Random) -> str:
    """A value as YAML source."""
    return chance.choice(("", "~", "[]", "{}", "1", "1.0", "1.5e400", "2026-99-99", "2026-01-01", "[" * 3_000, "{a: " * 3_000, "&a [*a]", "*x", "!!python/object:os.system x", "!!binary x", "? ?", "'", '"\\x00"', "|", ">", "yes", "0o9", "1:2:3:4", "- - -", "{? [a]: b}", "{[]: 1}", "9" * 5000, ".nan", "%x", "@x", "1.2.0", "jinja2", json.dumps(texts(chance))))  # fmt: skip
