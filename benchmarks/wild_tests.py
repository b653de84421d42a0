"""Generated tests on packages that nobody chose: drawn in order from a list, each in a plain environment of its own.

    python benchmarks/wild_tests.py setup --packages LIST --after NAME --count 20 --out FOLDER [--by lines|branches]
    python benchmarks/wild_tests.py measure --out FOLDER --harness HARNESS [--half even|odd] [--budget 60] [--label NAME]
                                            [--codeassist PROGRAM] [--no-mutants] [--only PACKAGE...]

`setup` installs each package with pytest into its own virtual environment, copies the package's own modules into a project
folder without their tests, as a checkout beside an installation, and takes the largest module of 100 to 800 lines, or with
`--by branches` the one with the most branches, of any size, that can be imported.
Packages that have none, are compiled, or do not install within the time are skipped and named. `measure` generates tests for
the module with the command line, then measures them with HARNESS/measure.py (three runs, one in reverse order, branch
coverage, 60 fixed mutants) with the environment's own interpreter. Draws are numbered from 1: the even ones are for
development, the odd ones for reports.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from codeassist.tasks.gen_tests.search_engine.running.instrument import Instrumenter

TESTS = {"test", "tests", "testing", "_tests", "conftest.py"}
FEWEST, MOST = 100, 800
INSTALL_SECONDS = 150
LISTING = """import importlib.metadata, sys
package = importlib.metadata.distribution(sys.argv[1])
print(package.version, *(f.locate() for f in package.files), sep="\\n")"""
"""Prints the version of an installed package and its files."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["setup", "measure"])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--packages", type=Path)
    parser.add_argument("--after", default="")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--by", choices=["lines", "branches"], default="lines")
    parser.add_argument("--harness", type=Path)
    parser.add_argument("--half", choices=["even", "odd", "all"], default="all")
    parser.add_argument("--budget", type=float, default=60)
    parser.add_argument("--label", default="now")
    parser.add_argument("--codeassist", default=str(Path(sys.executable).with_name("codeassist")))
    parser.add_argument("--no-mutants", action="store_true")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    setup(options) if options.action == "setup" else measure_all(options)


def setup(options: argparse.Namespace) -> None:
    names = [n for line in options.packages.read_text().splitlines() if (n := line.strip()) and not n.startswith("#")]
    names = names[names.index(options.after) + 1 :] if options.after else names
    record = options.out / "draws.json"
    draws = json.loads(record.read_text()) if record.exists() else []
    tried = {draw["package"] for draw in draws}
    for name in names:
        if sum("module" in d for d in draws) >= options.count:
            break
        if name in tried:
            continue
        draws.append({"package": name, **prepare(name, options.out / name, options.by)})
        record.write_text(json.dumps(draws, indent=1))
        print(draws[-1], flush=True)


def prepare(name: str, folder: Path, by: str = "lines") -> dict:
    """Install one package and choose its module; a dictionary with `module` or with the reason for `skipped`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "-q"]
    try:
        install = [*pip, "install", "--only-binary", ":all:", name, "pytest"]
        done = subprocess.run(install, check=False, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        shutil.rmtree(folder)
        return {"skipped": f"does not install within {INSTALL_SECONDS} s"}
    if done.returncode:
        shutil.rmtree(folder)
        return {"skipped": "does not install: " + (done.stderr.strip().splitlines() or ["?"])[-1][:120]}
    files = subprocess.run([str(python), "-c", LISTING, name], check=True, capture_output=True, text=True).stdout.splitlines()
    version, paths = files[0], [Path(os.path.normpath(f)) for f in files[1:]]
    site = next((folder / "venv" / "lib").glob("python3*")) / "site-packages"
    own = [p.relative_to(site.resolve()) for p in map(Path.resolve, paths) if site.resolve() in p.parents]
    if any(p.suffix in (".so", ".pyd") for p in own):
        shutil.rmtree(folder)
        return {"version": version, "skipped": "is compiled"}
    own = [p for p in own if not set(p.parts) & TESTS and not any(part.endswith(".dist-info") for part in p.parts)]
    own = [p for p in own if p.suffix != ".pyc"]
    modules = [p for p in own if p.suffix == ".py" and not p.name.startswith("test_") and not p.name.endswith("_test.py")]
    module = largest(modules, site) if by == "lines" else most_branches(modules, site, python)
    if module is None:
        shutil.rmtree(folder)
        wanted = f"of {FEWEST} to {MOST} lines" if by == "lines" else "with branches that can be imported"
        return {"version": version, "skipped": f"has no module {wanted}"}
    for path in own:
        target = folder / "project" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(site / path, target)
    return {
        "version": version,
        "module": ".".join(module.with_suffix("").parts).removesuffix(".__init__"),
        "path": module.as_posix(),
    }


def largest(paths: list[Path], site: Path) -> Path | None:
    """The module with the most lines of code among those with a number of lines in range."""
    sizes = {}
    for path in paths:
        try:
            tree = ast.parse((site / path).read_text(encoding="utf-8"))
        except (SyntaxError, ValueError):
            continue
        lines = {n.lineno for n in ast.walk(tree) if isinstance(n, ast.stmt)}
        code = len((site / path).read_text(encoding="utf-8").splitlines())
        if FEWEST <= code <= MOST and any(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in ast.walk(tree)):
            sizes[path] = len(lines)
    return max(sizes, key=lambda p: sizes[p], default=None)


def most_branches(paths: list[Path], site: Path, python: Path) -> Path | None:
    """The module with the most branches among those that the environment's interpreter can import."""
    counts = {}
    for path in paths:
        instrumenter = Instrumenter()
        try:
            instrumenter.run(ast.parse((site / path).read_text(encoding="utf-8")))
        except (SyntaxError, ValueError):
            continue
        counts[path] = len(instrumenter.conditions)
    for path in sorted(counts, key=lambda p: (-counts[p], p.as_posix())):
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        if (
            counts[path]
            and subprocess.run([str(python), "-c", f"import {name}"], check=False, capture_output=True).returncode == 0
        ):
            return path
    return None


def measure_all(options: argparse.Namespace) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    draws = [d for d in json.loads((options.out / "draws.json").read_text()) if "module" in d]
    chosen = [d for n, d in enumerate(draws, 1) if options.half == "all" or (n % 2 == 0) == (options.half == "even")]
    rows = []
    for draw in chosen:
        if options.only and draw["package"] not in options.only:
            continue
        row = measure(draw, options)
        rows.append(row)
        print(json.dumps(row), flush=True)
    for key in ("branches", "killed"):
        values = [row[key] or 0 for row in rows]
        print(f"median {key}: {statistics.median(values):.1f}" if values else "no draws")
    print(f"with tests: {sum(bool(r['tests']) for r in rows)} of {len(rows)}")


def measure(draw: dict, options: argparse.Namespace) -> dict:
    folder = options.out / draw["package"]
    out = folder / options.label
    out.mkdir(exist_ok=True)
    test_file = out / "test_generated.py"
    test_file.unlink(missing_ok=True)
    project, python = folder / "project", folder / "venv" / "bin" / "python"
    command = [
        options.codeassist,
        "gen-tests",
        str(project / draw["path"]),
        "--python",
        str(python),
        "--budget",
        str(options.budget),
    ]
    command += ["--engine", "search", "-C", str(project), "--out", str(test_file), "--json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=project)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    (out / "stdout.json").write_text(done.stdout)
    (out / "stderr.txt").write_text(done.stderr)
    row = {
        "package": draw["package"],
        "module": draw["module"],
        "rc": done.returncode,
        "wall": round(time.perf_counter() - started),
    }
    row |= {"cpu": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)}
    row |= {"tests": 0, "failing": 0, "flaky": 0, "branches": 0.0, "killed": 0.0, "own": own_figures(done.stdout)}
    if not test_file.exists():
        return row | {"said": done.stderr.strip()[-200:]}
    return row if options.no_mutants else row | by_harness(draw, options, folder, test_file)


def own_figures(text: str) -> dict:
    """What the command itself says about its result."""
    try:
        module = json.loads(text)["modules"][0]
    except (ValueError, LookupError, TypeError):
        return {}
    return {k: module.get(k) for k in ("coverage", "mutants", "dropped", "untouched") if k in module}


def by_harness(draw: dict, options: argparse.Namespace, folder: Path, test_file: Path) -> dict:
    harness = load(options.harness / "measure.py")
    python = measuring_python(folder, options.out)
    mutants = folder / "mutants"
    if not (mutants / draw["module"] / "index.json").exists():
        harness.build_mutants(draw["module"], folder / "project", mutants, python=python)
    result = harness.measure(draw["module"], [str(test_file)], folder / "project", mutants, python, 2, True, False, False)
    (test_file.parent / "measured.json").write_text(json.dumps(result, indent=1))
    names = {"tests": "n_tests", "failing": "n_failing", "flaky": "flaky", "branches": "branch_cov", "killed": "mutation_score"}
    return {key: result.get(name) for key, name in names.items()}


def load(path: Path):  # noqa: ANN201 -- a module
    spec = importlib.util.spec_from_file_location("measure", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measuring_python(folder: Path, out: Path) -> str:
    """An interpreter with the packages of the environment and coverage, so that the environment itself stays plain."""
    tools, place = out / "tools", folder / "measuring"
    if not tools.exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", str(tools), "coverage"], check=True)
    if not place.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
        site = next((place / "lib").glob("python3*")) / "site-packages"
        plain = next((folder / "venv" / "lib").glob("python3*")) / "site-packages"
        (site / "plain.pth").write_text(f"{plain.resolve()}\n{tools.resolve()}\n")
    return str(place / "bin" / "python")


if __name__ == "__main__":
    main()
