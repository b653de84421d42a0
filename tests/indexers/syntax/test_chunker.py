"""Chunks follow the syntax, and together they cover every non-blank line exactly once."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from indexers.build.parse_service import parse
from indexers.files.decoding import decode, split_lines
from indexers.syntax.chunker import MAX_CHARS, TAIL_CHARS
from indexers.syntax.languages import LANGUAGES, PLAIN, by_name, detect

CASES = Path(__file__).parents[2] / "cases" / "languages"
SOURCES = sorted(path for path in CASES.iterdir() if path.suffix != ".expected")
PARSED = [language for language in LANGUAGES if language.grammar] + [PLAIN]


def assert_covered(data: bytes, language) -> list:
    """Parse `data`, check that the chunks cover every non-blank line exactly once, and return them."""
    lines = split_lines(decode(data))
    chunks = parse("x", language, data).chunks  # in another process, since some texts crash a grammar
    covered = [line for c in chunks for line in range(c.start_line, c.end_line + 1) if lines[line - 1].strip()]
    assert covered == [n for n, line in enumerate(lines, 1) if line.strip()]
    for c in chunks:
        assert c.text == "\n".join(lines[c.start_line - 1 : c.end_line])
        assert c.text.strip()
    return chunks


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PARSED), st.text(max_size=400))
def test_any_text_is_covered_once(language, text):
    assert_covered(text.encode("utf-8", "surrogatepass"), language)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SOURCES), st.randoms(use_true_random=False))
def test_broken_syntax_is_covered_once(path, rng):
    data = bytearray(path.read_bytes() * rng.randint(1, 6))
    for _ in range(rng.randint(1, 30)):
        if not data:
            break
        position = rng.randrange(len(data))
        choice = rng.random()
        if choice < 0.4:
            del data[position : position + rng.randint(1, 60)]
        elif choice < 0.7:
            data[position:position] = bytes(rng.choice(b"(){}[]<>\"'`;:\n\t#/*\\@=") for _ in range(rng.randint(1, 8)))
        else:
            data[position:position] = data[rng.randrange(len(data)) :][: rng.randint(1, 200)]
    assert_covered(bytes(data), detect(path.name))


def test_a_function_with_its_decorator_and_comment_is_one_chunk():
    body = "\n".join(f"    step_{n}(value, {n})" for n in range(30))
    other = "\n".join(f"    other_{n}(value, {n})" for n in range(30))
    source = f"import a\n\n\ndef first(value):\n{other}\n\n\n# Runs all steps.\n@cached\n@traced(1)\ndef run(value):\n{body}\n"
    chunks = assert_covered(source.encode(), by_name("python"))
    run = next(c for c in chunks if c.name == "run")
    assert run.text.startswith("# Runs all steps.\n@cached\n@traced(1)\ndef run(value):")
    assert run.text.endswith("step_29(value, 29)")
    assert run.documentation == "Runs all steps."


def test_a_long_function_is_split_at_statements_with_its_header_as_context():
    body = "\n".join(f"    if ready_{n}:\n        handle_{n}(value)\n        log('done {n}')" for n in range(120))
    source = f"class Worker:\n    pass\n\n\ndef run(value):\n    '''Runs.'''\n{body}\n"
    chunks = [c for c in assert_covered(source.encode(), by_name("python")) if c.name == "run"]
    assert len(chunks) > 3
    assert all(len(c.text) <= MAX_CHARS + TAIL_CHARS for c in chunks)
    assert all(c.text.lstrip().startswith(("if ready", "def run")) for c in chunks)
    assert all(c.header == "def run(value)" for c in chunks[1:])
    assert not any("def run" in c.text for c in chunks[1:])
    assert all(c.documentation == "Runs." for c in chunks)


def test_chunks_of_methods_include_their_class():
    methods = "\n".join(
        f"    def method_{n}(self):\n" + "\n".join(f"        self.call_{n}_{m}(1, 2, 3)" for m in range(20)) for n in range(12)
    )
    chunks = assert_covered(f"class Big(Base):\n{methods}\n".encode(), by_name("python"))
    third = next(c for c in chunks if c.name == "method_3")
    assert third.qualified_name == "Big.method_3"
    assert third.header == "class Big(Base)"


def test_small_neighbours_are_merged():
    source = "\n".join(f"def get_{n}():\n    return {n}\n" for n in range(40))
    chunks = assert_covered(source.encode(), by_name("python"))
    assert 2 < len(chunks) < 20


def test_ten_thousand_levels_of_nesting():
    source = b"x = " + b"(" * 10_000 + b"1" + b")" * 10_000 + b"\n"
    assert len(assert_covered(source, by_name("python"))) == 1
    braces = b"\n".join(b"{" for _ in range(10_000)) + b"\n" + b"\n".join(b"}" for _ in range(10_000))
    assert len(assert_covered(braces, by_name("javascript"))) > 1


def test_a_line_of_five_megabytes():
    assert len(assert_covered(b"x = '" + b"a" * 5_000_000 + b"'\n", by_name("python"))) == 1


def test_a_file_of_a_hundred_thousand_lines():
    chunks = assert_covered(b"".join(b"value_%d = compute(%d)\n" % (n, n) for n in range(100_000)), by_name("python"))
    assert max(len(c.text) for c in chunks) <= MAX_CHARS + TAIL_CHARS


def test_random_bytes_never_raise():
    rng = random.Random(7)
    for language in PARSED:
        assert_covered(bytes(rng.randrange(1, 256) for _ in range(3000)), language)
