"""The address under which providers are to reach us."""

import pytest

from bot.calls.errors import NotAllowed
from bot.flows.accounts import checked


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://bot.example.com", "must begin with https://"),
        ("bot.example.com", "must begin with https://"),
        ("https://", "name a host"),
        ("https://[", "name a host"),
        ("https://u@bot.example.com", "no user name"),
        ("https://bot.example.com/?a=b", "question mark"),
        ("https://bot.example.com/#a", "or #"),
    ],
)
def test_an_address_that_others_could_read_or_nobody_reach_is_refused(url: str, why: str) -> None:
    with pytest.raises(NotAllowed, match=why) as refused:
        checked(url)
    assert "Nothing was registered" in refused.value.for_user


def test_a_good_address_keeps_its_path_and_loses_its_last_slash() -> None:
    assert checked(" https://bot.example.com/dial/ ") == "https://bot.example.com/dial"
