"""Which version of its language or runtime a project needs, from its manifest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codeassist.tasks.ask.answer import Citations
from indexers import Index
from indexers.files.decoding import file_lines

LONGEST_MANIFEST = 1_000
LONGEST = 160

_IN_ENGINES = r"\"(?:engines|volta)\"\s*:\s*\{[^{}]*?"
_IN_DEPENDENCIES = r"^\[[\w.-]*\bdependencies\][ \t]*\n(?:(?!\[).*\n)*?"

_RUNTIMES: dict[str, tuple[str, ...]] = {
    r"node(?:\.?js)?": (r"package\.json", rf"{_IN_ENGINES}\"node\"\s*:\s*\"[<>=^~*\d]"),
    r"npm": (r"package\.json", rf"{_IN_ENGINES}\"npm\"\s*:\s*\"[<>=^~*\d]"),
    r"python|cpython": (
        r"pyproject\.toml|setup\.cfg|setup\.py",
        r"^[^#\n]*\b(?:requires[-_]python|python[-_]requires)\b[\"']?[ \t]*[=:]",
        rf"{_IN_DEPENDENCIES}python[ \t]*=[ \t]*[\"'][\^~<>=!*\d]",
    ),
    r"rust|rustc|msrv": (r"Cargo\.toml", r"^[ \t]*rust-version\s*="),
    r"go|golang": (r"go\.mod", r"^go[ \t]+\d"),
    r"ruby": (r"[\w-]+\.gemspec|\.ruby-version", r"required_ruby_version|^\d"),
    r"php": (r"composer\.json", r"\"require\"\s*:\s*\{[^{}]*?\"php\"\s*:"),
    r"java|jdk|jvm": (
        r"pom\.xml|build\.gradle(?:\.kts)?",
        r"maven\.compiler\.(?:release|source|target)|<(?:release|source)>\s*\d|sourceCompatibility|JavaLanguageVersion|languageVersion",
    ),
    r"elixir": (r"mix\.exs", r"elixir:\s*\""),
    r"(?:dot)?net|\.net|c#": (r"(?:.*/)?[\w.-]+\.csproj|Directory\.Build\.props", r"<TargetFrameworks?>"),
    r"cmake": (r"CMakeLists\.txt", r"cmake_minimum_required"),
    r"c\+\+|cpp": (r"CMakeLists\.txt", r"CMAKE_CXX_STANDARD|cxx_std_"),
}
"""What a question calls a runtime, the files that may state its version, and what ends where they do, the surest first."""

_ASIDE = re.compile(
    r"(?:^|[/._-])(?:tests?|specs?|bench\w*|perf\w*|examples?|samples?|snippets?|demos?|tools?|docs?)(?:[/._-]|$)",
    re.IGNORECASE,
)
"""A part of a path that is beside the program itself."""

_PHRASING = frozenset(
    "a an am and at can could do does for from have how i if in is it its least may must my needs need needed of on or older "
    "old oldest newest earliest latest lowest minimum minimal min version versions release releases run runs running still "
    "support supports supported require requires required work works with compatible compatibility this that the project "
    "library package code repo repository program tool to use used using want what which will supposed be are we you".split()
)
"""Words of a question that asks for nothing else."""

_ASKS_FOR_A_VERSION = re.compile(
    r"version|releas|old|new|earl|late|lowest|min|support|requir|need|compatib|runs? on", re.IGNORECASE
)


def required_version(index: Index, question: str, numbers: Citations) -> list[str]:
    """The line of a manifest that states the version which a question asks for and nothing else; empty for other questions."""
    words = re.findall(r"\.?[a-z][a-z+#.]*[a-z+#]|[a-z]", question.lower())
    rest = [word for word in words if word not in _PHRASING]
    if len(rest) != 1 or not _ASKS_FOR_A_VERSION.search(question):
        return []
    for runtime, (files, *statements) in _RUNTIMES.items():
        if re.fullmatch(runtime, rest[0]):
            return _stated(index, re.compile(files), statements, numbers)
    return []


def _stated(index: Index, files: re.Pattern[str], statements: Sequence[str], numbers: Citations) -> list[str]:
    found = filter(files.fullmatch, index.files())
    for path in sorted(found, key=lambda path: (_ASIDE.search(path) is not None, path.count("/"), len(path), path)):
        lines = file_lines(index.root, path)[:LONGEST_MANIFEST]
        text = "\n".join(lines)
        for statement in statements:
            if (match := re.search(statement, text, re.MULTILINE)) is not None:
                number = text.count("\n", 0, match.end()) + 1
                return [f"`{path}` {numbers.cite(path, number, number)} says: `{lines[number - 1].strip()[:LONGEST]}`"]
    return []
