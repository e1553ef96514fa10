"""The page: what a browser sends and is shown. 999 first, nothing typed comes back, nothing is kept."""

from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData

from dialogs.conversation import Conversation
from dialogs.reply import Reply
from dialogs.turn import Turn
from knowledge import safe_default
from tests.builders import conversation
from tests.fakes import Visitor, visiting

CANARY = "Zebulonquist"
UNCLEAR = "I am worried about someone"
QUESTION = "What are you worried about?"
OUT_OF_DATE = "That card is out of date."


class Failing(Conversation):
    def reply(self, turn: Turn) -> Reply:
        raise ValueError(turn.text)


class Seen(HTMLParser):
    """What a page shows and how: its words in the order of the HTML, and its tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self.words.clear()
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return "\n".join(self.words)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]

    def hidden(self, name: str) -> list[str]:
        return [tag["value"] or "" for tag in self.all("input") if tag["name"] == name]


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with visiting(conversation()) as visitor:
        yield visitor


async def seen(response: ClientResponse) -> Seen:
    return Seen(await response.text())


def shows_both_doors(page: Seen) -> bool:
    return safe_default.MASH in page.text and all(number in page.text for number in safe_default.ADULTS)


async def asked(visitor: Visitor, **form: str) -> Seen:
    response = await visitor.post("/", data=form)
    assert response.status == 200
    return await seen(response)


async def test_the_fixed_999_line_is_the_first_thing_on_every_page(visitor: Visitor) -> None:
    question = await seen(await visitor.get("/"))
    answer = await asked(visitor, text="A child told me his dad hits him")
    unclear = await asked(visitor, text=UNCLEAR)
    off_topic = await asked(visitor, text="What is the weather tomorrow")
    for page in (question, answer, unclear, off_topic):
        assert page.words[0] == safe_default.DANGER
        assert page.text.count(safe_default.DANGER) == 1


async def test_a_worry_is_answered_with_who_to_ring(visitor: Visitor) -> None:
    page = await asked(visitor, text="A child told me his dad hits him")
    assert "tel:02089012690" in [link["href"] for link in page.all("a")]


async def test_every_form_posts_and_none_offers_what_was_typed_before(visitor: Visitor) -> None:
    for page in (await seen(await visitor.get("/")), await asked(visitor, text=UNCLEAR)):
        assert page.all("form")
        assert {form["method"] for form in page.all("form")} == {"post"}
        (ask,) = [form for form in page.all("form") if form.get("class") == "ask"]
        assert ask["autocomplete"] == "off"
        assert [box["autocomplete"] for box in page.all("textarea")] == ["off"]


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", "/", {}),
        ("HEAD", "/", {}),
        ("POST", "/", {"data": {"text": UNCLEAR}}),
        ("POST", "/", {"data": {"text": ""}}),
        ("POST", "/", {"data": {"text": "x" * 100_000}}),
        ("GET", "/", {"headers": {"Expect": "the-unexpected"}}),
        ("PUT", "/", {}),
        ("GET", "/nothing-here", {}),
        ("GET", "/style.css", {}),
        ("GET", "/healthz", {}),
        ("GET", "/api/messages", {}),
        ("POST", "/api/messages", {"data": b"not json"}),
        ("POST", "/api/messages", {"json": {"type": "typing"}}),
    ],
)
async def test_no_response_may_be_kept_by_a_browser(
    visitor: Visitor, method: str, path: str, sent: dict[str, Any]
) -> None:
    response = await visitor.request(method, path, **sent)
    assert response.headers.get("Cache-Control") == "no-store"


async def test_a_page_that_failed_may_not_be_kept_either() -> None:
    content = conversation()
    async with visiting(Failing(content.library, content.reader)) as visitor:
        response = await visitor.post("/", data={"text": UNCLEAR})
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "text",
    [
        f"{CANARY} told me his dad hits him",
        f"I am worried about {CANARY}",
        f"What is the weather in {CANARY}",
        f"book me on the {CANARY} course",
        f"I want to die. {CANARY}",
        f"<script>alert('{CANARY}')</script>",
        f'"><img src=x onerror={CANARY}>',
        f"{{{{ {CANARY} }}}}",
        CANARY * 10_000,
    ],
)
@pytest.mark.parametrize("fails", [False, True])
async def test_nothing_typed_comes_back_in_a_page_or_a_header(text: str, fails: bool) -> None:
    content = conversation()
    async with visiting(Failing(content.library, content.reader) if fails else content) as visitor:
        response = await visitor.post("/", data={"text": text}, allow_redirects=False)
        assert CANARY not in await response.text()
        assert CANARY not in str(response.headers)
        assert "Location" not in response.headers
        assert "Set-Cookie" not in response.headers


async def test_what_was_typed_before_does_not_come_back_with_the_next_message(visitor: Visitor) -> None:
    first = await asked(visitor, text=f"{CANARY} told me his dad hits him")
    second = await asked(visitor, text="he has a bruise as well", conversation=first.hidden("conversation")[0])
    assert CANARY not in second.html


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/nothing-here", {}, 404),
        ("POST", "/nothing-here", {"data": {"text": "x"}}, 404),
        ("PUT", "/", {}, 405),
        ("DELETE", "/style.css", {}, 405),
        ("POST", "/", {"data": {"text": "x" * 100_000}}, 413),
    ],
)
async def test_an_error_page_shows_999_and_both_doors(
    visitor: Visitor, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    response = await visitor.request(method, path, **sent)
    page = await seen(response)
    assert response.status == status
    assert page.words[0] == safe_default.DANGER
    assert shows_both_doors(page)


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param(FORM, b"text=\xff\xfe", id="not UTF-8"),
        pytest.param(FORM, b"text=%ff%ed%a0%80", id="not UTF-8, quoted"),
        pytest.param(f"{FORM}; charset=no-such-charset", b"text=a", id="unknown charset"),
        pytest.param("multipart/form-data", b"text=a", id="parts without a boundary"),
        pytest.param("multipart/form-data; boundary=x", b"text=a", id="parts that are not there"),
        pytest.param("application/json", b'{"text": "a"}', id="JSON"),
        pytest.param("text/plain", b"text=a", id="plain text"),
    ],
)
async def test_a_form_that_cannot_be_read_is_not_a_fault_of_ours(
    visitor: Visitor, content_type: str, body: bytes
) -> None:
    response = await visitor.post("/", data=body, headers={"Content-Type": content_type})
    page = await seen(response)
    assert response.status < 500
    assert page.words[0] == safe_default.DANGER
    assert shows_both_doors(page)


def part(headers: str, content: str = "her dad hits her \\ud800") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="text"\r\n{headers}\r\n\r\n{content}\r\n--x--\r\n'.encode()


CHARSETS = "unicode_escape raw_unicode_escape utf-7 utf-16 utf-32 idna punycode hex base64 rot13 zlib undefined".split()
PARTS = [
    *(f"Content-Type: text/plain; charset={charset}" for charset in CHARSETS),
    "Content-Transfer-Encoding: nope",
    "Content-Transfer-Encoding: base64",
    "Content-Encoding: gzip",
    "Content-Encoding: nope",
    "Content-Type: multipart/mixed; boundary=y",
    "Content-Type: multipart/mixed",
    "Content-Length: many",
]


@pytest.mark.parametrize("escaped", ["text=a%5Cud800", "text=%2B2AA-", "text=%5Cx", "text=+2AA-", "text=%D8%00"])
@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_form_in_any_charset_is_not_a_fault_of_ours(visitor: Visitor, charset: str, escaped: str) -> None:
    kind = f"{FORM}; charset={charset}"
    response = await visitor.post("/", data=escaped.encode(), headers={"Content-Type": kind})
    assert response.status in (200, 400, 413)
    assert shows_both_doors(await seen(response))


@pytest.mark.parametrize("headers", PARTS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_form_in_parts_of_any_kind_is_not_a_fault_of_ours(visitor: Visitor, headers: str) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    response = await visitor.post("/", data=part(headers), headers=kind)
    assert response.status in (200, 400)
    assert shows_both_doors(await seen(response))


async def test_a_file_in_the_place_of_words_is_no_words(visitor: Visitor) -> None:
    form = FormData()
    form.add_field("text", b"her dad hits her", filename=CANARY)
    response = await visitor.post("/", data=form)
    assert response.status == 200
    assert QUESTION in (await seen(response)).text


async def test_a_form_that_says_it_is_packed_and_is_not_still_shows_999(visitor: Visitor) -> None:
    response = await visitor.post("/", data=b"text=a", headers={"Content-Type": FORM, "Content-Encoding": "gzip"})
    assert response.status < 500
    assert (await seen(response)).words[0] == safe_default.DANGER


async def test_no_page_runs_a_script(visitor: Visitor) -> None:
    for page in (
        await seen(await visitor.get("/")),
        await asked(visitor, text=UNCLEAR),
        await asked(visitor, text="a", conversation='"><script>alert(1)</script>'),
        await seen(await visitor.get("/nothing-here")),
    ):
        assert page.all("script") == []
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    policy = (await visitor.get("/")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


async def test_a_button_on_the_page_works(visitor: Visitor) -> None:
    page = await asked(visitor, text=UNCLEAR)
    assert "Who are you worried about?" in page.text
    answer = await asked(visitor, message=page.hidden("message")[0], conversation=page.hidden("conversation")[0])
    assert "Who are you worried about?" not in answer.text
    assert "What kind of worry is it?" in answer.text


async def test_the_number_of_a_button_can_be_typed(visitor: Visitor) -> None:
    page = await asked(visitor, text=UNCLEAR)
    answer = await asked(visitor, text="1", conversation=page.hidden("conversation")[0])
    assert "What kind of worry is it?" in answer.text


async def test_another_visitor_does_not_answer_my_question(visitor: Visitor) -> None:
    await asked(visitor, text=UNCLEAR, conversation="mine")
    stranger = await asked(visitor, text="3", conversation="somebody-else")
    me = await asked(visitor, text="3", conversation="mine")
    async with visiting(conversation()) as empty:
        assert stranger.text == (await asked(empty, text="3")).text
    assert stranger.text != me.text


@pytest.mark.parametrize(
    "forged",
    [
        "nonsense",
        "[]",
        "NaN",
        "null",
        "1" * 6_000,
        "[" * 6_000,
        '{"kind": "\\ud800"}',
        '{"kind": "tickets.close"}',
        '{"kind": "concern.show"}',
        '{"kind": "concern.show", "subject": "child", "urgency": "soonish"}',
        '{"kind": "concern.show", "subject": "child", "urgency": "today", "topics": ["../etc"]}',
        f'{{"kind": "concern.show", "subject": "child", "urgency": "today", "text": "{CANARY}"}}',
    ],
)
async def test_a_forged_button_is_told_to_be_out_of_date(visitor: Visitor, forged: str) -> None:
    page = await asked(visitor, message=forged)
    assert OUT_OF_DATE in page.text
    assert page.words[0] == safe_default.DANGER
    assert CANARY not in page.html


@pytest.mark.parametrize("form", [{}, {"text": ""}, {"text": " \n\t "}, {"text": "", "message": ""}])
async def test_an_empty_text_is_asked_again(visitor: Visitor, form: dict[str, str]) -> None:
    page = await asked(visitor, **form)
    assert QUESTION in page.text
    assert "Who to contact" not in page.text


async def test_broken_content_gives_the_safe_default() -> None:
    async with visiting(None) as visitor:
        page = await asked(visitor, text="A child told me his dad hits him")
        assert safe_default.TROUBLE in page.text
        assert page.words[0] == safe_default.DANGER
        assert shows_both_doors(page)
        assert safe_default.EMERGENCY_DUTY_TEAM in page.text


async def test_a_failing_conversation_gives_the_safe_default() -> None:
    content = conversation()
    async with visiting(Failing(content.library, content.reader)) as visitor:
        page = await asked(visitor, text=CANARY)
        assert safe_default.TROUBLE in page.text
        assert shows_both_doors(page)


async def test_a_broken_clock_still_shows_999_and_both_doors() -> None:
    def stopped() -> Any:
        raise OverflowError("the clock has run out")

    async with visiting(conversation(), stopped) as visitor:
        page = await seen(await visitor.post("/", data={"text": CANARY}))
        assert page.words[0] == safe_default.DANGER
        assert shows_both_doors(page)
