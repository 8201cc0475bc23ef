"""The app manifest asks for what the door uses, and no more."""

from __future__ import annotations

import yaml

from bot.settings import ROOT

MANIFEST = yaml.safe_load((ROOT / "slack" / "manifest.yml").read_text(encoding="utf-8"))


def test_scopes_are_minimal() -> None:
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert scopes == {"bot": ["app_mentions:read", "chat:write", "commands", "im:history", "users:read"]}


def test_everything_comes_to_one_address() -> None:
    settings = MANIFEST["settings"]
    addresses = {command["url"] for command in MANIFEST["features"]["slash_commands"]}
    addresses |= {settings["event_subscriptions"]["request_url"], settings["interactivity"]["request_url"]}
    assert len(addresses) == 1 and addresses.pop().endswith("/slack/events")


def test_the_door_hears_its_events() -> None:
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == ["app_mention", "message.im"]
    assert [command["command"] for command in MANIFEST["features"]["slash_commands"]] == ["/drill"]
    assert not MANIFEST["features"]["app_home"]["messages_tab_read_only_enabled"]
