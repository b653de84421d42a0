"""Ranking features from names, paths and kinds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers import Index
from indexers.search.fusion import DEMOTIONS
from indexers.search.name_features import NameFeatures, demotion_of, excused, own_name, platform_demotion
from indexers.search.query import understand
from indexers.types import TEST, VENDORED, ChunkRow
from tests.conftest import write


def test_code_for_another_operating_system_ranks_lower(tmp_path):
    from indexers.search.name_features import platform_of

    body = "int open_pipe(int handle) {\n    return connect_pipe(handle);\n}\n"
    root = write(tmp_path / "repo", {"src/win/pipe.c": body, "src/aix/pipe.c": body, "src/unix/pipe.c": body})
    with Index.build(root) as index:
        assert index.search("open a pipe")[0].path == "src/unix/pipe.c"
        assert index.search("open a pipe on windows")[0].path == "src/win/pipe.c"
    assert platform_of("src/window/pipe.c") == ""
    assert platform_of("lib/win32_pipe.c") == "windows"


@pytest.mark.parametrize(
    ("path", "name", "folders"),
    [
        ("shop/auth.py", "auth", "shop"),
        ("shop/auth/__init__.py", "auth", "shop"),
        ("ui/basket/index.js", "basket", "ui"),
        ("index.js", "index", ""),
        ("a/b/x.test.ts", "x", "a/b"),
        ("conf/.eslintrc.json", ".eslintrc.json", "conf"),
    ],
)
def test_own_name(path, name, folders):
    assert own_name(path) == (name, folders)


def test_features_of_a_row():
    features = NameFeatures({"pars": 0.5, "date": 0.5})
    row = ChunkRow(1, 1, 1, 9, "function", "dates/parse.py", "python", 0, "parse_date", "def parse_date(text)", 0, 1)
    best = features.of(row)
    assert (best["symbol"], best["symbol_precision"], best["signature"]) == (1.0, 1.0, 1.0)
    assert (best["stem"], best["stem_precision"], best["folder"]) == (pytest.approx(2 / 3), 1.0, 0.5)
    half = features.of(row._replace(name="parse_xml", path="x/parse_xml.py"))
    assert (half["symbol_precision"], half["stem_precision"], half["folder"]) == (0.5, 0.25, 0.0)
    bare = features.of(row._replace(name=None, signature=None, uses=None))
    assert (bare["symbol"], bare["signature"], bare["graph"]) == (0.0, 0.0, 0.0)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_more_uses_never_make_a_name_less_central(one, other):
    features = NameFeatures({})
    row = ChunkRow(1, 1, 1, 9, "function", "a.py", "python", 0, "f", "", 0, 1)
    low, high = (features.of(row._replace(uses=uses))["graph"] for uses in sorted((one, other)))
    assert 0.0 <= low <= high <= 1.0


def test_demotions_multiply_unless_the_query_asks_for_the_kind():
    nothing = frozenset[str]()

    def of(flags: int, kind: str, language: str, excused: frozenset[str], path: str = "a/b.x", lexical: float = 1.0) -> float:
        row = ChunkRow(1, 1, 1, 9, kind, path, language, flags, None, None, 0, None)
        return demotion_of(row, {"lexical": lexical}, excused)

    assert of(0, "function", "python", nothing) == 1.0
    assert of(TEST | VENDORED, "function", "python", nothing) == DEMOTIONS["test"] * DEMOTIONS["vendored"]
    assert of(TEST, "function", "python", frozenset({"test"})) == 1.0
    assert of(0, "declaration", "c", nothing) == DEMOTIONS["declaration"]
    assert of(0, "text", "yaml", nothing) == DEMOTIONS["data"]
    assert of(0, "text", "yaml", nothing, lexical=0.1) == DEMOTIONS["data"] * DEMOTIONS["configuration"]
    for path in (".gitignore", ".github/workflows/ci.sh", "go.sum", "web/package-lock.json", "pnpm-lock.yaml", "MANIFEST.in"):
        assert of(0, "text", "other", nothing, path, 0.1) == DEMOTIONS["configuration"], path
        assert of(0, "text", "other", nothing, path) == 1.0
    assert of(0, "function", "python", nothing, "locks/lock.py", 0.1) == 1.0


def test_settings_of_tools_are_found_by_their_words_and_not_by_likeness(tmp_path):
    files = {
        ".gitignore": "build\ndist\n*.log\ncoverage\n",
        ".circleci/config.yml": "jobs:\n  lint:\n    steps:\n      - checkout\n      - run: make lint\n",
        "src/store.py": "def save(row):\n    return row\n",
        "src/view.py": "def show(row):\n    print(row)\n",
    }
    with Index.build(write(tmp_path / "repo", files)) as index:
        assert {hit.path for hit in index.search("qqzzy wwxx")[:2]} == {"src/store.py", "src/view.py"}
        assert index.search("lint jobs")[0].path == ".circleci/config.yml"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("login", set()), ("tests of the login", {"test"}), ("example in the readme", {"example", "document"})],
)
def test_the_kinds_that_a_query_asks_for_are_excused(text, kinds):
    assert excused(understand(text)) == kinds


def test_a_file_for_a_platform_is_demoted_unless_the_query_names_it():
    assert platform_demotion("src/solaris/pipe.c", "open a pipe") == DEMOTIONS["platform"]
    assert platform_demotion("src/solaris/pipe.c", "open a pipe on Solaris") == 1.0
    assert platform_demotion("src/solaris/pipe.c", "open a pipe on SunOS") == 1.0
    assert platform_demotion("src/unix/pipe.c", "open a pipe") == 1.0
