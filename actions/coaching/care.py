"""When to look after the agent first: a drill can be as wearing as the real thing."""

from __future__ import annotations

from collections.abc import Collection

TOUGH = 2
"""A rating of one's own, 1–5, up to which a drill was hard to live."""


def needed(kinds: Collection[str], difficulty: str, ending: str | None, rating: int | None) -> bool:
    """Whether a minute to breathe and somebody to talk to are offered after a drill.

    `kinds` are those of the scenario, `rating` is the agent's own word on the drill (1–5), None until given.
    After verbal aggression nobody should be left alone with it, and support comes soon (INRS, dossier « Agression et
    violence externe », « En cas d'agression »). It is offered, never imposed: a compulsory debriefing does not help
    (Rose et al. 2002, Cochrane CD000560). What is offered is slow breathing, about six breaths a minute, which goes
    with more ease and less arousal, anxiety and anger (Zaccaro et al. 2018, Frontiers in Human Neuroscience 12:353).
    """
    lived = rating is not None and rating <= TOUGH
    return lived or difficulty == "hard" or "abusive" in kinds or ending == "hung_up"
