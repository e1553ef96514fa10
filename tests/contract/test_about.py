"""The pages that the app package names: there for everybody, in production too, and true."""

import re
from dataclasses import replace

import pytest

from dialogs import about
from dialogs.reply import Reply, as_text
from knowledge import safe_default
from knowledge.readability import reading_age
from tests.contract.test_guard import PRODUCTION, in_production
from tests.fakes import visiting

PATHS = ("/", "/about", "/privacy", "/terms")
NOTICES = (about.about(), about.privacy(), about.terms())


@pytest.mark.parametrize("path", PATHS)
async def test_in_production_without_the_page_every_notice_is_there_with_999_and_the_doors(path: str) -> None:
    client = await in_production(replace(PRODUCTION, serves_page=False))
    shown = await client.get(path)
    assert shown.status == 200
    text = await shown.text()
    for words in ("Ring 999", safe_default.MASH, *safe_default.ADULTS, safe_default.EMERGENCY_DUTY_TEAM):
        assert words in text
    await client.close()


async def test_without_the_page_nothing_can_be_asked_there() -> None:
    client = await in_production(replace(PRODUCTION, serves_page=False))
    assert "<form" not in await (await client.get("/")).text()
    assert (await client.post("/", data={"text": "worried"})).status == 405
    await client.close()


async def test_the_notices_need_no_content() -> None:
    async with visiting(None) as visitor:
        assert [(await visitor.get(path)).status for path in PATHS] == [200] * len(PATHS)


async def test_the_notices_lead_to_one_another_and_nowhere_else() -> None:
    async with visiting(None) as visitor:
        text = await (await visitor.get("/privacy")).text()
    links = re.findall(r'href="([^"]+)"', text)
    assert {link for link in links if not link.startswith("tel:")} == {"/style.css", "/about", "/privacy", "/terms"}


@pytest.mark.parametrize("said", NOTICES)
def test_a_notice_says_that_it_is_a_draft_and_is_easy_to_read(said: Reply) -> None:
    text = as_text(said)
    assert "draft" in text
    assert reading_age(text.splitlines()) <= 14


@pytest.mark.parametrize(
    "words",
    [
        "makes no referral",
        "In danger now, ring 999",
        "15 minutes",
        "keeps no details of people at risk",
        "Your name, your e-mail",
    ],
)
def test_the_notices_say_what_must_be_said(words: str) -> None:
    assert words in "\n".join(map(as_text, NOTICES))
