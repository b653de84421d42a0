"""Rules of the source that import contracts cannot express: each is read from the syntax trees of the packages."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "codeassist").rglob("*.py"), *(ROOT / "indexers").rglob("*.py")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """(what is called as it is written, the call) of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_sql_is_executed_only_in_stores() -> None:
    users = {
        _name(path)
        for path in SOURCES
        for called, _ in _calls(path)
        if called.endswith((".execute", ".executemany", ".executescript"))
    }
    assert users
    assert {user for user in users if not user.startswith("indexers/stores/")} == {"codeassist/runs/store.py"}


def test_git_is_started_in_one_module() -> None:
    """Elsewhere nothing names the program, alone or at the start of a command line."""
    starters = {
        _name(path)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.List | ast.Tuple | ast.Call)
        for part in (node.args if isinstance(node, ast.Call) else node.elts)[:1]
        if isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and re.match(r"git(\.exe)?( |$)", part.value)
        and not (
            isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] not in ("run", "Popen", "which", "system")
        )
    }
    assert starters == set()
    assert "subprocess.Popen" in {called for called, _ in _calls(ROOT / "indexers/files/run_git.py")}


def test_only_the_command_line_prints_and_exits() -> None:
    in_user_processes = (
        "codeassist/tasks/gen_tests/search_engine/",
        "codeassist/tasks/gen_tests/api_engine/probe.py",
        "codeassist/tasks/gen_tests/checking/mutation_plugin.py",
        "codeassist/tasks/gen_tests/checking/audit_forks.py",
        "codeassist/tasks/gen_tests/checking/audit_plugin.py",
        "codeassist/tasks/review/behaviour/worker/",
        "codeassist/sandbox/confinement/",
        "codeassist/sandbox/guard.py",
        "codeassist/sandbox/pytest_plugin.py",
        "indexers/build/serving.py",  # the worker process itself
        "codeassist/cli/",
        "codeassist/__main__.py",
    )
    culprits = [
        f"{_name(path)}:{call.lineno} {called}"
        for path in SOURCES
        for called, call in _calls(path)
        if called in ("print", "sys.exit", "os._exit", "exit", "os.chdir", "os.putenv")
        and not _name(path).startswith(in_user_processes)
    ]
    assert culprits == []


def test_nothing_changes_the_environment_of_the_process() -> None:
    changes = re.compile(r"os\.environ(\[[^\]]+\]\s*=[^=]|\.(setdefault|update|pop)\()")
    children = (
        "codeassist/tasks/gen_tests/search_engine/",
        "codeassist/tasks/gen_tests/api_engine/",
        "codeassist/sandbox/",
        "codeassist/tasks/gen_tests/django_project.py",  # a line that it writes into test files
    )
    culprits = [
        f"{_name(path)}:{number}"
        for path in SOURCES
        if not _name(path).startswith(children)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if changes.search(line)
    ]
    assert culprits == []


def test_files_are_read_only_by_the_safe_reader() -> None:
    """A pipe, a device or an endless file under any name must not stop the program: see `indexers/files/reading.py`."""
    reads = re.compile(r"(^|\.)(read_text|read_bytes|open)$")
    apart = {
        "indexers/files/reading.py",
        "codeassist/cli/failures.py",  # the null device
        "indexers/build/limits.py",  # the size of this process
        "indexers/stores/private_files.py",  # files of this program, opened without following links
        "indexers/stores/faiss.py",  # what it just wrote
        "codeassist/models/hub.py",  # weights of models, which may have any size
        "codeassist/tasks/models/verify.py",
        "indexers/encoders/sentence_transformers.py",
        "codeassist/sandbox/scratch.py",  # its own files, opened without following links
        "codeassist/tasks/gen_tests/search_process.py",
        *(f"codeassist/sandbox/confinement/{name}.py" for name in ("attributes", "landlock", "namespaces", "watch")),
        "codeassist/sandbox/pytest_plugin.py",
        "codeassist/tasks/gen_tests/api_engine/probe.py",
        "codeassist/tasks/gen_tests/checking/mutation_plugin.py",
        "codeassist/sandbox/context_cache.py",  # only writes, to a new file
        "codeassist/cli/hook/background.py",  # the same
        *(f"codeassist/tasks/gen_tests/checking/audit_{name}.py" for name in ("forks", "plugin", "subject")),  # in the sandbox
    }
    culprits = [
        f"{_name(path)}:{call.lineno} {called}"
        for path in SOURCES
        for called, call in _calls(path)
        if reads.search(called) and _name(path) not in apart and not _is_safe(path, called, call)
    ]
    assert culprits == []


def _is_safe(path: Path, called: str, call: ast.Call) -> bool:
    """Whether a call reads with the safe reader, reads a packaged resource, or opens something that is not a file."""
    if called in ("read_text", "read_bytes") or called.startswith(("files(", "(files(", "Path(__file__).with_name(")):
        return True
    if "/search_engine/" in _name(path) or "/behaviour/worker/" in _name(path):  # both run in the sandbox
        return True
    if not called.endswith("open"):
        return False
    modes = [a.value for a in [*call.args, *(k.value for k in call.keywords)] if isinstance(a, ast.Constant)]
    return called not in ("open", "io.open", "os.open", "tokenize.open") and not any(
        isinstance(m, str) and m.startswith("r") for m in modes
    )


def test_the_search_engine_imports_the_standard_library_and_itself() -> None:
    engine = ROOT / "codeassist" / "tasks" / "gen_tests" / "search_engine"
    foreign = set()
    for path in engine.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                foreign |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                foreign.add((node.module or "").partition(".")[0])
    own = {path.stem for path in engine.glob("*.py")} | {"_codeassist_guard"}  # the sandbox puts its guard beside the engine
    assert foreign - set(sys.stdlib_module_names) - own == set()


def _hints() -> Iterator[tuple[str, str]]:
    """(where, distribution) of every `pip install NAME` that a person could copy."""
    texts = [*SOURCES, *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), ROOT / ".pre-commit-hooks.yaml"]
    ours = re.compile(r"""(?:pip|pipx|uv tool|uvx?) (?:install|inject|run)[^\n`]*?['" ](codeassist[\w-]*)""")
    extras = re.compile(r"(?<![\w./-])(codeassist[\w-]*)\[[\w,{}.()]+\]")
    for path in texts:
        text = path.read_text(encoding="utf-8")
        for match in [*ours.finditer(text), *extras.finditer(text)]:
            yield f"{_name(path)}:{text.count(chr(10), 0, match.start()) + 1}", match.group(1)


def test_every_hint_to_install_names_this_distribution() -> None:
    hints = list(_hints())
    assert len(hints) > 5
    assert [(where, name) for where, name in hints if name != PROJECT["name"]] == []
    own_extras = [
        line for lines in PROJECT["optional-dependencies"].values() for line in lines if line.startswith("codeassist")
    ]
    assert own_extras
    assert all(line.startswith(f"{PROJECT['name']}[") for line in own_extras)


def test_the_formatter_decides_everywhere() -> None:
    assert [_name(path) for path in SOURCES if re.search(r"#\s*fmt:", path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("package", ["indexers", "codeassist"])
def test_every_module_says_what_it_is_for(package: str) -> None:
    silent = [
        _name(path)
        for path in SOURCES
        if _name(path).startswith(package) and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_what_is_imported_is_installed_with_the_package() -> None:
    """Every library comes with a requirement of the package or of an extra for users, not only with those for development."""
    extras = PROJECT["optional-dependencies"].items()
    declared = [
        *PROJECT["dependencies"],
        *(line for name, lines in extras if name not in ("dev", "training") for line in lines),
    ]
    installed, left = set[str](), [_distribution(line) for line in declared]
    while left:
        name = left.pop()
        if name not in installed:
            installed.add(name)
            with suppress(PackageNotFoundError):
                left += [_distribution(line) for line in requires(name) or () if "extra ==" not in line]
    provides = packages_distributions()
    elsewhere = {"confinement", "django", "bitsandbytes"}  # of the launcher, of tested projects, of models that need it
    missing = {
        (_name(path), module)
        for path in SOURCES
        for module in _imported(path)
        if not module.startswith("_codeassist_") and module not in elsewhere
        if module in provides  # what an extra that is not installed here would bring cannot be judged
        if not installed & {_distribution(name) for name in provides[module]}
    }
    assert missing == set()
    assert {"faiss", "msgspec", "typer"} <= provides.keys()
    assert "msgspec" in installed


def _distribution(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")


def _imported(path: Path) -> set[str]:
    """The libraries that a file imports, also inside functions."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"codeassist", "indexers"}
