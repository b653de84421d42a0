"""Reads the licence of a file from the metadata of its package, and checks that it requires attribution at most."""

from __future__ import annotations

import fnmatch
import json
import re
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

PERMISSIVE = frozenset(
    "mit expat x11 mit-x11 mit/x11 mit/expat mit-0 isc zlib zlib/libpng libpng 0bsd bsl-1.0 boost-1.0 boost-software-1.0 "
    "unlicense cc0 cc0-1.0 wtfpl wtfpl-2 ncsa psf psf-2 psf-2.0 python-2.0 python-software-foundation hpnd public-domain "
    "apache apache-2 apache-2.0 apache2 apache2.0 apache-software apache-software-2.0 asl-2.0 "
    "bsd bsd-2 bsd-3 bsd-4 bsd2 bsd3 bsd-2-clause bsd-3-clause bsd-4-clause 2-clause-bsd 3-clause-bsd new-bsd "
    "modified-bsd simplified-bsd bsd-3-clause-new bsd-2-clause-simplified bsd-3-clause-clear postgresql curl "
    "blueoak-1.0.0 zpl-2.1 ruby upl-1.0 mulanpsl-2.0 mit/x".split()
)
"""Names, normalised by `_normalised`, of licences that require attribution at most; any other name is rejected."""

_TOKEN = re.compile(r"\(|\)|[^\s()]+")


def _normalised(name: str) -> str:
    """`The Apache License, Version 2.0` -> `apache-2.0`."""
    low = re.sub(r"\b(?:the|licen[cs]e[sd]?|version|v(?=\d))\b|[,;\"']", " ", name.lower())
    low = re.sub(r"\bv(?=\d)", "", low)
    return re.sub(r"[\s_]+", "-", low.strip()).strip("-.")


def is_permissive(licence: str) -> bool:
    """Whether a licence expression requires attribution at most.

    `and` binds more tightly than `or`; one permissive alternative is enough. Names that are not listed and expressions that
    cannot be parsed are rejected.
    """
    tokens = _TOKEN.findall(licence)
    if not tokens:
        return False
    value, remaining = _alternatives(tokens)
    return value and not remaining


def _alternatives(tokens: list[str]) -> tuple[bool, list[str]]:
    value, tokens = _conjunction(tokens)
    while tokens and tokens[0].lower() in ("or", "|"):
        other, tokens = _conjunction(tokens[1:])
        value = value or other
    return value, tokens


def _conjunction(tokens: list[str]) -> tuple[bool, list[str]]:
    value, tokens = _term(tokens)
    while tokens and tokens[0].lower() in ("and", "&"):
        other, tokens = _term(tokens[1:])
        value = value and other
    return value, tokens


def _term(tokens: list[str]) -> tuple[bool, list[str]]:
    if tokens and tokens[0] == "(":
        value, remaining = _alternatives(tokens[1:])
        return (value, remaining[1:]) if remaining and remaining[0] == ")" else (False, remaining)
    words: list[str] = []
    while tokens and tokens[0] not in "()" and tokens[0].lower() not in ("and", "or", "|", "&"):
        words.append(tokens[0])
        tokens = tokens[1:]
    name = _normalised(" ".join(words))
    slashed = name.split("/")
    return name in PERMISSIVE or (len(slashed) > 1 and PERMISSIVE.issuperset(slashed)), tokens


def debian_licence(folder: Path) -> Callable[[str], str]:
    """A function from path to licence, from a machine-readable `debian/copyright`; "" when the licence is not known."""
    for archive in (*folder.glob("*.debian.tar.*"), *folder.glob("data.tar")):
        paragraphs = _copyright(archive, folder.name)
        if archive.name == "data.tar":  # installed paths differ from source paths: all licences must be permissive
            synopses = [synopsis for globs, synopsis in paragraphs if "debian/*" not in globs]
            return _always(synopses[0] if synopses and all(map(is_permissive, synopses)) else "")
        return partial(_by_glob, paragraphs)
    return _always("")


def _always(licence: str) -> Callable[[str], str]:
    return lambda _: licence


def _by_glob(paragraphs: list[tuple[list[str], str]], path: str) -> str:
    result = ""
    for globs, synopsis in paragraphs:  # the last match wins
        if any(fnmatch.fnmatchcase(path, glob.removeprefix("./")) for glob in globs):
            result = synopsis
    return result


def _copyright(archive: Path, name: str) -> list[tuple[list[str], str]]:
    """(globs, licence) of each Files paragraph; empty for a free-form file, whose licence cannot be determined reliably."""
    from debian.copyright import Copyright

    with tarfile.open(archive) as tar:
        try:
            member = next(n for n in tar.getnames() if n.endswith(("debian/copyright", f"doc/{name}/copyright")))
            handle = tar.extractfile(member)
            lines = (handle.read() if handle else b"").decode("utf-8", "replace").splitlines()
            data = Copyright(lines, strict=False)
        except Exception:  # noqa: BLE001  # the parser may raise anything on text in another format
            return []
    return [(list(p.files), (p.license.synopsis if p.license else "") or "") for p in data.all_files_paragraphs()]


def wheel_licence(archive: Path) -> str:
    """The licence of a wheel: from the field License-Expression, else the classifiers, else the field License, else ""."""
    with zipfile.ZipFile(archive) as zipped:
        path = next((n for n in zipped.namelist() if n.endswith(".dist-info/METADATA")), None)
        head = zipped.read(path).decode("utf-8", "replace").split("\n\n")[0] if path else ""
    if expression := re.search(r"^License-Expression: (.+)$", head, re.MULTILINE):
        return expression[1]
    classifiers = re.findall(r"^Classifier: License :: (?:OSI Approved :: )?(.+)$", head, re.MULTILINE)
    classifiers = [line for line in classifiers if line.strip() != "OSI Approved"]
    if classifiers:
        return " and ".join(re.sub(r"\s*\([^)]*\)$", "", line.strip()) for line in classifiers)
    plain = re.search(r"^License: (.{2,60})$", head, re.MULTILINE)
    return plain[1].strip() if plain else ""


def npm_licence(archive: Path) -> str:
    """The licence in the `package.json` of an npm package, or ""."""
    with tarfile.open(archive) as tar:
        handle = tar.extractfile("package/package.json")
        value = json.loads(handle.read().decode("utf-8", "replace")).get("license", "") if handle else ""
    return value if isinstance(value, str) else ""
