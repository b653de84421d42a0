"""Modules of Django projects: their settings are found and loaded, models get values for their fields."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests.django_project import django_settings, setup_lines
from codeassist.tasks.gen_tests.generate import generate
from codeassist.tasks.gen_tests.request import Engine, ModuleOptions
from tests.conftest import write

MANAGE = "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n"
SETTINGS = """
SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.contenttypes", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""
MODELS = """
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=20)
    price = models.IntegerField(default=0)

    def label(self):
        if self.price > 100:
            return self.name + " (dear)"
        return self.name
"""
PROJECT = {
    "manage.py": MANAGE,
    "conf/__init__.py": "",
    "conf/settings.py": SETTINGS,
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
}


@pytest.mark.parametrize(
    ("files", "settings", "lines"),
    [
        ({}, "conf.settings", True),
        ({"pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = conf.settings\n"}, "conf.settings", False),
        ({"conftest.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'conf.settings'\n"}, "conf.settings", False),
        ({"manage.py": "print(1)\n"}, "", False),
    ],
)
def test_settings_are_those_of_manage_py(tmp_path, files, settings, lines):
    root = write(tmp_path, PROJECT | files)
    target = find_target(str(root / "shop" / "models.py"), root)
    assert django_settings(target) == settings
    assert bool(setup_lines(target)) == lines


def test_models_are_tested_without_a_database(tmp_path, interpreter):
    pytest.importorskip("django")
    root = write(tmp_path, PROJECT)
    target = find_target(str(root / "shop" / "models.py"), root)
    result = generate(target, interpreter, None, ModuleOptions(45, engine=Engine.SEARCH))
    assert " (dear)" in result.text, (result.trouble, result.dropped)
    assert "price=" in result.text
    path = write(root, {"tests/test_models.py": result.text}) / "tests" / "test_models.py"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
