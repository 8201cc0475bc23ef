"""bot/web/pages/manifest.py: what installing asks for, and that every icon is there."""

from __future__ import annotations

import struct

import pytest

from nlu.contract import LANGS, Lang
from tests.web.door import Site


@pytest.mark.parametrize("lang", LANGS)
def test_a_browser_can_install_the_room(site: Site, lang: Lang) -> None:
    visitor = site.visitor(lang="en")
    answer = visitor.get(f"/manifest.webmanifest?lang={lang}")
    assert answer.headers["content-type"] == "application/manifest+json"
    told = answer.json()
    assert (told["name"], told["lang"], told["display"], told["start_url"]) == ("Vis-à-vis", lang, "standalone", "/")
    assert ("simulé" in told["description"]) is (lang == "fr")
    assert {"192x192", "512x512", "any"} == {icon["sizes"] for icon in told["icons"]}
    for icon in told["icons"]:
        drawn = visitor.get(icon["src"])
        assert drawn.status_code == 200 and drawn.headers["content-type"].startswith(icon["type"])
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", drawn.content[16:24])
            assert icon["sizes"] == f"{width}x{height}"


def test_a_language_we_do_not_speak(site: Site) -> None:
    assert site.visitor(lang="fr").get("/manifest.webmanifest?lang=xx").json()["lang"] == "fr"


def test_every_page_names_it(site: Site) -> None:
    assert '<link rel="manifest" href="/manifest.webmanifest?lang=en">' in site.visitor().get("/login").text
