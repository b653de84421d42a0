"""The head of a class makes room for the member that a query is about, unless the query asks for the class."""

from __future__ import annotations

from codeassist.mcp.layout import Place
from codeassist.mcp.members import with_members
from indexers.types import Definition

LINES = [
    "class CookieSession:",
    '    """Sessions in cookies."""',
    *(f"    setting_{n} = {n}" for n in range(3, 21)),
    "    def open_session(self):",
    "        return self.cookie",
    "    def get_signing_serializer(self):",
    "        return Serializer(self.secret)",
    "    def save_session(self):",
    "        return self.cookie",
]
QUERY = "where is the session cookie signed"


def head(shown=4):
    lines = dict(enumerate(LINES[:shown], 1))
    return Place("", "sessions.py", "CookieSession", "class", "python", lines, 1, len(LINES))


def place(name, start, end, kind="method"):
    lines = {n: LINES[n - 1] for n in range(start, end + 1)}
    return Place("", "sessions.py", name, kind, "python", lines, start, end)


def inside(path, start, end):
    names = {21: "open_session", 23: "get_signing_serializer", 25: "save_session"}
    return [
        Definition(path, line, line + 1, name, f"CookieSession.{name}", "method", "python", "", "", is_test=False, uses=0)
        for line, name in names.items()
        if start <= line <= end
    ]


def names_of(places, query=QUERY, members=inside):
    return [one.name for one in with_members(places, query, members, lambda _: LINES)]


def test_the_member_that_a_query_names_is_shown_instead_of_the_head_of_its_class():
    others = [place(f"other_{n}", 5, 6, "function") for n in range(8)]
    found = with_members([head(), *others], QUERY, inside, lambda _: LINES)
    assert found[0].name == "CookieSession.get_signing_serializer"
    assert found[0].lines == {23: LINES[22], 24: LINES[23]}
    assert [one.name for one in found].index("CookieSession") == 6


def test_a_member_that_is_a_place_already_is_not_added_again():
    signing = place("CookieSession.get_signing_serializer", 23, 24)
    assert names_of([head(), signing]) == ["CookieSession.get_signing_serializer", "CookieSession"]


def test_a_class_that_the_query_spells_stays_in_front():
    query = "how does CookieSession sign the session"
    assert names_of([head()], query) == ["CookieSession", "CookieSession.get_signing_serializer"]


def test_a_class_that_is_shown_or_without_such_a_member_stays_as_it_is():
    assert names_of([head(shown=20)]) == ["CookieSession"]
    assert names_of([head()], "what is the default of the setting") == ["CookieSession"]
    assert names_of([head()], members=lambda *_: []) == ["CookieSession"]


def test_of_a_long_member_the_first_lines_are_shown_and_secrets_are_masked():
    key = "ghp_" + "a1B2" * 9
    lines = ["class CookieSession:", "    def sign(self):", f'        token = "{key}"', *["        step()"] * 97]
    member = Definition("sessions.py", 2, 100, "sign", "CookieSession.sign", "method", "python", "", "", is_test=False, uses=0)
    cut = Place("", "sessions.py", "CookieSession", "class", "python", {1: lines[0]}, 1, 100)
    found = with_members([cut], QUERY, lambda *_: [member], lambda _: lines)
    assert (found[0].start, found[0].end, found[0].last) == (2, 41, 100)
    assert key not in "\n".join(found[0].lines.values())
