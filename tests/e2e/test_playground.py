"""The assistant in a Teams client: Microsoft's Agents Playground, in a real browser."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.servers import ROOT

CARD = "application/vnd.microsoft.card.adaptive"
GROUP_CHAT = "School safeguarding team"
PERSONAL_CHAT = "personal-chat"
"""As .m365agentsplayground.yml names them."""

CHILD = "y3 boy flinches when u go near him and has a mark on his cheek shape of a hand"
ADULT = "my neighbour 84 her nephew has her bank card and shes got no food in"
BOTH = "gran 84 with dementia looks after 2 kids of 3 and 5, they are filthy and hungry"

BUTTONS_OF_AN_EARLIER_VERSION = (
    ("Action.Execute", {"kind": "concern.ask_2025"}),
    ("Action.Execute", {"kind": "guidance.show", "guidance": "no_longer_there"}),
    ("Action.Submit", {"kind": "concern.ask_2025"}),
)
"""A kind and an answer that are gone. Teams sends the press of an Execute as an invoke, of a Submit as a message."""


class TeamsClient:
    """What a person does in the Playground."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        page.goto(address)
        expect(page.get_by_label("Send Message")).to_be_visible()
        expect(self.cards.first).to_be_visible()

    def opens(self, chat: str) -> None:
        self.page.get_by_label(chat).first.click()
        expect(self.cards).to_have_count(1)

    def types(self, text: str, *, mention: bool = False) -> Locator:
        """Send a message, naming the assistant where it has to be named; gives the card that answers it."""
        before = self.cards.count()
        self.sends(text, mention=mention)
        expect(self.cards.nth(before)).to_be_visible()  # a message that was owed may follow
        return self.cards.last

    def sends(self, text: str, *, mention: bool = False) -> None:
        box = self.page.locator("[contenteditable=true]").first
        box.click()
        if mention:
            box.press_sequentially("@")
            self.page.get_by_role("menuitem", name="Safeguarding Assistant").click()
        box.press_sequentially(text)
        self.page.get_by_label("Send Message").click()

    def was_sent_before(self, action: str, message: dict[str, str]) -> Locator:
        """Put a card of an earlier version into the personal chat, the way that version did; gives its button."""
        button = {"type": action, "title": "It is about a child", "verb": message["kind"], "data": {"message": message}}
        body = [{"type": "TextBlock", "text": "Who is it about?"}]
        card = {"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": [button]}
        sent = {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}
        posted = f"{self.address}/_connector/v3/conversations/{PERSONAL_CHAT}/activities"
        assert self.page.request.post(posted, data=sent).status == 201
        return self.page.get_by_role("button", name="It is about a child")

    def searches(self, words: str) -> None:
        """Look something up from the message box, by the command that the app's manifest declares."""
        manifest = json.loads((ROOT / "appmanifest" / "manifest.json").read_text("utf-8"))
        command = manifest["composeExtensions"][0]["commands"][0]
        self.page.get_by_role("button", name="Trigger Message Extension App").click()
        self.page.get_by_role("menuitem", name="Search Command").click()
        self.page.get_by_role("button", name="Specify Command ID or Parameter").click()
        self.page.get_by_placeholder("Command ID").fill(command["id"])
        self.page.get_by_placeholder("Parameter name").fill(command["parameters"][0]["name"])
        self.page.get_by_placeholder("Enter a search term").fill(words)

    def found(self, title: str) -> Locator:
        return self.page.get_by_role("heading", name=title, exact=True)

    def puts(self, title: str) -> Locator:
        """Put what was found into the message and send it; gives its card in the chat."""
        before = self.cards.count()
        self.found(title).click()
        written = self.page.locator("[contenteditable=true]").first.locator(".ac-adaptiveCard")
        expect(written).to_have_count(1)
        self.page.get_by_label("Send Message").click()
        expect(written).to_have_count(0)
        expect(self.cards).to_have_count(before + 1)
        return self.cards.last

    @property
    def cards(self) -> Locator:
        return self.page.locator(".ac-adaptiveCard")


@pytest.fixture
def teams(browser: Browser, client: str) -> Iterator[TeamsClient]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield TeamsClient(context.new_page(), client)
    context.close()


def test_who_installs_it_is_welcomed_and_told_what_it_is_for(teams: TeamsClient) -> None:
    expect(teams.cards.last).to_contain_text("I tell you who to ring")
    expect(teams.cards.last).to_contain_text("I make no referral and keep no record.")
    expect(teams.cards.last.get_by_role("button", name="I am worried about a child", exact=True)).to_be_visible()


def test_a_child_concern_out_of_hours_shows_the_number_where_the_chat_stands(teams: TeamsClient) -> None:
    card = teams.types(CHILD)
    expect(card).to_contain_text("In danger now? Ring 999.")
    expect(card).to_contain_text("Harrow MASH is shut now. Ring the Emergency Duty Team.")
    ring = card.get_by_text("Ring now: Emergency Duty Team")
    expect(ring).to_be_in_viewport()
    expect(ring.get_by_role("link")).to_have_attribute("href", "tel:02084240999")


def test_an_adult_concern_leaves_somebody_to_ring(teams: TeamsClient) -> None:
    card = teams.types(ADULT)
    expect(card).to_contain_text("Harrow Safeguarding Adults Team is probably shut now.")
    expect(card).not_to_contain_text("Harrow MASH is shut now.")
    ring = card.get_by_text("Ring now: Emergency Duty Team")
    expect(ring).to_be_in_viewport()
    expect(ring.get_by_role("link")).to_have_attribute("href", "tel:02084240999")


def test_a_child_and_an_adult_get_both_front_doors(teams: TeamsClient) -> None:
    card = teams.types(BOTH)
    expect(card).to_contain_text("Harrow MASH is shut now.")
    expect(card).to_contain_text("Harrow Safeguarding Adults Team is probably shut now.")
    expect(card.get_by_text("Ring now: Emergency Duty Team")).to_be_in_viewport()


def test_the_writers_own_crisis_gets_crisis_help(teams: TeamsClient) -> None:
    card = teams.types("i want to kill myself")
    expect(card).to_contain_text("Samaritans")
    expect(card).to_contain_text("You deserve help too.")
    expect(card.get_by_text("Ring now: Emergency services")).to_be_in_viewport()


def test_a_think_whole_family_button_changes_the_card(teams: TeamsClient) -> None:
    card = teams.types(CHILD)
    expect(card).not_to_contain_text("020 8736 6153 (not confirmed)")
    card.get_by_role("button", name="Yes, an adult there may need help").click()
    expect(teams.cards.last).to_contain_text("020 8736 6153 (not confirmed)")
    expect(teams.cards.last).to_contain_text("Harrow Safeguarding Adults Team")


def test_what_can_wait_is_folded_away_and_one_tap_shows_it(teams: TeamsClient) -> None:
    card = teams.types(CHILD)
    source = card.get_by_text("Not yet confirmed by the service").first
    expect(source).to_be_hidden()
    card.get_by_role("button", name="What happens next").click()
    expect(source).to_be_visible()


def test_a_button_of_an_earlier_version_says_its_card_is_out_of_date(teams: TeamsClient) -> None:
    """Each card comes in by the Playground's connector, as an earlier version sent it; each press is a real one."""
    for action, message in BUTTONS_OF_AN_EARLIER_VERSION:
        teams.was_sent_before(action, message).click()
        expect(teams.cards.last).to_contain_text("That card is out of date.")
        expect(teams.cards.last.get_by_text("In danger now? Ring 999.")).to_be_in_viewport()
        teams.cards.last.get_by_role("button", name="Start again").click()
        expect(teams.cards.last).to_contain_text("What are you worried about?")


def test_a_group_chat_is_told_to_write_in_private_and_nothing_else(teams: TeamsClient) -> None:
    teams.opens(GROUP_CHAT)
    card = teams.types(CHILD, mention=True)
    expect(card).to_contain_text("Write to me in private")
    expect(card).to_contain_text("020 8901 2690")
    expect(card).not_to_contain_text("Physical abuse")


def test_the_message_box_finds_services_guidance_and_topics(teams: TeamsClient) -> None:
    """By the Playground's own message extension. It reads no manifest: what that declares is filled in by hand."""
    teams.searches("neglect")
    expect(teams.found("Self-neglect panel")).to_be_visible()
    expect(teams.found("What do I do about self-neglect, hoarding or refused help?")).to_be_visible()
    expect(teams.found("Neglect of a child")).to_be_visible()


def test_a_card_from_the_message_box_goes_into_a_group_chat_dated_and_with_nothing_to_press(teams: TeamsClient) -> None:
    teams.opens(GROUP_CHAT)
    teams.searches("golden number")
    card = teams.puts("Harrow MASH")
    expect(card).to_contain_text("In danger now? Ring 999.")
    expect(card).to_contain_text("As it stood on Fri 27 Nov 2026, 6.40 pm.")
    expect(card.get_by_text("Ring now: Emergency Duty Team")).to_be_in_viewport()
    expect(card.get_by_role("button")).to_have_text(["Show: Sources"])
