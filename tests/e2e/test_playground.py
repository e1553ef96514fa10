"""The assistant in a Teams client: Microsoft's Agents Playground, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

CHILD = "y3 boy flinches when u go near him and has a mark on his cheek shape of a hand"
ADULT = "my neighbour 84 her nephew has her bank card and shes got no food in"


class TeamsClient:
    """What a person does in the Playground."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(address)
        expect(page.get_by_label("Send Message")).to_be_visible()
        expect(self.cards).to_have_count(1)

    def opens(self, chat: str) -> None:
        self.page.get_by_label(chat).first.click()
        expect(self.cards).to_have_count(1)

    def types(self, text: str, *, mention: bool = False) -> Locator:
        """Send a message, naming the assistant where it has to be named; gives the card that answers it."""
        before = self.cards.count()
        box = self.page.locator("[contenteditable=true]").first
        box.click()
        if mention:
            box.press_sequentially("@")
            self.page.get_by_role("menuitem", name="Safeguarding Assistant").click()
        box.press_sequentially(text)
        self.page.get_by_label("Send Message").click()
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


def test_the_writers_own_crisis_gets_crisis_help(teams: TeamsClient) -> None:
    card = teams.types("i want to kill myself")
    expect(card).to_contain_text("Samaritans")
    expect(card).to_contain_text("You deserve help too.")
    expect(card.get_by_text("Ring now: Emergency services")).to_be_in_viewport()


def test_a_child_and_an_adult_get_both_front_doors(teams: TeamsClient) -> None:
    card = teams.types("gran 84 with dementia looks after 2 kids of 3 and 5, they are filthy and hungry")
    expect(card).to_contain_text("Harrow MASH")
    expect(card).to_contain_text("Harrow Safeguarding Adults Team")


def test_a_child_concern_out_of_hours_shows_the_number_where_the_chat_stands(teams: TeamsClient) -> None:
    card = teams.types(CHILD)
    expect(card).to_contain_text("In danger now? Ring 999.")
    ring = card.get_by_text("Ring now: Emergency Duty Team")
    expect(ring).to_be_in_viewport()
    expect(ring.get_by_role("link")).to_have_attribute("href", "tel:02084240999")


def test_an_adult_concern_leaves_somebody_to_ring(teams: TeamsClient) -> None:
    expect(teams.types(ADULT)).to_contain_text("Emergency Duty Team")


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


def test_a_group_chat_is_told_to_write_in_private_and_nothing_else(teams: TeamsClient) -> None:
    teams.opens("School safeguarding team")
    card = teams.types(CHILD, mention=True)
    expect(card).to_contain_text("Write to me in private")
    expect(card).to_contain_text("020 8901 2690")
    expect(card).not_to_contain_text("Physical abuse")
