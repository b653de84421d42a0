"""Names of tests say what is special about the call, and are unique."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.gen_tests.writing.naming import Names, base_name, details, message_words, mock_words, snake, value_words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IndexedSet.iter_slice", "indexed_set_iter_slice"),
        ("HTTPServer", "http_server"),
        ("parseXMLFile2", "parse_xml_file2"),
        ("__private__", "private"),
        ("a-b c", "a_b_c"),
    ],
)
def test_snake_case(name, expected):
    assert snake(name) == expected


@pytest.mark.parametrize(
    ("target", "name"),
    [("slug", "test_slug"), ("Bag.add", "test_bag_add"), ("Bag.__eq__", "test_bag_equality"), ("Bag", "test_bag"), ("Bag.__weird__", "test_bag_weird")],
)  # fmt: skip
def test_the_base_name_of_a_target(target, name):
    assert base_name(target) == name


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("f(1, limit=3, by='a')", ["with_limit_and_by"]),
        ("f(-1)", ["of_a_negative_number"]),
        ("f([])", ["of_an_empty_list"]),
        ("f({})", ["of_an_empty_dict"]),
        ("f('')", ["of_an_empty_string"]),
        ("f(None)", ["of_none"]),
        ("f(False)", ["of_false"]),
        ("f(0)", ["of_zero"]),
        ("f(2000000)", ["of_a_large_number"]),
        ("f(1.5)", ["of_a_float"]),
        ("f(' a')", ["with_surrounding_whitespace"]),
        ("f('\u00e9')", ["of_non_ascii_text"]),
        ("f('ABC')", ["of_uppercase_text"]),
        ("f('12.5')", ["of_numeric_text"]),
        ("f(lambda x: x)", ["with_a_function"]),
        ("f(iter([1]))", ["of_an_iterator"]),
        ("f('a', 3)", []),
        ("f(**options)", []),
        ("f(", []),
    ],
)
def test_words_for_what_is_special_about_a_call(call, words):
    assert list(details(call)) == words


def test_a_name_gets_words_then_two_then_what_says_little_then_a_letter():
    names = Names({"test_f"})
    picked = [names.pick("test_f", "f([], None)") for _ in range(7)]
    assert picked[:4] == [
        "test_f_of_an_empty_list",
        "test_f_of_none",
        "test_f_of_an_empty_list_of_none",
        "test_f_with_other_values",
    ]
    assert picked[6] == "test_f_case_a"


def test_a_call_without_arguments_and_the_attributes_of_a_result_are_named():
    names = Names({"test_f"})
    assert names.pick("test_f", "f()") == "test_f_without_arguments"
    assert names.pick("test_f", "f(x)", checks=["{v}.name == 'abc'"]) == "test_f_with_name_abc"
    assert names.pick("test_f", "f(x)", checks=["{v}.port is None"]) == "test_f_with_port_none"


def test_calls_before_and_values_distinguish_names():
    names = Names({"test_bag_has"})
    steps = ["bag = Bag()", "for n in range(3):\n    bag.add(n)", "bag.drop('x')"]
    picked = [names.pick("test_bag_has", "bag.has('red wine')", steps=steps) for _ in range(4)]
    assert picked == [
        "test_bag_has_after_drop",
        "test_bag_has_after_add_and_drop",
        "test_bag_has_after_many_calls",
        "test_bag_has_of_red_wine",
    ]
    assert names.pick("test_bag_has", "bag.has(-3)") == "test_bag_has_of_a_negative_number"


def test_raising_names_take_more_words():
    names = Names({"test_f"})
    assert names.pick("test_f", "f(1)", "_raises_key_error", ["with_limit"]) == "test_f_raises_key_error"
    assert names.pick("test_f", "f(1)", "_raises_key_error", ["with_limit"]) == "test_f_raises_key_error_with_limit"


@given(st.lists(st.sampled_from(["f(0)", "f('')", "f(-1)", "g(key=1)", "f(" + "k" * 90 + "=1)"]), max_size=30))
def test_names_are_unique_identifiers(calls):
    names = Names(set())
    picked = [names.pick("test_it", call) for call in calls]
    assert len(set(picked)) == len(picked)
    assert all(name.isidentifier() and len(name) < 90 for name in picked)


def test_what_mocks_do_gives_words():
    program = [
        "port = mock.Mock(read=mock.Mock(side_effect=serial.SerialError))",
        "f(mock.Mock(size=mock.Mock(return_value=b'')))",
    ]
    assert list(mock_words(program)) == ["when_read_raises_serial_error", "when_size_returns_nothing"]
    assert list(value_words("f(lambda *args: args[1], 3)")) == ["of_3"]


def test_calls_that_differ_only_in_what_they_give_are_named_by_it() -> None:
    names = Names(set())
    results = (["{v} is True"], ["{v} == []"], ["{v} == 'left'"])
    picked = [names.pick("test_f", "f(x)", steps=["x = make()"], checks=checks) for checks in (["{v} == 1"], *results)]
    assert picked == ["test_f", "test_f_is_true", "test_f_gives_an_empty_list", "test_f_gives_left"]


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        (["monkeypatch.setattr('sys.argv', ['prog', '--dry-run', '-n', '3'])"], "test_main_with_dry_run_and_n"),
        (["monkeypatch.setattr('sys.argv', ['prog', str(tmp_path / 'data.txt')])"], "test_main_for_a_file"),
        (["monkeypatch.setattr('sys.argv', ['prog'])"], "test_main_without_options"),
        (["monkeypatch.setenv('APP_MODE', 'fast')"], "test_main_with_app_mode_fast"),
        (["monkeypatch.setattr('app.core.HAS_ICU', False)"], "test_main_without_has_icu"),
        (["monkeypatch.setattr('sys.stdin', io.StringIO(''))"], "test_main_with_no_input"),
    ],
)
def test_what_surrounds_a_call_is_named(steps, name):
    assert Names({"test_main"}).pick("test_main", "main()", steps=steps) == name


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("x and y must be the same length.", ["x_and_y_must_be_the_same"]),
        ("0 is an invalid interp_method parameter, use 'interp1d'", ["interp_method_parameter_use"]),
        ("'a b' is not in list", ["not_in_list"]),
        ("negative", []),
        ("", []),
    ],
)
def test_messages_of_exceptions_as_words(message, words):
    assert list(message_words(message)) == words


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Rule <Many 'a'+> didn't match at 'b' (line 1, column 2).", ["rule_did_not_match"]),
        ("can't convert 'a' to int", ["can_not_convert_to_int"]),
    ],
)
def test_words_of_a_message_come_without_values_places_and_contractions(message, words):
    assert list(message_words(message)) == words
