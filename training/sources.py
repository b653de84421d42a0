"""Fetches packages by name, unpacks sources with known permissive licences, and writes a manifest of their origins.

Names are in `sources/debian.txt` (source packages), `sources/debs.txt` (binary packages of languages that are installed
as source), `sources/pypi.txt` and `sources/npm.txt`, one per line. They are fetched with the registries' own clients
(`apt-get source`, `apt-get download`, `pip download`, `npm pack`), with options under which no code of a package runs. Only
source files and message catalogues under a permissive licence are kept, below `WORK/sources/REGISTRY/NAME`.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path, PurePosixPath

from indexers.syntax.languages import CODE, detect, is_test_path, is_vendored_path
from training.licences import debian_licence, is_permissive, npm_licence, wheel_licence

NAMES = Path(__file__).parent / "sources"
MAX_FILE_BYTES = 300_000
MAX_FILES = 4_000
"""Per language and package."""

BATCH = 60
_CATALOGUES = (".po", ".mo")
_CATALOGUE_JSON = re.compile(r"(?:diagnosticMessages\.generated|messages)[\w.-]*\.json$")

_WORDS = re.compile(r"[-./_+@]+")


@lru_cache
def excluded_words() -> frozenset[str]:
    """Words of package names; no training data may come from a package whose name contains one."""
    return frozenset((NAMES / "excluded.txt").read_text(encoding="utf-8").split())


def is_excluded(name: str) -> bool:
    """Whether the name of a package belongs to a project of the benchmark or to one reserved for evaluation."""
    parts = [part for part in _WORDS.split(name.lower()) if part]
    bare = [re.sub(r"^(?:lib|py|python)|\d+$", "", part) for part in parts]
    return not excluded_words().isdisjoint((*parts, *bare, name.lower(), "-".join(parts)))


def names(registry: str) -> list[str]:
    """The names to fetch from one registry, without excluded projects."""
    lines = (NAMES / f"{registry}.txt").read_text(encoding="utf-8").split()
    return [name for name in lines if not is_excluded(name)]


def _run(command: list[str], folder: Path) -> bool:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    return done.returncode == 0


def _fetch_debian(name: str, folder: Path) -> list[Path]:
    if not any(folder.iterdir()):
        _run(["apt-get", "source", "--download-only", "--only-source", name], folder)
    return sorted(p for p in folder.iterdir() if ".orig.tar." in p.name and not p.name.endswith(".asc"))


def _fetch_deb(name: str, folder: Path) -> list[Path]:
    if not any(folder.iterdir()):
        _run(["apt-get", "download", name], folder)
    for deb in folder.glob("*.deb"):
        with (folder / "data.tar").open("wb") as out:
            subprocess.run(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=out, check=True)
        return [folder / "data.tar"]
    return []


def _prefetch(registry: str, packages: list[str], work: Path) -> None:
    """Download many Debian packages in one run of `apt-get`, which needs over a second to read its lists."""
    fresh = [name for name in packages if not (work / "sources" / registry / name / ".manifest.json").exists()]
    if not fresh:
        return
    folder = work / "archives" / f"batch-{registry}-{fresh[0]}"
    folder.mkdir(parents=True, exist_ok=True)
    subcommand = ["source", "--download-only", "--only-source"] if registry == "debian" else ["download"]
    _run(["apt-get", *subcommand, *fresh], folder)
    for name in fresh:
        package_folder = work / "archives" / registry / name
        package_folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob(f"{name}_*"):
            path.replace(package_folder / path.name)
    shutil.rmtree(folder, ignore_errors=True)


def _fetch_pypi(name: str, folder: Path) -> list[Path]:
    # Wheels only: reading the metadata of an sdist would run its build.
    options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet", "--dest", "."]
    _run([sys.executable, "-I", "-m", "pip", "download", *options, name], folder)
    return list(folder.glob("*.whl"))


def _fetch_npm(name: str, folder: Path) -> list[Path]:
    _run(["npm", "pack", "--silent", "--ignore-scripts", name], folder)
    return list(folder.glob("*.tgz"))


_FETCH: dict[str, Callable[[str, Path], list[Path]]] = {
    "debian": _fetch_debian,
    "debs": _fetch_deb,
    "pypi": _fetch_pypi,
    "npm": _fetch_npm,
}


def _members(archive: Path) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    """(path, size, reader) of the regular files of a tar or zip archive; the first folder of a tar is dropped."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as zipped:
            for info in zipped.infolist():
                if not info.is_dir():
                    yield info.filename, info.file_size, lambda info=info: zipped.read(info)  # type: ignore[misc]
        return
    with tarfile.open(archive, "r|*") as tar:  # as a stream: seeking in compressed archives is slow
        for member in tar:
            if member.isreg():
                path = member.name.split("/", 1)[-1].removeprefix("./")
                yield path, member.size, lambda member=member: (tar.extractfile(member) or io.BytesIO()).read()  # type: ignore[misc]


def _is_kept(path: str, size: int) -> bool:
    name = PurePosixPath(path)
    if name.suffix in _CATALOGUES or _CATALOGUE_JSON.search(path):
        return size < 20 * MAX_FILE_BYTES
    if ".." in name.parts or size > MAX_FILE_BYTES or not size > 50:
        return False
    if detect(path).role != CODE or not detect(path).queries or path.endswith((".min.js", ".d.ts")):
        return False
    return not (is_test_path(path) or is_vendored_path(path))


def fetch_one(registry: str, name: str, work: Path) -> dict[str, object]:
    """Fetch one package, check its licence and unpack it; return its manifest entry. Safe to repeat after an interruption."""
    target = work / "sources" / registry / name.replace("/", "__")
    done = target / ".manifest.json"
    if done.exists():
        return dict(json.loads(done.read_text()))
    shutil.rmtree(target, ignore_errors=True)
    archives = work / "archives" / registry / name.replace("/", "__")
    archives.mkdir(parents=True, exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    entry: dict[str, object] = {"registry": registry, "name": name, "version": "", "licence": "", "files": 0}
    try:
        fetched = _FETCH[registry](name, archives)
        if fetched:
            entry |= _unpack(registry, fetched, archives, target)
    except Exception as error:  # noqa: BLE001  # one malformed archive among thousands must not end the run
        entry["error"] = f"{type(error).__name__}: {error}"[:200]
    finally:
        shutil.rmtree(archives, ignore_errors=True)
    done.write_text(json.dumps(entry))
    return entry


def _unpack(registry: str, fetched: list[Path], archives: Path, target: Path) -> dict[str, object]:
    version = re.sub(r"^[^_]*_|\.orig.*$|_\w+\.deb$", "", next(iter(archives.glob("*.deb")), fetched[0]).name)
    licences: set[str] = set()
    licence_of, whole = None, ""
    if registry in ("debian", "debs"):
        licence_of = debian_licence(archives)
    else:
        whole = wheel_licence(fetched[0]) if registry == "pypi" else npm_licence(fetched[0])
        version = fetched[0].name.rsplit(".", 1)[0]
        licences.add(whole)
        if not is_permissive(whole):
            return {"version": version, "licence": whole}
    counts: Counter[str] = Counter()
    for archive in fetched:
        for path, size, read in _members(archive):
            language = detect(path).name
            if counts[language] >= MAX_FILES or not _is_kept(path, size):
                continue
            licence = licence_of(path) if licence_of else whole
            licences.add(licence)
            if not is_permissive(licence):
                continue
            out = target / path
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(read())
            counts[language] += 1
    kept = sorted(licence for licence in licences if is_permissive(licence))
    return {"version": version, "licence": "; ".join(kept or sorted(licences))[:300], "files": counts.total()}


def fetch_all(work: Path, jobs: int = 8) -> list[dict[str, object]]:
    """Fetch every listed package and write `WORK/manifest.jsonl`: registry, name, version, licence, number of files kept."""
    todo = [[(registry, name)] for registry in ("npm", "pypi") for name in names(registry)]
    for registry in ("debs", "debian"):
        packages = names(registry)
        todo += [[(registry, name) for name in packages[start : start + BATCH]] for start in range(0, len(packages), BATCH)]

    def fetch(batch: list[tuple[str, str]]) -> list[dict[str, object]]:
        if len(batch) > 1:
            _prefetch(batch[0][0], [name for _, name in batch], work)
        return [fetch_one(registry, name, work) for registry, name in batch]

    entries: list[dict[str, object]] = []
    with ThreadPoolExecutor(jobs) as pool:
        for fetched in pool.map(fetch, todo):
            if (len(entries) + len(fetched)) // 200 > len(entries) // 200:
                print(f"{len(entries)} packages", flush=True)
            entries.extend(fetched)
    with (work / "manifest.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    return entries
