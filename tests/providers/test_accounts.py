"""Settings of providers: which are on, and which are refused before anything is dialled."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.providers import Providers, open_all

KEY = {"api_key": "gw_secret"}
NEEDED: dict[str, dict[str, Any]] = {"voicy": {"from_number": "+12025550188"}}


def test_no_provider_is_on_by_default() -> None:
    assert open_all(Providers()) == {}


async def test_a_provider_is_on_when_its_settings_are_there() -> None:
    opened = open_all(Providers.model_validate({"vozagent": KEY}))
    assert {name: provider.label for name, provider in opened.items()} == {"vozagent": "VozAgent"}
    for provider in opened.values():
        await provider.aclose()


def test_the_register_names_each_provider_as_it_names_itself() -> None:
    every = {name: KEY | NEEDED.get(name, {}) for name in Providers.model_fields}
    assert list(open_all(Providers.model_validate(every))) == list(Providers.model_fields)


def test_the_usual_address_is_the_documented_one() -> None:
    settings = Providers.model_validate({"vozagent": KEY}).vozagent
    assert settings is not None
    assert settings.base_url == "https://api.vozagent.ai/v1"


def test_spaces_around_a_key_and_a_slash_after_an_address_do_not_matter() -> None:
    given = {"api_key": " gw_secret\n", "base_url": "https://example.com/v1/"}
    settings = Providers.model_validate({"vozagent": given}).vozagent
    assert settings is not None
    assert settings.api_key.get_secret_value() == "gw_secret"
    assert settings.base_url == "https://example.com/v1"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"api_key": ""},
        {"api_key": "gw_secret key"},
        {"api_key": "gw_secret\nX-Other: 1"},
        {"api_key": "gw_sécret"},
        KEY | {"base_url": "api.example.com/gw_secret"},
        KEY | {"base_url": "ftp://example.com/gw_secret"},
        KEY | {"base_url": "https://me:gw_secret@example.com"},
        KEY | {"base_url": "https://example.com/?key=gw_secret"},
        KEY | {"agents": {"Voz": {"language": "Hindi"}}},
        KEY | {"timeouts": {"answer": 0}},
        KEY | {"colour": "gw_secret"},
    ],
)
def test_wrong_settings_are_refused_without_repeating_them(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        Providers.model_validate({"vozagent": wrong})
    assert "secret" not in str(caught.value)
    assert "sécret" not in str(caught.value)


def test_a_provider_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="acme"):
        Providers.model_validate({"acme": KEY})


def test_a_key_is_not_shown_when_settings_are_printed() -> None:
    assert "gw_secret" not in repr(Providers.model_validate({"vozagent": KEY}))
