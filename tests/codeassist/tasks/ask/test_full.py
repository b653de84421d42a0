"""The long form of an answer about one definition."""

from __future__ import annotations

import pytest

from codeassist.tasks.ask import ask
from indexers import Index
from tests.conftest import write

FILES = {
    "router.go": (
        "package router\n\n// StrictSlash defines the behavior for new routes.\n//\n// When true, the path is redirected.\n//\n"
        "// Parameters:\n//\n// value - whether\nfunc (r *Router) StrictSlash(value bool) *Router {\n\treturn r\n}\n\n"
        "type Router struct{}\ntype Group struct{}\n\n// StrictSlash of a group.\n"
        "func (g *Group) StrictSlash(value bool) *Group {\n\treturn g\n}\n"
    ),
    "README.md": "# router\n\nRouter passes the requests of a server to their handlers, by path and by method.\n",
}


@pytest.fixture(scope="module")
def router(tmp_path_factory):
    with Index.build(write(tmp_path_factory.mktemp("router"), FILES)) as index:
        yield index


def test_further_paragraphs_of_documentation_are_quoted_up_to_the_parameters(router):
    text = ask(router, "what does Router.StrictSlash do").text
    assert "> StrictSlash defines the behavior for new routes.\n>\n> When true, the path is redirected.\n" in text
    assert "> Parameters" not in text


def test_definitions_of_the_same_name_are_named(router):
    text = ask(router, "what does Router.StrictSlash do").text
    assert "- Of the same name: `Group.StrictSlash` in `router.go` [2]" in text


@pytest.mark.parametrize("word", ["crate", "module", "gem", "project"])
def test_what_a_whole_does_is_said_by_its_readme(router, word):
    assert "passes the requests of a server to their handlers" in ask(router, f"what does this {word} do").text
