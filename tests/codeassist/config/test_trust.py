"""What a repository's own file may not do until the user agrees."""

from __future__ import annotations

import pytest

from codeassist import config
from codeassist.config import trust
from codeassist.errors import ConfigError
from tests.codeassist.config.conftest import load


def test_a_project_model_applies_once_the_user_agrees(tmp_path):
    toml = "[model]\nname = 'openai:gpt-5-mini'\nbase_url = 'https://models.example.org/v1'\n"
    refused = load(tmp_path, toml).config
    assert (refused.model.name, refused.model.base_url) == ("none", "")
    assert "toml:2: this repository's configuration sends code to 'openai:gpt-5-mini'" in refused.refused["model.name"]
    trust.agree(config.user_file(), tmp_path, config.project_risks(tmp_path))
    assert load(tmp_path, toml).config.model.name == "openai:gpt-5-mini"
    assert load(
        tmp_path, toml.replace("models.example", "elsewhere.example")
    ).config.refused  # another address needs another agreement
    assert load(tmp_path, toml).config.model.name == "openai:gpt-5-mini"
    trust.agree(config.user_file(), tmp_path, None)
    assert load(tmp_path, toml).config.model.name == "none"


def test_a_project_file_cannot_redirect_the_users_own_model(tmp_path):
    toml = "[model]\nbase_url = 'https://elsewhere.example.org/v1'\n"
    loaded = load(tmp_path, toml, environment={"CODEASSIST_MODEL_NAME": "openai:gpt-5-mini"}).config
    assert (loaded.model.name, loaded.model.base_url) == ("openai:gpt-5-mini", "")
    assert "codeassist trust" in loaded.refused["model.base_url"]
    loaded = load(tmp_path, "[model]\ntrust_remote_code = true\n").config
    assert loaded.model.trust_remote_code is False
    assert "runs code that is shipped with a model" in loaded.refused["model.trust_remote_code"]


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000/v1", "http://localhost:1234/v1", "http://[::1]/v1"])
def test_a_model_on_this_machine_needs_no_agreement(tmp_path, base_url):
    toml = f"[model]\nname = 'openai:qwen'\nbase_url = '{base_url}'\n"
    assert load(tmp_path, toml).config.model.base_url == base_url


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:1", True),
        ("http://LOCALHOST", True),
        ("http://models.localhost/v1", True),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://user@127.0.0.1:x@example.org", False),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(url, loopback):
    assert trust.is_loopback(url) is loopback


@pytest.mark.parametrize(
    ("key", "value", "risk"),
    [
        ("model.name", "openai:gpt-5-mini", True),
        ("model.name", "local:org/tiny", False),
        ("model.name", "none", False),
        ("tasks.review.model", "anthropic:x", True),
        ("review.auditor", "openai:x", True),
        ("index.encoder", "openai:x", True),
        ("index.encoder", "static", False),
        ("index.encoder", "sentence-transformers/x", False),
        ("model.base_url", "https://models.example.org", True),
        ("model.base_url", "http://localhost:1", False),
        ("model.trust_remote_code", True, True),
        ("model.trust_remote_code", False, False),
        ("review.project_tools", True, True),
        ("privacy.mask_secrets", False, True),
        ("privacy.mask_secrets", True, False),
        ("model.price_input", 0.1, True),
        ("model.price_output", 0.0, False),
        ("search.results", 5, False),
    ],
)
def test_settings_that_need_agreement(key, value, risk):
    assert trust.risky({key: value}) == ({key: value} if risk else {})


@pytest.mark.parametrize(
    ("key", "mine", "theirs", "effective"),
    [
        ("privacy.never_send", None, ["a/", "!b/"], ["a/"]),
        ("privacy.never_send", ["b/"], ["!b/"], ["b/"]),
        ("model.max_cost", 0.5, 0.0, 0.5),
        ("model.max_cost", 0.5, 2.0, 0.5),
        ("model.max_cost", 0.5, 0.1, 0.1),
        ("model.max_cost", None, 0.1, 0.1),
        ("model.max_tokens", 100, 0, 100),
        ("privacy.mask_secrets", True, False, True),
        ("privacy.mask_secrets", None, False, False),
        ("search.results", 3, 9, 9),
    ],
)
def test_limits_only_become_stricter(key, mine, theirs, effective):
    assert trust.tightened(key, mine, theirs) == effective


def test_an_agreement_is_for_one_repository_and_can_be_withdrawn(tmp_path):
    user_file = tmp_path / "user" / "config.toml"
    one, other = tmp_path / "one", tmp_path / "other"
    trust.agree(user_file, one, {"model.name": "openai:x"})
    trust.agree(user_file, other, {"model.name": "openai:y"})
    assert trust.agreed(user_file, one) != trust.agreed(user_file, other)
    assert trust.agreed(user_file, tmp_path / "third") == ""
    trust.agree(user_file, one, None)
    assert trust.agreed(user_file, one) == ""
    assert trust.agreed(user_file, other)


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_damaged_record_of_agreements_agrees_to_nothing(tmp_path, text):
    (tmp_path / "trusted.json").write_text(text)
    assert trust.agreed(tmp_path / "config.toml", tmp_path) == ""
    with pytest.raises(ConfigError, match="Cannot store the decision in .*trusted.json"):
        trust.agree(tmp_path / "config.toml", tmp_path, {"model.name": "openai:x"})


def test_the_reason_for_a_refusal_names_the_line_and_the_effect(tmp_path):
    toml = "[privacy]\nmask_secrets = false\n[model]\ntrust_remote_code = true\nname = 'openai:x'\n"
    refused = load(tmp_path, toml).config.refused
    assert (
        f"{tmp_path / '.codeassist.toml'}:2: this repository's configuration turns off the masking"
        in refused["privacy.mask_secrets"]
    )
    assert ":4: this repository's configuration runs code that is shipped" in refused["model.trust_remote_code"]
    assert (
        ":5: this repository's configuration sends code to 'openai:x'; approve it with 'codeassist trust'"
        in refused["model.name"]
    )


def test_a_file_that_the_user_names_needs_no_agreement(tmp_path):
    (tmp_path / "other.toml").write_text("[model]\nname = 'openai:x'\n")
    loaded = config.load(tmp_path, {}, {}, project_file=tmp_path / "other.toml").config
    assert (loaded.model.name, loaded.refused) == ("openai:x", {})


def test_model_folders_of_a_repository_are_absolute_and_hub_names_stay(tmp_path):
    (tmp_path / "models").mkdir()
    toml = "[model]\nname = 'local:{}'\n"
    assert load(tmp_path, toml.format("models")).config.model.name == f"local:{tmp_path / 'models'}"
    assert load(tmp_path, toml.format("org/tiny")).config.model.name == "local:org/tiny"
