"""The page: a text is checked against the code."""

from __future__ import annotations

import pytest

pytest.importorskip("selenium")

from tests.codeassist.http.page.conftest import HOSTILE

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of selenium's connection to the driver


def test_a_text_is_checked_and_what_is_wrong_stands_first(page):
    page.open("check")
    page.wait("#text").send_keys(f"`authenticate` is in shop/auth.py. `no_such_function()` is in shop/nowhere.py. {HOSTILE}")
    page.wait("form button.primary").click()
    page.wait(".claims h3", "Wrong or not there")
    assert "shop/nowhere.py" in page.wait(".claims .finding.error-level", "shop/nowhere.py").text
    page.wait(".claims summary", "Found").click()
    assert "authenticate" in page.wait("details .claim", "authenticate").text
    page.wait("details .claim .path").click()
    page.wait("#panel", "auth.py")
    assert not page.all("main img, main script")


def test_an_empty_answer_is_said_and_another_section_stops_it(page):
    page.open("check")
    page.wait("#text").send_keys("Nothing of the kind.")
    page.wait("form button.primary").click()
    page.wait("main .quiet", "names nothing that can be checked")
    page.driver.execute_script("location.hash = '#search'")
    page.wait("#query")
