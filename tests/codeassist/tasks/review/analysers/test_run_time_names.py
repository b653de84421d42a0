"""Code that binds names at run time hides what is gone from a module; code that only looks like it does not."""

from __future__ import annotations

import pytest

HELPER = "\n\ndef hash_record(record):\n    return str(record)\n"
USER = "from shop.utils import hash_record\n\nprint(hash_record({}))\n"


def review(findings, code):
    before = {"shop/__init__.py": "", "shop/utils.py": code + HELPER, "shop/cli.py": USER}
    result = findings(before, {"shop/utils.py": code + HELPER.replace("hash_record", "digest")})
    notes = [n for n in result.notes if "binds names at run time" in n]
    return [str(p) for f in result.every if f.rule == "caller-left-behind" for p in f.evidence], notes


@pytest.mark.parametrize(
    "code",
    [
        "def compiled(code):\n    own = {}\n    exec(code, own)\n    return own['f']\n",
        "def compiled(code):\n    exec(code)\n",
        "def value(code):\n    return eval(code)\n",
        "limit = eval('1 + 1')\n",
        "def value(code):\n    return eval(code, globals())\n",
        "own = {}\nexec('x = 1', own)\nexec('y = 1', own, {})\n",
        "import sys\n\n\ndef home(kind):\n    return getattr(sys.modules[kind.__module__], 'x')\n",
        "def known(name):\n    return name in globals() and globals()[name]\n",
        "def shown(price):\n    return '{price}'.format(**vars())\n",
        "# the caller may exec(code), or set globals()['x']\n",
    ],
)
def test_uses_of_a_name_that_is_gone_are_found_beside_code_that_binds_no_names(findings, code):
    places, notes = review(findings, code)
    assert (places, notes) == (["shop/cli.py:1", "shop/cli.py:3"], [])


def test_a_star_import_from_the_repository_hides_nothing(findings):
    before = {"shop/__init__.py": "", "shop/names.py": "LIMIT = 1\n", "shop/cli.py": USER}
    utils = "from shop.names import *\n" + HELPER
    result = findings({**before, "shop/utils.py": utils}, {"shop/utils.py": utils.replace("hash_record", "digest")})
    assert [str(p) for f in result.every if f.rule == "caller-left-behind" for p in f.evidence] == [
        "shop/cli.py:1",
        "shop/cli.py:3",
    ]


@pytest.mark.parametrize(
    "code",
    [
        "exec(open('names.txt').read())\n",
        "def load(code):\n    exec(code, globals())\n",
        "def load(code):\n    own = globals()\n    exec(code, own)\n",
        "def bind(name):\n    globals()[name] = 1\n",
        "globals().update({'hash_record': str})\n",
        "vars()['x'] = 1\n",
        "import sys\n\nsetattr(sys.modules[__name__], 'x' + 'y', 1)\n",
        "import sys\n\nsys.modules[__name__].__dict__.update(x=1)\n",
        "import sys\n\nsys.modules[__name__] = object()\n",
        "def __getattr__(name):\n    return 1\n",
        "from elsewhere import *\n",
    ],
)
def test_a_file_that_binds_names_at_run_time_is_noted_once(findings, code):
    places, notes = review(findings, code)
    assert not places
    assert len(notes) == 1
    assert notes[0].startswith("shop/utils.py: line ")
