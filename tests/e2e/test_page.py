"""The page in a real browser: 320 pixels wide, without JavaScript."""

from playwright.sync_api import Locator, Page, expect

CHILD = "y3 boy flinches when u go near him and has a mark on his cheek shape of a hand"
ADULT = "my neighbour 84 her nephew has her bank card and shes got no food in"


def ask(page: Page, address: str, text: str) -> None:
    page.goto(f"{address}/")
    page.get_by_label("What are you worried about?").fill(text)
    page.get_by_role("button", name="Show me who to ring").click()


def size(element: Locator) -> int:
    return int(element.evaluate("e => parseInt(getComputedStyle(e).fontSize)"))


def test_the_number_to_ring_now_is_in_sight_without_scrolling(page: Page, address: str) -> None:
    ask(page, address, CHILD)
    number = page.get_by_role("link", name="020 8424 0999").first
    expect(number).to_be_in_viewport()
    expect(number).to_have_attribute("href", "tel:02084240999")
    assert size(number) == max(size(link) for link in page.get_by_role("link").all())


def test_an_adult_concern_leaves_somebody_to_ring(page: Page, address: str) -> None:
    ask(page, address, ADULT)
    expect(page.locator(".number").first).to_have_text("020 8424 0999")


def test_nothing_typed_is_in_the_address_or_on_the_page(page: Page, address: str) -> None:
    ask(page, address, f"{CHILD} marked-text-4711")
    assert page.url == f"{address}/"
    assert "marked-text-4711" not in page.content()
    assert "shape of a hand" not in page.content()


def test_a_think_whole_family_button_adds_the_other_route(page: Page, address: str) -> None:
    ask(page, address, CHILD)
    page.get_by_role("button", name="Yes, an adult there may need help").click()
    expect(page.get_by_text("020 8736 6153").first).to_be_visible()


def test_nothing_is_wider_than_the_screen(page: Page, address: str) -> None:
    ask(page, address, CHILD)
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1]


def test_the_page_is_used_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave this page quickly")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type(CHILD)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Who to ring now")).to_be_visible()


def test_the_fixed_line_is_first_on_every_page(page: Page, address: str) -> None:
    for path in ("/", "/no-such-page"):
        page.goto(address + path)
        assert page.locator("body").inner_text().startswith("In danger now? Ring 999.")


def test_two_messages_on_one_page_are_one_conversation(page: Page, address: str) -> None:
    ask(page, address, "a girl in my class has taken 20 paracetamol")
    page.get_by_label("Something to add").fill("she seems ok now, bit worried still")
    page.get_by_role("button", name="Show me who to ring").click()
    expect(page.locator(".number").first).to_have_text("999")
    page.get_by_role("link", name="Start again").click()
    page.get_by_label("What are you worried about?").fill("worried about an old man, his house is filthy")
    page.get_by_role("button", name="Show me who to ring").click()
    expect(page.locator(".number").first).to_have_text("020 8424 0999")
