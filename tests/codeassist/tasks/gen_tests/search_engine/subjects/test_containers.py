"""Containers get items of the annotated kind; callables the annotated number of parameters."""

from __future__ import annotations

import pytest

from codeassist.tasks.gen_tests.search_engine.subjects.containers import element_kinds, of_size, written


@pytest.mark.parametrize(
    ("annotation", "rest", "kinds"),
    [
        ("list[str]", "_", ["list:str"]),
        ("typing.Optional[typing.List[int]]", "typing.Optional[typing._]", ["list:int"]),
        ("Union[str, Iterable[str]]", "Union[str, _]", ["iter:str"]),
        ("Iterable['Event']", "_", ["iter:obj:Event"]),
        ("Dict[str, List[int]]", "_", ["dict:list:int"]),
        ("tuple[tuple[int, ...], ...]", "_", ["tuple:tuple:int"]),
        ("list[dict[str, Event]] | set[str]", "_ | _", ["list:dict:obj:Event", "set:str"]),
        ("list[tuple[str, int]]", "list[tuple[str, int]]", []),
        ("list[list[Other]]", "list[list[Other]]", []),
        ("Mapping[str, int] | None", "_ | None", ["dict:int"]),
        ("Tuple[Event, ...]", "_", ["tuple:obj:Event"]),
        ("list[Other]", "list[Other]", []),
        ("list", "list", []),
        ("Callable[[list[str]], int]", "Callable[[list[str]], int]", []),
    ],
)
def test_the_kinds_of_containers(annotation, rest, kinds):
    assert element_kinds(annotation, ["Event"]) == (rest, kinds)


@pytest.mark.parametrize(
    ("container", "count", "text"),
    [
        ("list", 2, "[7, 7]"),
        ("iter", 0, "[]"),
        ("tuple", 1, "(7,)"),
        ("set", 2, "{7}"),
        ("set", 0, "set()"),
        ("dict", 2, "{'a': 7, 'b': 7}"),
        ("generator", 1, "(item for item in [7])"),
    ],
)
def test_containers_as_text(container, count, text):
    assert written(container, lambda: "7", count) == text


def test_sequences_of_a_size_are_chosen_where_there_are_some():
    texts = ["[1, 2]", "[]", "('a', 'b')", "(x for x in 'ab')"]
    assert list(of_size(texts, 2)) == ["[1, 2]", "('a', 'b')"]
    assert list(of_size(texts, 0)) == list(of_size(texts, 9)) == texts
