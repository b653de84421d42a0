"""`gen-tests --api`: send requests through a framework's test client, write tests of stable responses, check the tests."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec

from codeassist.deadline import Deadline
from codeassist.errors import UsageError
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.pytest_runs import generated_path, measure_coverage
from codeassist.sandbox.scratch import Sandbox, open_sandbox
from codeassist.sandbox.target import Target, find_target
from codeassist.tasks.gen_tests.api_engine.api_tests import ApiSurvey, write_api
from codeassist.tasks.gen_tests.checking.stability import check_stability
from codeassist.tasks.gen_tests.request import ModuleOptions
from codeassist.tasks.gen_tests.result import GenerationError, ModuleResult
from codeassist.tasks.gen_tests.search_process import API_PROBE, TOOLS
from codeassist.tasks.gen_tests.writing.formatting import formatted
from codeassist.tasks.gen_tests.writing.merging import destination, existing_tests
from codeassist.tasks.gen_tests.writing.width import line_length
from indexers.files.reading import read_text

SECONDS = 60.0
"""Timeout of each process, if the budget allows it."""

DESCRIPTIONS = (".json", ".yaml", ".yml")
"""Suffixes of OpenAPI files."""


def generate_api(spelled: str, root: Path, options: ModuleOptions, python: str | None) -> ModuleResult:
    """Generate tests of the API in a module, in a Django project's settings, or in an OpenAPI file.

    Raises `UsageError` for a file of another kind and `GenerationError` when the application cannot be loaded or is empty.
    """
    deadline = Deadline(options.seconds)
    path = Path(spelled).resolve()
    if path.suffix in DESCRIPTIONS:
        return _described(path, root, options, python, deadline)
    target = find_target(spelled, root) if _defines(path) else _module_target(path, root)
    interpreter = find_interpreter(target.root, python)
    test_path = options.out or target.root / _folder(target.root) / f"test_{target.path.stem}_api.py"
    report = ModuleResult(target.module, test_path, "api")
    with open_sandbox(target, interpreter, TOOLS, deadline) as box:
        responses = _probe(box, target)
        has_schemathesis = _has(box, "schemathesis")
        if responses.openapi and not has_schemathesis:
            install = f"{interpreter.path} -m pip install schemathesis"
            options.events.note(f"With schemathesis, the tests also try arbitrary input at every endpoint: {install}")
        text, names = write_api(target.module, responses, report, schemathesis=has_schemathesis)
        existing = existing_tests(test_path)
        _check(box, text, names, existing.names, report, options, deadline)
        if report.text:
            report.generated = report.text
            report.path, report.text = destination(report.path, report.generated, line_length(target.root))
    report.seconds = deadline.elapsed
    return report


def _probe(box: Sandbox, target: Target) -> ApiSurvey:
    job_path, result_path = box.folder / "api.json", box.out / "api-result.json"
    box.forget(result_path.name)
    settings = target.module if "INSTALLED_APPS" in read_text(target.path, errors="replace") else ""
    job_path.write_text(json.dumps({"module": target.module, "settings": settings}), encoding="utf-8")
    box.run(["-m", API_PROBE, str(job_path), str(result_path)], seconds=SECONDS)
    raw = box.result(result_path.name)
    if not isinstance(raw, dict):
        raise GenerationError(f"The application of {target.path.name} did not finish in time or ended the process.")
    result = msgspec.convert(raw, ApiSurvey)
    if result.error:
        raise GenerationError(f"{target.path.name}: {result.error}.")
    if not result.cases:
        raise GenerationError(f"{target.path.name}: the application has no endpoint that can be tested.")
    return result


def _check(
    box: Sandbox,
    text: str,
    names: list[str],
    existing: set[str],
    report: ModuleResult,
    options: ModuleOptions,
    deadline: Deadline,
) -> None:
    """Keep the tests that pass in every repetition and order."""
    dropped = {n for n in names if n in existing}
    while True:
        remaining = [n for n in names if n not in dropped]
        if not remaining:
            return
        remaining_text = without(text, dropped)
        stability = check_stability(box, remaining_text, options.repeats, deadline)
        if stability.late:
            report.trouble = f"only {stability.runs} of {options.repeats} test runs finished in time; give more with --budget"
            report.incomplete.append(f"checking: {report.trouble}")
        for reason in stability.dropped.values():
            report.drop(reason)
        if not stability.dropped:
            break
        dropped |= set(stability.dropped)
    report.tests = remaining
    report.text = formatted(remaining_text, generated_path(box).relative_to(box.copy).as_posix(), box)
    path = generated_path(box)
    box.put(path, report.text)
    report.after = measure_coverage(box, [path], SECONDS)


def without(text: str, names: set[str]) -> str:
    """Return a test file's text without the named test functions."""
    parts = re.split(r"\n\n\n(?=(?:@.*\n)*def )", text)
    return "\n\n\n".join(p for p in parts if not any(re.search(rf"^def {n}\(", p, re.MULTILINE) for n in names))


def _described(path: Path, root: Path, options: ModuleOptions, python: str | None, deadline: Deadline) -> ModuleResult:
    """Make a property test for the server that an OpenAPI file describes; it runs against the address in API_URL."""
    try:
        text = read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read {path}: {error}.") from error
    if not re.search(r"(?:^|[{,])\s*[\"']?(?:openapi|swagger)[\"']?\s*:", text, re.MULTILINE):
        raise UsageError(f"{path.name} is not an OpenAPI file: it has no 'openapi' or 'swagger' field.")
    target = Target(root / "x.py", "x", root, root)
    interpreter = find_interpreter(root, python)
    test_path = options.out or root / _folder(root) / f"test_{re.sub(r'[^0-9A-Za-z]+', '_', path.stem)}_api.py"
    if test_path.exists():
        raise UsageError(f"{test_path} already exists and is not overwritten; name another file with --out.")
    report = ModuleResult(path.name, test_path, "api")
    with open_sandbox(target, interpreter, TOOLS, deadline) as box:
        if not _has(box, "schemathesis"):
            raise UsageError(
                f"{interpreter.path} does not have schemathesis; run: {interpreter.path} -m pip install schemathesis"
            )
        schema_path = path.relative_to(root).as_posix() if root in path.parents else path.as_posix()
        levels_up = len(test_path.resolve().relative_to(root).parts) - 1 if root in test_path.resolve().parents else 0
        report.text = report.generated = DESCRIBED.format(name=path.name, path=schema_path, ups=levels_up)
        copied_test = (
            box.copy / test_path.resolve().relative_to(root)
            if root in test_path.resolve().parents
            else box.copy / test_path.name
        )
        box.put(copied_test, report.text)
        code = box.run(["-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only", str(copied_test)], seconds=SECONDS)
        if code != 0:
            message = (box.tail().strip().splitlines() or ["?"])[-1]
            raise GenerationError(f"pytest cannot collect tests from {path.name}: {message}")
    report.tests = ["test_every_response_matches_the_description"]
    report.trouble = "the tests were not run: they need a running server (set API_URL)"
    report.seconds = deadline.elapsed
    return report


DESCRIBED = '''"""Property tests of the API that `{name}` describes, made by codeassist; set API_URL to a running server."""

import os
from pathlib import Path

import pytest
import schemathesis
from hypothesis import settings

API_URL = os.environ.get("API_URL", "")
schema = schemathesis.openapi.from_path(str(Path(__file__).resolve().parents[{ups}] / "{path}"))


@pytest.mark.skipif(not API_URL, reason="API_URL is not set")
@schema.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, database=None)
def test_every_response_matches_the_description(case):
    case.call_and_validate(base_url=API_URL)
'''


def _module_target(path: Path, root: Path) -> Target:
    """The target for a module without functions or classes, such as Django settings or an application built from imports."""
    if not path.is_file():
        raise UsageError(f"There is no file {path.name}.")
    if path.suffix != ".py":
        raise UsageError(f"{path.name} is neither a Python module nor an OpenAPI file (.json, .yaml).")
    source_root, parts = path.parent, [path.stem]
    while (source_root / "__init__.py").exists() and source_root.parent != source_root:
        parts.insert(0, source_root.name)
        source_root = source_root.parent
    target_root = root if root == source_root or root in source_root.parents else source_root
    return Target(path, ".".join(parts), source_root, target_root)


def _defines(path: Path) -> bool:
    return (
        path.suffix == ".py"
        and path.is_file()
        and bool(re.search(r"^\s*(?:async )?(?:def|class) ", read_text(path, errors="replace"), re.MULTILINE))
    )


def _folder(root: Path) -> str:
    return next((name for name in ("tests", "test") if (root / name).is_dir()), "tests")


def _has(box: Sandbox, module: str) -> bool:
    return box.run(["-c", f"import importlib.util as u, sys; sys.exit(u.find_spec('{module}') is None)"], seconds=20) == 0
