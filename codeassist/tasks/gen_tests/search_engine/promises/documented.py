"""What a function's documentation and name promise, as claims that can be checked by running it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..inputs.doctest_examples import without_examples
from .conditions import described_inputs
from .documented_errors import raised
from .documented_values import about_empty, named_values, relation_to
from .promising_names import IDEMPOTENT, in_snake_case, inverses_of
from .properties import stated_properties
from .prose_examples import example_calls, example_values, is_literal

STANDARD = {
    "factorial": "math.factorial",
    "gcd": "math.gcd",
    "lcm": "math.lcm",
    "isqrt": "math.isqrt",
    "median": "statistics.median",
    "mean": "statistics.mean",
    "is_leap": "calendar.isleap",
    "isleap": "calendar.isleap",
    "is_leap_year": "calendar.isleap",
    "leap_year": "calendar.isleap",
}
"""Functions of the standard library that a function of the same name must agree with."""

_LIMITING = re.compile(r"\b(?:limit|clamp|clip|restrict|constrain|keep|bound|confine)", re.IGNORECASE)
_NUMBER = r"-?\d+(?:\.\d+)?"
_PARTS = r"\b(?:lines|chunks|pieces|parts|texts|strings|groups|lists|batches|slices|rows|tuples)"
_THINGS = r"(?:items?|elements?|entries|values?|results?|characters?|chars|letters|words|lines|numbers?|rows?|scores?|names?)"


@dataclass(frozen=True)
class Claim:
    """A promise about a function.

    `test` is an expression over `parameters` that must be true wherever `given` is; with `raises`, `call` must raise that
    exception instead. `inputs` fixes values of parameters and `kinds` their kinds. `exact`: the test determines the result.
    `total`: an exception breaks the promise too. `says` completes a sentence that begins with the function's name.
    """

    function: str
    call: str
    parameters: tuple[str, ...]
    says: str
    test: str = ""
    given: str = ""
    raises: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    exact: bool = False
    total: bool = False
    before: tuple[str, ...] = ()
    """Statements before the test, for promises about effects."""


def claims(
    name: str, required: Sequence[str], optional: Sequence[str], kinds: Mapping[str, str], documentation: str, others: set[str]
) -> list[Claim]:
    """The promises about a function with these parameters; `others` are the module's other functions of one argument."""
    text = without_examples(documentation)
    mentioned = [p for p in optional if re.search(rf"`{re.escape(p)}`", text)]
    arguments = [*required, *(f"{p}={p}" for p in mentioned)]
    reader = _Reader(name, f"{name}({', '.join(arguments)})", (*required, *mentioned), dict(kinds), text, others)
    return list(reader.all())


@dataclass
class _Reader:
    """Reads the documentation of one function."""

    name: str
    call: str
    parameters: tuple[str, ...]
    kinds: dict[str, str]
    text: str
    others: set[str]

    def all(self) -> Iterator[Claim]:
        """Every claim, the most specific kinds first."""
        yield from self._raises()
        yield from self._values()
        yield from self._prose_examples()
        yield from self._standard()
        yield from self._ranges()
        yield from self._counts()
        yield from self._order()
        yield from self._unchanged()
        yield from self._properties()
        yield from self._repeated()

    def _claim(self, says: str, test: str = "", **more: object) -> Claim:
        return Claim(self.name, self.call, self.parameters, says, test, **more)  # type: ignore[arg-type]

    @property
    def _summary(self) -> str:
        """The first paragraph, and what the documentation says about the result."""
        first = re.split(r"\n\s*\n|\n\s*:", self.text.strip(), maxsplit=1)[0]
        returns = re.findall(
            r":returns?:\s*(.+?)(?=\n\s*:|\n\s*\n|\Z)|^\s*Returns:\s*\n(.+?)(?=\n\s*\n|\Z)", self.text, re.DOTALL | re.MULTILINE
        )
        return " ".join([first, *(part for pair in returns for part in pair if part)]).replace("\n", " ")

    def _raises(self) -> Iterator[Claim]:
        for exception, condition in raised(self.text):
            for inputs, words in described_inputs(condition, self.parameters, self.kinds):
                says = f"is documented to raise {exception} {words}"
                yield self._claim(says, raises=exception, inputs=inputs)

    def _values(self) -> Iterator[Claim]:
        """Values that are named for a kind of input: `0 for an empty list`."""
        for literal, condition in named_values(self.text):
            for inputs, words in described_inputs(condition, self.parameters, self.kinds):
                says = f"is documented to give {literal} {words}"
                yield self._claim(says, f"{self.call} {relation_to(literal)} {literal}", inputs=inputs, total=True)

    def _prose_examples(self) -> Iterator[Claim]:
        for call, expected in example_calls(self.name, self.text):
            test = f"{call} == {expected}" if is_literal(expected) else f"str({call}) == {expected!r}"
            yield Claim(self.name, call, (), f"is documented to give {expected} for {call}", test, total=True)
        if len(self.parameters) != 1:
            return
        parameter = self.parameters[0]
        for given, expected in example_values(self.text):
            is_text = self.kinds.get(parameter) == "str"
            if not is_text and not re.fullmatch(_NUMBER, given):
                continue
            value = given if re.match(r"['\"\d-]", given) and not is_text else repr(given.strip("'\""))
            test = f"str({self.call}) == {expected.strip(chr(39) + chr(34))!r}"
            yield self._claim(f"is documented to turn {value} into {expected}", test, inputs=((parameter, value),), total=True)

    def _properties(self) -> Iterator[Claim]:
        for says, test, given in stated_properties(self.name, self.call, self.parameters, self.kinds, self.text):
            yield self._claim(says, test, given=given)

    def _standard(self) -> Iterator[Claim]:
        function = STANDARD.get(in_snake_case(self.name))
        expected = 2 if function in ("math.gcd", "math.lcm") else 1
        if function is None or len(self.parameters) != expected:
            return
        kind = "list" if "statistics" in function else "int"
        least = 1 if "leap" in function else 0
        given = self.parameters[0] if kind == "list" else " and ".join(f"{p} >= {least}" for p in self.parameters)
        arguments = ", ".join(self.parameters)
        yield self._claim(
            f"differs from {function}",
            f"{self.call} == {function}({arguments})",
            given=given,
            kinds=tuple((p, kind) for p in self.parameters),
            exact=True,
        )

    def _ranges(self) -> Iterator[Claim]:
        between = r"(?:range|between|from|interval)\s+(?:from\s+)?`?(\w+)`?\s*(?:to|and|\.\.+|-|,)\s*`?(\w+)`?"
        for low, high in re.findall(between, self.text):
            if low not in self.parameters or high not in self.parameters:
                continue
            numbers = tuple((p, "int") for p in self.parameters)
            if _LIMITING.search(self.text) or _LIMITING.search(self.name.replace("_", " ")):
                value = [p for p in self.parameters if p not in (low, high)]
                says = f"does not limit its value to the range from {low} to {high}"
                test = f"{low} <= {self.call} <= {high}"
                if len(value) == 1:
                    test = f"{self.call} == max({low}, min({value[0]}, {high}))"
                yield self._claim(says, test, given=f"{low} <= {high}", kinds=numbers, exact=len(value) == 1)
            elif re.search(rf"{high}`?,? *\(?(?:both )?inclu", self.text):
                test = f"(list({self.call})[0], list({self.call})[-1]) == ({low}, {high})"
                says = f"does not include both {low} and {high}"
                yield self._claim(says, test, given=f"{low} <= {high}", kinds=numbers)
        result = r"\b(?:number|value|score|ratio|share|probability|fraction|percentage|result)\b"
        numeric = rf"{result}[^.;`]*?(?:between|from|in)\s+\[?({_NUMBER})\s*(?:to|and|\.\.+|,)\s*({_NUMBER})"
        unknown = any(self.kinds.get(p) in ("int", "float", None) for p in self.parameters)  # numbers outside the domain
        for low, high in () if unknown else re.findall(numeric, self._summary, re.IGNORECASE):
            yield self._claim(f"gives a value outside {low} to {high}", f"{low} <= {self.call} <= {high}")
        if re.search(r"\b(?:never|not) negative\b", self._summary):
            yield self._claim("gives a negative value", f"{self.call} >= 0")

    def _counts(self) -> Iterator[Claim]:
        containers = [p for p in self.parameters if self.kinds.get(p) in ("list", "str", "tuple", "iter")]
        for number in re.findall(r"(?:fewer|less) than `?(\w+)`?", self.text):
            if number in self.parameters and containers and re.search(r"\ball (?:of )?(?:them|items|elements)?", self.text):
                test = f"len(list({self.call})) == min({number}, len({containers[0]}))"
                kinds = ((containers[0], "list"), (number, "int"))
                yield self._claim(
                    f"does not give all items when there are fewer than {number}",
                    test,
                    given=f"{number} >= 0",
                    kinds=kinds,
                    total=True,
                )
        for number, things in re.findall(rf"at most `?(\w+)`? ({_THINGS})", self.text):
            if number in self.parameters:
                sized = {"words": ".split()", "lines": ".splitlines()"}.get(things, "")
                says = f"gives more than {number} {things}"
                test = f"len({self.call}{sized}) <= {number}"
                if re.search(rf"{_PARTS} (?:of|with) at most `?{number}`? {things}", self.text):
                    test = f"all(len(part) <= {number} for part in {self.call})"
                yield self._claim(says, test, given=f"{number} > 3", kinds=((number, "int"),))
        if len(self.parameters) == 2 and (
            re.search(r"\blast (?:\w+ )?may be (?:shorter|smaller)", self.text)
            or re.match(r"(?:chunks?|chunked|batch|batched|batches)(?:_|$)", self.name)
        ):
            items, size = self.parameters
            test = f"[item for part in {self.call} for item in part] == list({items})"
            kinds = ((items, "list"), (size, "int"))
            yield self._claim("loses or repeats items", test, given=f"{size} > 0", kinds=kinds, total=True)

    def _order(self) -> Iterator[Claim]:
        summary = self._summary
        listed = next((p for p in self.parameters if self.kinds.get(p) in ("list", "iter", "tuple")), None)
        kinds = ((listed, "list"),) if listed else ()
        descending = re.search(r"\bdescending|\b(?:best|largest|highest|biggest|greatest|newest|latest) first", summary)
        by_key = re.search(r"\bkey\b|\bby (?:the|their|its)\b|reverse", summary)
        if (
            listed
            and not by_key
            and (descending or re.search(r"^(?:an? |the |returns? )*(?:new )?sorted\b|ascending", summary, re.IGNORECASE))
        ):
            order = ", reverse=True" if descending else ""
            yield self._claim(
                "gives items in another order than documented",
                f"list({self.call}) == sorted({self.call}{order})",
                kinds=kinds,
            )
        if listed and re.search(
            r"\b(?:without|removes?|removing|drops?|no) duplicates|duplicates (?:are )?removed", summary, re.IGNORECASE
        ):
            yield self._claim("leaves duplicates", f"len(list({self.call})) == len(set({self.call}))", kinds=kinds)
            if re.search(r"order (?:is )?(?:kept|preserved)|(?:keep|preserv)\w* (?:the )?order|first occurrence", summary):
                test = f"list({self.call}) == list(dict.fromkeys({listed}))"
                yield self._claim("does not keep the order of first occurrence", test, kinds=kinds, exact=True)
        case = re.match(r"(?:the |a |all )*(lower|upper)[- ]?case\b(?! (?:first|letter))", summary, re.IGNORECASE)
        if case:
            word = case[1].lower()
            yield self._claim(f"gives text that is not in {word} case", f"{self.call} == {self.call}.{word}()")

    def _unchanged(self) -> Iterator[Claim]:
        pattern = (
            r"(?:arguments?|input|original|list|sequence|dict\w*|mapping|`\w+`) (?:is|are|stays?|remains?) "
            r"(?:not |never |un)(?:changed|modified|mutated|touched|altered)"
            r"|neither (?:of the )?(?:arguments?|inputs?|\w+) is (?:changed|modified|mutated)"
            r"|(?:does not|never|without) (?:chang|modif|mutat|alter)\w+ (?:the |its )?(?:arguments?|input|original|list|`\w+`)"
            r"|leaves? (?:the |its )?(?:arguments?|input|original|list|`\w+`) (?:unchanged|untouched|alone|as)"
        )
        if not re.search(pattern, self.text, re.IGNORECASE):
            return
        containers = ("list", "dict", "set")
        word = "dict" if re.search(r"\bdict|\bmapping", self.text, re.IGNORECASE) else "list"
        known = any(self.kinds.get(p) in containers for p in self.parameters)
        several = re.search(r"\b(?:neither|both|arguments)\b", self.text, re.IGNORECASE)
        others = tuple((p, word) for p in self.parameters if self.kinds.get(p) not in containers)
        kinds = others if several or not known else ()
        for parameter in self.parameters:
            if not known or self.kinds.get(parameter) in containers:
                before = (f"before = {parameter}.copy()", self.call)
                yield self._claim(f"changes its argument {parameter}", f"{parameter} == before", before=before, kinds=kinds)

    def _repeated(self) -> Iterator[Claim]:
        """Inverses, idempotence, symmetry."""
        if len(self.parameters) == 2 and re.search(r"\bsymmetric\b|\bcommutative\b", self.text):
            first, second = self.parameters
            yield self._claim("depends on the order of its arguments", f"{self.call} == {self.name}({second}, {first})")
        if len(self.parameters) != 1:
            return
        parameter = self.parameters[0]
        for other in sorted(self.others - {self.name}):
            named = rf"`{re.escape(other)}`,? (?:is (?:its|the) inverse|undoes|reverses|reads? (?:it|them|this) back)"
            if re.search(named, self.text) or other in inverses_of(self.name):
                yield self._claim(f"is not undone by {other}", f"{other}({self.call}) == {parameter}")
        if re.search(r"its own inverse|twice (?:gives|returns)(?: back)? the (?:original|input|same)", self.text):
            yield self._claim("is not its own inverse", f"{self.name}({self.call}) == {parameter}")
        elif IDEMPOTENT.search(in_snake_case(self.name)) or re.search(
            r"\bidempotent|twice changes nothing|(?:a second|another) time changes nothing|twice (?:is|does) the same",
            self.text,
        ):
            yield self._claim("changes its own result again", f"{self.name}({self.call}) == {self.call}")


def of_empty(owner: str, name: str, documentation: str) -> list[Claim]:
    """The promises that a method without arguments makes about an object that contains nothing yet."""
    call, text = f"{owner}().{name}()", without_examples(documentation)
    found = [
        Claim(name, call, (), f"is documented to raise {exception} when it is empty", raises=exception)
        for exception, condition in raised(text)
        if re.search(r"\b(?:is|are) empty\b|\bempty (?!string|text)", condition)
    ]
    for literal, condition in named_values(text):
        if about_empty(owner, condition):
            test = f"{call} {relation_to(literal)} {literal}"
            found.append(Claim(name, call, (), f"is documented to give {literal} when it is empty", test, total=True))
    return found
