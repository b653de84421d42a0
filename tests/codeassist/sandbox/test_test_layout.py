"""Where a project's tests are: beside its modules, in a folder of each package, in one folder at the top."""

from __future__ import annotations

import pytest

from codeassist.sandbox.target import find_target
from codeassist.sandbox.test_layout import TestLayout
from codeassist.sandbox.test_layout import test_file as file_for
from tests.conftest import write

CODE = "def f():\n    pass\n"
TEST = "def test_a():\n    pass\n"


def test_the_test_file_of_another_module_is_not_reused(tmp_path):
    files = {
        "a/__init__.py": "",
        "b/__init__.py": "",
        "a/utils.py": "def f():\n    pass\n",
        "b/utils.py": "",
        "tests/test_utils.py": "from b.utils import g\n",
    }
    root = write(tmp_path, files)
    assert file_for(find_target(str(root / "a/utils.py"), root)) == root / "tests/test_a_utils.py"


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ({}, "tests/test_text.py"),
        ({"test/__init__.py": ""}, "test/test_text.py"),
        ({"checks/x.txt": "", "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['checks']\n"}, "checks/test_text.py"),
        (
            {"checks/x.txt": "", "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = 'checks more'\n"},
            "checks/test_text.py",
        ),
        ({"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['../outside', 3, '.']\n"}, "tests/test_text.py"),
        ({"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = 3\n"}, "tests/test_text.py"),
        ({"pyproject.toml": "not TOML", "tests/x.txt": ""}, "tests/test_text.py"),
        ({"tests/sub/x.txt": ""}, "tests/sub/test_text.py"),
        ({"other/test_text.py": "from words.sub import text\n"}, "other/test_text.py"),
        ({"tests/test_text.py": ""}, "tests/test_text.py"),
        ({".venv/tests/test_text.py": "import words.sub.text"}, "tests/test_text.py"),
        ({"tests/test_text.py": "from elsewhere import text\n"}, "tests/test_sub_text.py"),
        (
            {"words/tests/smoke.py": "import unittest\nclass A(unittest.TestCase):\n    def test_a(self):\n        pass\n"},
            "words/tests/test_text.py",
        ),
        ({"words/tests/a_test.py": TEST, "words/tests/b_test.py": TEST}, "words/tests/text_test.py"),
        ({"words/tests/text_test.py": "from words.sub.text import f\n"}, "words/tests/text_test.py"),
        ({"words/tests/test_text.py": "from ..sub.text import f\n"}, "words/tests/test_text.py"),
        ({"words/sub/test_other.py": TEST}, "words/sub/test_text.py"),
        ({"words/sub/tests/test_other.py": TEST, "tests/test_all.py": TEST}, "words/sub/tests/test_text.py"),
        ({"words/tests/sub/x.txt": "", "words/tests/test_all.py": TEST}, "words/tests/sub/test_text.py"),
        (
            {"words/__init__.py": "", "words/other/__init__.py": "", "words/other/tests/test_o.py": TEST},
            "words/sub/tests/test_text.py",
        ),
        ({"checks/a.txt": "", "specs/test_a.py": TEST, "specs/test_b.py": TEST}, "specs/test_text.py"),
        ({"words/tests/unit/test_a.py": TEST}, "words/tests/unit/test_text.py"),
        ({"tests/unit/sub/test_a.py": TEST}, "tests/unit/sub/test_text.py"),
        ({"tests/words/sub/test_a.py": TEST}, "tests/words/sub/test_text.py"),
        ({"test_top.py": TEST}, "test_text.py"),
        ({"tests/data/helper.py": "X = 1\n", "venv/lib/tests/test_v.py": TEST}, "tests/test_text.py"),
    ],
)
def test_the_test_file_of_a_module(tmp_path, existing, expected):
    files = {"words/__init__.py": "", "words/sub/__init__.py": "", "words/sub/text.py": CODE}
    root = write(tmp_path, files | existing)
    assert file_for(find_target(str(root / "words/sub/text.py"), root)) == root / expected


def test_the_test_files_of_a_project(tmp_path):
    files = {
        "pkg/tests/__init__.py": "",
        "pkg/tests/__main__.py": "import unittest\n",
        "pkg/tests/helpers.py": "def setup_logger():\n    pass\n",
        "pkg/tests/smoke.py": "import unittest\n\n\nclass SmokeTest(unittest.TestCase):\n    def test_a(self):\n        pass\n",
        "pkg/latest.py": CODE,
        "pkg/vendor/test_theirs.py": TEST,
        "tests/conftest.py": "",
        "tests/deep/check_test.py": TEST,
    }
    root = write(tmp_path, files)
    assert [p.relative_to(root).as_posix() for p in TestLayout(root).files] == [
        "pkg/tests/smoke.py",
        "tests/deep/check_test.py",
    ]


CASE = "import unittest\n\n\nclass A(unittest.TestCase):\n    def test_a(self):\n        pass\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"tests/test_a.py": CASE}, True),
        ({"pkg/tests/smoke.py": CASE, "pyproject.toml": "[project]\nname = 'x'\n"}, True),
        ({"tests/test_a.py": CASE, "tests/test_b.py": TEST}, False),
        ({"tests/test_a.py": CASE, "pyproject.toml": "[tool.pytest.ini_options]\n"}, False),
        ({"tests/test_a.py": CASE, "requirements-dev.txt": "pytest>=7\n"}, False),
        ({"tests/test_a.py": "import pytest\n" + CASE}, False),
        ({"pkg/a.py": CODE}, False),
    ],
)
def test_a_project_with_tests_of_unittest_only_is_known(tmp_path, files, expected):
    assert TestLayout(write(tmp_path, files)).only_unittest is expected
