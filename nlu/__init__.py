"""Perception: a reply in its context becomes an `Assessment`."""
