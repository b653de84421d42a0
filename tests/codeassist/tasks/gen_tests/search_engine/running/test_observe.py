"""Results become assertions that hold for an equal result and fail for another; values without stable text are left out."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import enum
import fractions
import math
import threading
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.gen_tests.search_engine.running.messages import message_pattern
from codeassist.tasks.gen_tests.search_engine.running.observe import TAKEN, Observer
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.running.source_text import LONGEST, Unsteady


class Colour(enum.Enum):
    RED = 1


class Point:
    def __init__(self, x: float, y: float) -> None:
        self.x, self.y, self._hidden = x, y, 7

    @property
    def size(self) -> float:
        return self.x + self.y


def observer() -> Observer:
    module = types.ModuleType(__name__)
    vars(module).update(Colour=Colour, Point=Point)
    return Observer(module)


NAMES = {"collections": collections, "datetime": dt, "decimal": decimal, "fractions": fractions, "Colour": Colour}
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-999, 999),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=5),
        st.binary(max_size=3),
        st.dates(),
        st.datetimes(timezones=st.sampled_from([None, dt.UTC])),
        st.timedeltas(),
        st.fractions(),
        st.decimals(allow_nan=False, places=2, max_value=99, min_value=-99),
        st.frozensets(st.integers(0, 9), max_size=3),
        st.just(Colour.RED),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.tuples(inner), st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(VALUES)
def test_the_text_of_a_value_evaluates_to_an_equal_value(value):
    try:
        text = observer().literal(value)
    except Unsteady:
        assert len(repr(value)) > LONGEST / 4 or sum(map(repr(value).count, "[({")) > 5  # too long, or too deep
        return
    again = eval(text, dict(NAMES))
    assert again == value
    assert type(again) is type(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), "x" * 300, lambda: 1, decimal.Decimal("NaN"), [[[[[[[1]]]]]]]])
def test_a_value_without_stable_text_is_refused(value):
    with pytest.raises(Unsteady):
        observer().literal(value)


@pytest.mark.parametrize(
    ("value", "checks"),
    [
        (None, ("{v} is None",)),
        (True, ("{v} is True",)),
        (2.0, ("{v} == 2.0",)),
        (0.1, ("{v} == pytest.approx(0.1)",)),
        (math.nan, ("math.isnan({v})",)),
        (-math.inf, ("{v} == -math.inf",)),
        ([1, 0.5], ("{v} == pytest.approx([1, 0.5])",)),
        ({"b", "a"}, ("{v} == {'a', 'b'}",)),
        (iter([1, 2]), ("list({v}) == [1, 2]",)),
        (iter(range(99)), (f"list(itertools.islice({{v}}, {TAKEN})) == {list(range(TAKEN))}",)),
        ("ab" * 150, ("len({v}) == 300", f"{{v}}[:40] == {'ab' * 20!r}", f"{{v}}[-40:] == {'ab' * 20!r}")),
        ({"b": object(), "a": 1}, ("len({v}) == 2", "sorted({v}) == ['a', 'b']")),
        (int, ("{v} == int",)),
        (Point(1, 0.25), ("isinstance({v}, Point)", "{v}.x == 1", "{v}.y == pytest.approx(0.25)", "{v}.size == pytest.approx(1.25)")),
    ],
)  # fmt: skip
def test_assertions_about_a_result(value, checks):
    assert observer().checks(value) == checks


def test_assertions_distinguish_results():
    observe = observer()
    assert observe.checks(Point(1, 2)) != observe.checks(Point(1, 3))
    assert observe.checks([object(), 1]) != observe.checks([object()])


def test_an_object_of_an_unknown_class_is_asserted_by_its_class_name_only():
    assert observer().checks(threading.Event()) == ("type({v}).__name__ == 'Event'",)


def test_times_in_utc_are_written_on_a_python_without_the_short_name(monkeypatch):
    monkeypatch.delattr(dt, "UTC")
    moment = dt.datetime(2020, 1, 2, tzinfo=dt.timezone.utc)  # noqa: UP017
    assert observer().checks(moment) == ("{v} == datetime.datetime(2020, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)",)
    elsewhere = moment.astimezone(dt.timezone(dt.timedelta(hours=1)))
    assert observer().checks(elsewhere) == ("{v}.isoformat() == '2020-01-02T01:00:00+01:00'",)


@pytest.mark.parametrize(
    ("message", "pattern"),
    [
        ("first line\nsecond", "first line"),
        ("<Box at 0x7f00aa11bb22> is closed", "<Box at"),
        ("word " * 30, " ".join(["word"] * 14)),
        ("", ""),
    ],
)
def test_the_stable_part_of_a_message(message, pattern):
    assert message_pattern(ValueError(message)) == pattern


def test_a_message_that_cannot_be_read_is_empty():
    class BrokenError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert message_pattern(BrokenError()) == ""


def test_attributes_of_base_classes_of_other_packages_are_not_asserted(bench_of):
    bench = bench_of(
        "import logging\n\n\nclass Kept(logging.Handler):\n    def __init__(self, size):\n        super().__init__()\n        self.size = size\n"
    )
    checks = bench.run(Candidate("Kept", (), "Kept(3)")).checks
    assert checks == ("isinstance({v}, Kept)", "{v}.size == 3")
