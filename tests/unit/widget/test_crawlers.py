"""What search engines may read and what they may not, and what stands where nothing is."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from bot.content import load_content
from bot.settings import ROOT

CONTENT = load_content(ROOT)
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


async def entries(client):
    """Addresses of the sitemap, each with its alternates by language."""
    answer = await client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    return {
        url.find(f"{SITEMAP}loc").text: {
            link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")
        }
        for url in ET.fromstring(answer.content)  # noqa: S314 - our own answer
    }


async def test_the_sitemap_names_every_public_page_in_each_language(make_client):
    async with make_client(public_url="https://help.example/") as client:
        found = await entries(client)
    for page in (
        *map("topics/{}".format, CONTENT.playbooks),
        *map("faq/{}".format, CONTENT.faq.questions),
    ):
        place = f"https://help.example/{page}"
        assert found[f"{place}?lang=zh"] == found[f"{place}?lang=en"]
        assert found[f"{place}?lang=zh"] == {
            "zh-Hans": f"{place}?lang=zh",
            "en": f"{place}?lang=en",
            "x-default": place,
        }


async def test_the_sitemap_agrees_with_what_a_page_says_of_itself(make_client):
    async with make_client(public_url="https://help.example") as client:
        found = await entries(client)
        html = (await client.get("/topics/tx_failed?lang=en")).text
    canonical = re.search('<link rel="canonical" href="([^"]+)">', html)[1]
    told = re.findall('<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html)
    assert found[canonical] == dict(told)


async def test_every_page_of_the_sitemap_is_there_and_may_be_kept(client):
    places = [place.removeprefix("http://support.example") for place in await entries(client)]
    for place in [one for one in places if not one.startswith(("/faq/", "/status"))]:
        answer = await client.get(place)
        assert answer.status_code == 200
        assert "noindex" not in answer.text + answer.headers.get("x-robots-tag", "")


@pytest.mark.parametrize("private", ["/desk", "/api", "/search"])
async def test_what_is_private_is_in_no_sitemap_and_forbidden(client, private):
    rules = (await client.get("/robots.txt")).text
    assert f"\nDisallow: {private}" in rules
    assert not any(private in place for place in await entries(client))


async def test_robots_are_told_where_the_sitemap_is_and_may_read_the_rest(make_client):
    async with make_client(public_url="https://help.example") as client:
        rules = (await client.get("/robots.txt")).text
    assert rules.endswith("\nSitemap: https://help.example/sitemap.xml\n")
    assert "Disallow: /\n" not in rules
    assert "Disallow: /faq" not in rules


@pytest.mark.parametrize(
    "accept", [None, "*/*", "text/html,application/xhtml+xml", "text/html, application/json"]
)
async def test_an_address_that_is_not_there_is_a_page_for_people(client, accept):
    client.headers.pop("accept")
    answer = await client.get("/nothing/here?lang=en", headers={"accept": accept} if accept else {})
    assert answer.status_code == 404
    assert "This page is not here" in answer.text
    assert 'content="noindex"' in answer.text


async def test_what_was_pasted_behind_our_address_is_not_repeated(client):
    page = (await client.get("/legal%20winner%20thank?lang=en")).text
    assert "This page is not here" in page
    assert "winner" not in page
    assert 'href="/?lang=zh"' in page


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/nothing/here", "application/json"),
        ("/nothing/here", "application/problem+json"),
        ("/api/v1/nothing", "text/html"),
        ("/desk/nothing", "text/html"),
    ],
)
async def test_a_program_gets_no_page(client, path, accept):
    answer = await client.get(path, headers={"accept": accept})
    assert answer.status_code == 404
    assert "json" in answer.headers["content-type"]


async def test_other_methods_and_addresses_stay_what_they_were(client):
    assert (await client.post("/nothing/here")).status_code == 404
    assert (await client.post("/faq")).status_code == 405
    assert (await client.get("/apis")).headers["content-type"].startswith("text/html")
    assert (await client.get("/faq")).status_code == 200
