"""The table of languages with their file names and grammars, and the patterns of test, example and vendored paths.

Definitions and references of a language are described in `queries/<name>.scm`; the capture names there are
`@definition.<kind>` with `@name`, `@reference.call`, `@reference.import`, `@reference.base`, `@reference.type`,
`@documentation`, `@comment` and `@attached` (attributes that stay with the definition below them).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

CODE, DOCUMENT, DATA = "code", "document", "data"

WITH_RECEIVERS = frozenset({"python", "javascript", "typescript", "tsx", "go", "java", "rust"})
"""Languages whose references have receivers and bindings (`syntax.references`)."""

MINOR_KINDS = frozenset({"variable", "field", "constant", "declaration", "alias", "index"})
"""Kinds of definitions that never form a separate chunk."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its name, its tree-sitter grammar (empty: none) and how its files are recognised.

    `role` is code, document (prose that explains) or data (configuration and markup).
    """

    name: str
    grammar: str
    extensions: tuple[str, ...]
    role: str = CODE
    filenames: tuple[str, ...] = ()
    interpreters: tuple[str, ...] = ()
    queries: bool = True


LANGUAGES: tuple[Language, ...] = (
    Language("python", "python", (".py", ".pyi", ".pyw"), interpreters=("python", "python3")),
    Language("javascript", "javascript", (".js", ".jsx", ".mjs", ".cjs"), interpreters=("node",)),
    Language("typescript", "typescript", (".ts", ".mts", ".cts")),
    Language("tsx", "tsx", (".tsx",)),
    Language("go", "go", (".go",)),
    Language("rust", "rust", (".rs",)),
    Language("java", "java", (".java",)),
    Language("kotlin", "kotlin", (".kt", ".kts")),
    Language("scala", "scala", (".scala", ".sc", ".sbt")),
    Language("c", "c", (".c", ".h")),
    Language("cpp", "cpp", (".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".ipp", ".inl", ".tpp", ".cu", ".cuh")),
    Language("csharp", "csharp", (".cs",)),
    Language("ruby", "ruby", (".rb", ".rake", ".gemspec", ".ru"), filenames=("Rakefile", "Gemfile"), interpreters=("ruby",)),
    Language("php", "php", (".php", ".phtml"), interpreters=("php",)),
    Language("swift", "swift", (".swift",)),
    Language("elixir", "elixir", (".ex", ".exs"), interpreters=("elixir",)),
    Language("haskell", "haskell", (".hs",)),
    Language("lua", "lua", (".lua",), interpreters=("lua",)),
    Language("bash", "bash", (".sh", ".bash", ".zsh", ".ksh", ".bats"), interpreters=("sh", "bash", "zsh", "dash")),
    Language("zig", "zig", (".zig",)),
    Language("sql", "sql", (".sql",)),
    Language("markdown", "markdown", (".md", ".markdown", ".mdx"), role=DOCUMENT),
    Language("rst", "rst", (".rst",), role=DOCUMENT),
    Language("toml", "toml", (".toml",), role=DATA),
    Language("yaml", "yaml", (".yaml", ".yml"), role=DATA),
    Language("json", "json", (".json", ".jsonc", ".json5"), role=DATA),
    Language("html", "html", (".html", ".htm", ".xhtml"), role=DATA),
    Language("css", "css", (".css",), role=DATA),
    # Without a grammar: split by lines, and listed so that `--lang` can filter on them.
    Language(
        "text",
        "",
        (".txt", ".adoc", ".asciidoc", ".org", ".tex", ".texi"),
        role=DOCUMENT,
        queries=False,
        filenames=("README", "CHANGES", "HISTORY", "NEWS", "AUTHORS", "INSTALL"),
    ),
    Language("scss", "", (".scss", ".sass", ".less"), role=DATA, queries=False),
    Language("make", "", (".mk",), filenames=("Makefile", "GNUmakefile", "makefile"), queries=False),
    Language("dockerfile", "", (".dockerfile",), filenames=("Dockerfile", "Containerfile"), queries=False),
    Language("cmake", "", (".cmake",), filenames=("CMakeLists.txt",), queries=False),
    Language("protobuf", "", (".proto",), queries=False),
    Language("graphql", "", (".graphql", ".gql"), queries=False),
    Language("vue", "", (".vue",), queries=False),
    Language("svelte", "", (".svelte",), queries=False),
    Language("notebook", "", (".ipynb",), queries=False),
    Language("dart", "", (".dart",), queries=False),
    Language("perl", "", (".pl", ".pm"), interpreters=("perl",), queries=False),
    Language("r", "", (".r", ".R"), interpreters=("Rscript",), queries=False),
    Language("objc", "", (".m", ".mm"), queries=False),
    Language("groovy", "", (".groovy", ".gradle"), queries=False),
    Language("hcl", "", (".tf", ".hcl"), queries=False),
    Language("xml", "", (".xml", ".xsd", ".xsl"), role=DATA, queries=False),
    Language("ini", "", (".ini", ".cfg", ".conf", ".properties", ".env"), role=DATA, queries=False),
)

PLAIN = Language("other", "", (), role=DOCUMENT, queries=False)

_BY_NAME = {language.name: language for language in LANGUAGES} | {PLAIN.name: PLAIN}
_BY_EXTENSION = {ext: language for language in LANGUAGES for ext in language.extensions}
_BY_FILENAME = {name: language for language in LANGUAGES for name in language.filenames}
_BY_INTERPRETER = {name: language for language in LANGUAGES for name in language.interpreters}
_SHEBANG = re.compile(rb"^#!\s*(?:\S*/)?(?:env\s+(?:-S\s+)?)?(?:\S*/)?([A-Za-z]+)")


def by_name(name: str) -> Language:
    """The language called `name`; raises `KeyError` when it is unknown."""
    return _BY_NAME[name]


def names() -> tuple[str, ...]:
    """Every language name, in table order."""
    return tuple(_BY_NAME)


def detect(path: str, head: bytes = b"") -> Language:
    """The language of a file from its name, or from its `#!` line (`head`: its first bytes); else `PLAIN`."""
    name = path.rstrip("/").rpartition("/")[2]
    if name in _BY_FILENAME:
        return _BY_FILENAME[name]
    dot = name.rfind(".")
    suffix = name[dot:] if 0 < dot < len(name) - 1 else ""
    language = _BY_EXTENSION.get(suffix) or _BY_EXTENSION.get(suffix.lower())
    if language is not None:
        return language
    match = _SHEBANG.match(head)
    if match:
        return _BY_INTERPRETER.get(match[1].decode("ascii"), PLAIN)
    return PLAIN


_TEST_PATH = re.compile(
    r"""(?:^|/)(?:tests?|testing|__tests__|specs?|testdata|test_data|testcases|[a-z]+[-_]tests?|androidTest|
          e2e|[A-Za-z]+Tests|[a-z]+Test)/
      |(?:^|/)(?:test_[^/]*|conftest|tests)\.py$
      |[^/]_tests?\.[a-z]+$|[^/]\.(?:test|spec|bench)\.[a-z]+$|(?:^|/)(?:test|tests)\.[a-z]+$
      |[a-z0-9](?:Test|Tests|TestCase|Spec|Specs|IT)\.(?:java|kt|scala|swift|cs|php|hs)$
      |[^/]_spec\.rb$|_test\.exs$|(?:^|/)[Ss]pec\.hs$""",
    re.VERBOSE,
)
_EXAMPLE_PATH = re.compile(
    r"(?:^|/)(?:examples?|samples?|demos?|tutorials?|benchmarks?|bench|perf|fixtures?|mocks?|stubs?|snippets|playground)/"
)
_PACKAGE_PATH = re.compile(
    r"(?:^|/)(?:src/\w+/(?:java|kotlin|scala|groovy)|(?:com|org|io|net|dev|edu))/(?=.*\.(?:java|kts?|scala|groovy)$).*"
)
_VENDORED_PATH = re.compile(
    r"(?:^|/)(?:node_modules|bower_components|jspm_packages|vendor|vendored|_vendor|third[-_]?party|site-packages|"
    r"\.venv|venv|\.tox|\.nox|external_libs|Pods|Carthage)/"
)


@cache
def is_test_path(path: str) -> bool:
    """Whether the path looks like test code by the conventions of any supported language."""
    return _TEST_PATH.search(path) is not None


def is_example_path(path: str) -> bool:
    """Whether the path looks like examples, benchmarks or fixtures; names of JVM packages (`com.example`) say nothing."""
    return _EXAMPLE_PATH.search(_PACKAGE_PATH.sub("/", path)) is not None


def is_vendored_path(path: str) -> bool:
    """Whether the path is in a folder of third-party code."""
    return _VENDORED_PATH.search(path) is not None
