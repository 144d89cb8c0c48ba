"""Settings: right names, secret files, and errors that never show a token."""

from pathlib import Path

import pytest

from bot.settings import Mistake, load

TOKEN = "xoxb-very-secret"


def test_a_minimal_environment_is_enough() -> None:
    settings = load({"SLACK_BOT_TOKEN": TOKEN})
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.database_url == "sqlite+aiosqlite:///switchboard.db"
    assert settings.command == "/dial"
    assert settings.providers.vozagent is None


def test_a_provider_is_on_when_its_key_is_there() -> None:
    settings = load(
        {
            "SLACK_BOT_TOKEN": TOKEN,
            "SWITCHBOARD_PROVIDERS__VOZAGENT__API_KEY": "gw_1",
            "SWITCHBOARD_PROVIDERS__VOZAGENT__AGENTS": '{"Priya": {"id": "a1", "language": "Hi"}}',
        }
    )
    assert settings.providers.vozagent is not None
    assert settings.providers.vozagent.agents["Priya"].id == "a1"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("SWITCHBOARD_COMAND", "SWITCHBOARD_COMMAND"), ("SWITCHBOARD_ADMIN", "SWITCHBOARD_ADMINS")],
)
def test_an_unknown_name_is_an_error_that_offers_the_right_one(wrong: str, right: str) -> None:
    with pytest.raises(Mistake, match=f"Did you mean {right}"):
        load({"SLACK_BOT_TOKEN": TOKEN, wrong: "x"})


def test_an_unknown_provider_is_an_error() -> None:
    with pytest.raises(Mistake, match="VOZAGEMT"):
        load({"SLACK_BOT_TOKEN": TOKEN, "SWITCHBOARD_PROVIDERS__VOZAGEMT__API_KEY": "gw_1"})


def test_secrets_come_from_files_too(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    settings = load({"SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")})
    assert settings.bot_token.get_secret_value() == TOKEN
    with pytest.raises(Mistake, match="can't read"):
        load({"SLACK_BOT_TOKEN_FILE": str(tmp_path / "missing")})


def test_mistakes_name_the_setting_and_never_the_value() -> None:
    with pytest.raises(Mistake) as mistake:
        load(
            {
                "SLACK_BOT_TOKEN": TOKEN,
                "SWITCHBOARD_COMMAND": "no slash hush-hush",
                "SWITCHBOARD_PROVIDERS__VOZAGENT__API_KEY": "gw hush-hush with spaces",
            }
        )
    assert "SWITCHBOARD_COMMAND" in str(mistake.value)
    assert "VOZAGENT__API_KEY" in str(mistake.value)
    assert "hush-hush" not in str(mistake.value)
    assert TOKEN not in str(mistake.value)


def test_a_missing_token_is_named() -> None:
    with pytest.raises(Mistake, match="SLACK_BOT_TOKEN"):
        load({})
