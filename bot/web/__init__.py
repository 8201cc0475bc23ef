"""The web door: server-rendered pages for agents and team leads."""
