"""Environment variables, flags and keys that a change renames or removes."""

from __future__ import annotations

import pytest

Files = dict[str, str | None]
LEFT: dict[str, tuple[Files, Files, list[str]]] = {
    "an environment variable": (
        {
            "app.py": "import os\n\nURL = os.environ['SHOP_URL']\n",
            "README.md": "# Shop\n\nSet `SHOP_URL`.\n",
            "compose.yml": "services:\n  shop:\n    environment:\n      SHOP_URL: x\n",
            "CHANGELOG.md": "SHOP_URL is new.\n",
        },
        {"app.py": "import os\n\nURL = os.environ['SHOP_ADDRESS']\n"},
        ["README.md:3", "compose.yml:4"],
    ),
    "an environment variable in Node": (
        {"app.js": "const url = process.env.SHOP_URL;\n", "Dockerfile": "FROM x\nENV SHOP_URL=1\n"},
        {"app.js": "const url = process.env.SHOP_ADDRESS;\n"},
        ["Dockerfile:2"],
    ),
    "a flag": (
        {
            "cli.py": "import argparse\n\np = argparse.ArgumentParser()\np.add_argument('--max-items')\n",
            "README.md": "Run `shop --max-items 3`.\n",
            "run.sh": "shop --max-items 3\n",
        },
        {"cli.py": "import argparse\n\np = argparse.ArgumentParser()\np.add_argument('--limit')\n"},
        ["README.md:1", "run.sh:1"],
    ),
    "a key of JSON": (
        {
            "write.py": "def f(x):\n    return {'unit_price': x}\n",
            "read.py": "def g(d):\n    return d['unit_price'], d.get('unit_price')\n",
        },
        {"write.py": "def f(x):\n    return {'price_per_unit': x}\n"},
        ["read.py:2"],
    ),
    "a setting": (
        {"shop.toml": "[shop]\nmax_items = 3\n", "app.py": "def f(config):\n    return config['shop']['max_items']\n"},
        {"shop.toml": "[shop]\nitem_limit = 3\n"},
        ["app.py:2"],
    ),
}
BAITS: dict[str, tuple[Files, Files]] = {
    "another module still reads the variable": (
        {
            "app.py": "import os\n\nURL = os.environ['SHOP_URL']\n",
            "b.py": "import os\n\nU = os.getenv('SHOP_URL')\n",
            "README.md": "Set `SHOP_URL`.\n",
        },
        {"app.py": "import os\n\nURL = os.environ['SHOP_ADDRESS']\n"},
    ),
    "another parser has the flag": (
        {
            "cli.py": "p.add_argument('--max-items')\n",
            "other.py": "p.add_argument('--max-items')\n",
            "README.md": "Run `other --max-items 3`.\n",
        },
        {"cli.py": "p.add_argument('--limit')\n"},
    ),
    "a longer flag": (
        {"cli.py": "p.add_argument('--max-items')\n", "README.md": "Run `shop --max-items-per-page 3`.\n"},
        {"cli.py": "p.add_argument('--limit')\n"},
    ),
    "the key is still written elsewhere": (
        {
            "write.py": "def f(x):\n    return {'unit_price': x}\n",
            "other.py": "def f(x):\n    return {'unit_price': x}\n",
            "read.py": "def g(d):\n    return d['unit_price']\n",
        },
        {"write.py": "def f(x):\n    return {'price_per_unit': x}\n"},
    ),
    "the document changes too": (
        {"app.py": "import os\n\nURL = os.environ['SHOP_URL']\n", "README.md": "Set `SHOP_URL`.\n"},
        {
            "app.py": "import os\n\nURL = os.environ['SHOP_ADDRESS']\n",
            "README.md": "Set `SHOP_ADDRESS`, which was `SHOP_URL`.\n",
        },
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_a_name_that_is_still_used_is_found(findings, name):
    before, after, places = LEFT[name]
    [finding] = [f for f in findings(before, after).every if f.rule == "name-left-behind"]
    assert [str(p) for p in finding.evidence] == places


@pytest.mark.parametrize("name", BAITS)
def test_a_name_that_is_still_provided_is_not_reported(findings, name):
    assert not [f.message for f in findings(*BAITS[name]).every if f.rule == "name-left-behind"]
