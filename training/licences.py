"""What licence a file of a package is under, by the package's own data, and whether that asks for more than attribution."""

from __future__ import annotations

import fnmatch
import json
import re
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

PERMISSIVE = re.compile(
    r"^(?:(?:the )?(?:mit|expat|x11|isc|zlib|0bsd|bsl-1\.0|boost[\w. -]*|unlicense|cc0[\w.-]*|wtfpl|ncsa|psf[\w.-]*|"
    r"python[\w. -]*|"
    r"apache(?: software)?(?: licen[cs]e)?[\w. ,-]*|bsd[\w. -]*|(?:new|modified|simplified|2-clause|3-clause)[ -]bsd[\w -]*|"
    r"hpnd|public[ -]domain|postgresql|curl|blueoak[\w.-]*|mit[ -]0|zpl[\w.-]*|ruby|upl[\w.-]*|mulanpsl[\w.-]*)"
    r"(?: licen[cs]e)?(?:[ ,]+version [\d.]+)?)$",
    re.IGNORECASE,
)
_COPYLEFT = re.compile(
    r"gpl|mpl|epl|cddl|eupl|cecill|sspl|busl|commercial|proprietary|non-?free|cc-by|ofl|artistic", re.IGNORECASE
)


def is_permissive(licence: str) -> bool:
    """Whether a licence expression asks for nothing but attribution; of alternatives (`or`, `/`) one is enough."""
    alternatives = re.split(r"\s+or\s+|/|\|", licence.strip().strip("()"), flags=re.IGNORECASE)
    return any(
        all(PERMISSIVE.match(part.strip(" ()")) and not _COPYLEFT.search(part) for part in re.split(r"\s+and\s+|&", one))
        for one in alternatives
        if one.strip()
    )


def debian_licence(folder: Path) -> Callable[[str], str]:
    """The licence of each file by `debian/copyright`, in the machine-readable form or none."""
    for archive in (*folder.glob("*.debian.tar.*"), *folder.glob("data.tar")):
        paragraphs = _copyright(archive, folder.name)
        if archive.name == "data.tar":  # installed paths are not the source's: all of it must be permissive
            synopses = [synopsis for globs, synopsis in paragraphs if "debian/*" not in globs]
            return _always(synopses[0] if synopses and all(map(is_permissive, synopses)) else "")
        return partial(_by_glob, paragraphs)
    return _always("")


def _always(licence: str) -> Callable[[str], str]:
    return lambda _: licence


def _by_glob(paragraphs: list[tuple[list[str], str]], path: str) -> str:
    result = ""
    for globs, synopsis in paragraphs:  # the last match counts
        if any(fnmatch.fnmatchcase(path, glob.removeprefix("./")) for glob in globs):
            result = synopsis
    return result


def _copyright(archive: Path, name: str) -> list[tuple[list[str], str]]:
    """(globs, licence) of each paragraph on files; none of a free-form file: its licence is not known for certain."""
    from debian.copyright import Copyright

    with tarfile.open(archive) as tar:
        try:
            member = next(n for n in tar.getnames() if n.endswith(("debian/copyright", f"doc/{name}/copyright")))
            handle = tar.extractfile(member)
            lines = (handle.read() if handle else b"").decode("utf-8", "replace").splitlines()
            data = Copyright(lines, strict=False)
        except Exception:  # noqa: BLE001  # whatever the parser makes of a text that is not in its format
            return []
    return [(list(p.files), (p.license.synopsis if p.license else "") or "") for p in data.all_files_paragraphs()]


def wheel_licence(archive: Path) -> str:
    """The licence expression of a wheel: from the field of that name, the classifiers or the old field, or ""."""
    with zipfile.ZipFile(archive) as zipped:
        path = next((n for n in zipped.namelist() if n.endswith(".dist-info/METADATA")), None)
        head = zipped.read(path).decode("utf-8", "replace").split("\n\n")[0] if path else ""
    if expression := re.search(r"^License-Expression: (.+)$", head, re.MULTILINE):
        return expression[1]
    classifiers = re.findall(r"^Classifier: License :: OSI Approved :: (.+)$", head, re.MULTILINE)
    if classifiers:
        return " and ".join(re.sub(r"\s*\([^)]*\)$", "", line.strip()) for line in classifiers)
    plain = re.search(r"^License: (.{2,60})$", head, re.MULTILINE)
    return plain[1].strip() if plain else ""


def npm_licence(archive: Path) -> str:
    """The licence that the `package.json` of an npm package names, or ""."""
    with tarfile.open(archive) as tar:
        handle = tar.extractfile("package/package.json")
        value = json.loads(handle.read().decode("utf-8", "replace")).get("license", "") if handle else ""
    return value if isinstance(value, str) else ""
