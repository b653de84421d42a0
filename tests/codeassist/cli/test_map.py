"""`codeassist map`."""

from __future__ import annotations

import json

from tests.codeassist.cli.conftest import lines


def test_map_respects_its_token_budget(indexed, run):
    small = run("map", "--tokens", "60", cwd=indexed).out
    large = run("map", cwd=indexed).out
    assert 0 < len(small) < len(large)
    assert "class Gateway" in large
    assert "shop/auth.py" in json.dumps(json.loads(run("map", "--json", cwd=indexed).out))
    assert run("map", "--under", "nowhere/", cwd=indexed).code == 1


def test_only_the_files_of_a_folder_are_shown(indexed, run):
    shown = run("map", "--under", "stock/", cwd=indexed).out
    assert "stock/inventory.go" in lines(shown)
    assert "Inventory" in shown
    assert "shop/" not in shown
    empty = run("map", "--under", "nowhere/", cwd=indexed)
    assert empty.err == "The index has no definitions under 'nowhere/'.\n"


def test_a_budget_that_is_too_small_is_refused(indexed, run):
    assert run("map", "--tokens", "10", cwd=indexed).code == 2


def test_paths_are_valid_from_the_current_folder(indexed, run):
    for command in (["map"], ["symbols", "Gateway"], ["callers", "hash_password"], ["search", "Gateway", "-n", "0"]):
        for line in lines(run(*command, cwd=indexed / "stock").out):
            place = line.split()[0]
            if "/" in place:
                assert place.startswith("../"), line


def test_the_picture_names_entry_points_and_folders(shop, run):
    (shop / "pyproject.toml").write_text('[project]\nname = "shop"\n[project.scripts]\nshop = "shop.payments:checkout"\n')
    (shop / "shop/__init__.py").write_text('"""Everything that is sold. And more."""\n')
    run("index", "-q", cwd=shop)
    shown = lines(run("map", cwd=shop).out)
    assert shown[:2] == ["Entry points", "  shop/payments.py  command shop"]
    assert any(line.startswith("  shop/  ") and line.endswith("Everything that is sold.") for line in shown)
    assert any("def Gateway.charge(self" in line for line in shown)
    value = json.loads(run("map", "--json", cwd=shop).out)
    assert value["entry_points"] == [{"path": "shop/payments.py", "reason": "command shop"}]
    assert (value["folders"][0]["path"], value["folders"][0]["files"]) == ("shop", 3)


def test_a_folder_is_described_by_the_prose_of_its_readme(shop, run):
    readme = "<h1>Web</h1>\n\n```\nnpm install the whole web of the shop\n```\n\nThe pages of [the shop](https://host.example). More.\n"
    (shop / "shop/web/README.md").write_text(readme)
    run("index", "-q", cwd=shop)
    assert any(line.endswith("The pages of the shop.") for line in lines(run("map", "-t", "3000", cwd=shop).out))


def test_folders_of_tests_and_documentation_are_named(shop, run):
    (shop / "docs").mkdir()
    for name in ("index", "usage"):
        (shop / f"docs/{name}.md").write_text(f"# {name}\n\nHow the shop is used.\n")
    (shop / "tests").mkdir(exist_ok=True)
    (shop / "tests/test_more.py").write_text("def test_more():\n    assert 1 + 1 == 2\n")
    run("index", "-q", cwd=shop)
    shown = lines(run("map", "-t", "3000", cwd=shop).out)
    assert "  docs/  2 files  documentation" in shown
    assert any(line.startswith("  tests/  ") and line.endswith("  tests") for line in shown)


def test_folders_that_are_not_listed_are_counted(shop, run):
    for number in range(20):
        folder = shop / f"part{number}"
        folder.mkdir()
        (folder / "work.py").write_text(f"def work_{number}(order):\n    return order + {number}\n")
    run("index", "-q", cwd=shop)
    value = json.loads(run("map", "--json", "-t", "3000", cwd=shop).out)
    assert value["more_folders"] > 0
    assert f"  and {value['more_folders']} more" in lines(run("map", "-t", "3000", cwd=shop).out)


def test_the_entry_point_is_the_module_that_defines_the_function(shop, run):
    (shop / "pyproject.toml").write_text('[project]\nname = "shop"\n[project.scripts]\nshop = "shop:checkout"\n')
    (shop / "shop/__init__.py").write_text("from shop.payments import checkout\n")
    run("index", "-q", cwd=shop)
    value = json.loads(run("map", "--json", cwd=shop).out)
    assert value["entry_points"] == [{"path": "shop/payments.py", "reason": "command shop"}]


def test_the_underlined_title_of_a_docstring_says_nothing_of_a_folder(shop, run):
    (shop / "shop/__init__.py").write_text('"""\n    shop\n    ----\n\n    Everything that is sold.\n"""\n')
    run("index", "-q", cwd=shop)
    shown = lines(run("map", "-t", "3000", cwd=shop).out)
    assert any(line.startswith("  shop/  ") and line.endswith("  Everything that is sold.") for line in shown)
