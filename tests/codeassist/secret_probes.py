"""Read `tests/cases/secrets`: lines with a secret, and lines without one that look as if they had.

A file has no secrets itself, which scanners of secrets would report: `{an36}` stands for 36 random letters and digits.
"""

from __future__ import annotations

import base64
import random
import re
import string
import uuid
from itertools import dropwhile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "cases" / "secrets"
ALPHABETS = {
    "an": string.ascii_letters + string.digits,
    "low": string.ascii_lowercase + string.digits,
    "up": string.ascii_uppercase + string.digits,
    "hex": "0123456789abcdef",
    "dig": string.digits,
    "url": string.ascii_letters + string.digits + "-_",
    "b64n": string.ascii_letters + string.digits + "+/",
    "agekey": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
_FIELD = re.compile(r"\{(?P<kind>uuid|b64n(?=\d)|b64(?=\d)|" + "|".join(ALPHABETS) + r")(?P<length>\d*)\}")


def expand(line: str, seed: int = 0) -> str:
    """A line with random text in place of its fields; the same for the same line and seed."""
    chance = random.Random(f"{line}:{seed}")

    def fill(match: re.Match[str]) -> str:
        kind, length = match["kind"], int(match["length"] or 0)
        if kind == "uuid":
            return str(uuid.UUID(int=chance.getrandbits(128), version=4))
        if kind == "b64":
            return base64.b64encode(chance.randbytes(length * 3 // 4 - 1)).decode()
        return "".join(chance.choice(ALPHABETS[kind]) for _ in range(length))

    return _FIELD.sub(fill, line)


def lines(name: str) -> list[str]:
    """The lines of a file, without the comment at its top."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return list(dropwhile(lambda line: line.startswith("# "), text.splitlines()))


def probes(name: str, seed: int = 0) -> list[tuple[str, str]]:
    """(line, secret) of each probe."""
    found = []
    for line in lines(name):
        text = expand(line, seed)
        secret = text[text.index("«") + 1 : text.index("»")]
        found.append((text.replace("«", "").replace("»", ""), secret))
    return found
