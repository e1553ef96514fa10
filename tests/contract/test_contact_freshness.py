"""Every service at +1, +91, +121 and +400 days: what the card shows, who is asked, and what leads see."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from bot.jobs import ask_keepers
from dialogs.cards.contact import KNOWN_TO_ALL
from dialogs.cards.contacts import state, table_card
from dialogs.cards.guidance import service_card
from dialogs.contact_notices import MOST_NAMED
from dialogs.notices import words
from dialogs.reply import as_text
from knowledge import live
from knowledge.audit import COMMAND_LINE, Actor
from knowledge.clock import LONDON, day_in_words
from knowledge.database import Database
from knowledge.dispatch import Dispatch
from knowledge.edits import all_still_right
from knowledge.freshness import Freshness, freshness
from knowledge.keepers import NotAContentOwner, nudge_day
from knowledge.library import Library
from knowledge.models import Person, ServiceKeeper
from knowledge.models.people import Via
from knowledge.models.sending import ConversationKind
from knowledge.overlay import with_facts
from knowledge.ownership import owned_by
from knowledge.parcels import Rate
from knowledge.roles import CONTENT_OWNER, LEARNING_LEAD, Held, Reason
from knowledge.unit_of_work import UnitOfWork
from tests.builders import library

START = library().wording.collected_on
DAYS = (1, 91, 121, 400)
TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
IDS = sorted(library().services)


@pytest.fixture(autouse=True)
def content() -> Iterator[None]:
    live.show(library())
    yield
    live.show(None)


def on(days: int, hour: int = 10) -> datetime:
    return datetime.combine(START + timedelta(days=days), time(hour), LONDON)


def confirmed() -> Library:
    """As it is where every owner confirmed on the first day."""
    services = {id: with_facts(s, all_still_right(s, START)) for id, s in library().services.items()}
    return replace(library(), services=services, release=library())


@dataclass(frozen=True)
class Expected:
    """`asked`: days after the start on which its keepers were to be asked last."""

    fresh: Freshness
    asked: int | None


UNCONFIRMED = {
    1: Expected(Freshness.UNCONFIRMED, 0),
    91: Expected(Freshness.UNCONFIRMED, 84),
    121: Expected(Freshness.STALE, 121),  # to be looked at by day 92; asked on day 93 and every week
    400: Expected(Freshness.STALE, 394),
}
CONFIRMED = {
    1: Expected(Freshness.CONFIRMED, None),
    91: Expected(Freshness.STALE, 91),  # confirmed for 90 days
    121: Expected(Freshness.STALE, 119),
    400: Expected(Freshness.STALE, 399),
}


def expected(id: str, held: Library, days: int) -> Expected:
    """The tables above; what is only partly confirmed (rivals, or nothing to confirm) is still unconfirmed, 999 is
    never stale."""
    service = held.services[id]
    every = bool(service.facts) and all(fact.verified_on for fact in service.facts)
    table = CONFIRMED if held.release else UNCONFIRMED
    if id == "police_999":
        again = 90 + (days - 90) // 14 * 14 if days > 90 else None
        asked = again if every else days - days % 14
        return Expected(Freshness.CONFIRMED if every else Freshness.UNCONFIRMED, asked)
    if table[days].fresh is Freshness.CONFIRMED and not every:
        return Expected(Freshness.UNCONFIRMED, days - days % 14)
    return table[days]


@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("held", [library, confirmed], ids=["unconfirmed", "confirmed"])
def test_how_fresh_each_service_is_and_when_it_is_asked_about(held: Any, days: int) -> None:
    content, today = held(), on(days).date()
    for id in IDS:
        service, wanted = content.services[id], expected(id, content, days)
        assert freshness(service, today) is wanted.fresh, id
        asked = nudge_day(service, START, today)
        assert (asked - START).days == wanted.asked if asked else wanted.asked is None, (id, asked)


@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("id", IDS)
def test_what_the_card_and_the_leads_table_show(id: str, days: int) -> None:
    service, at = library().services[id], on(days)
    card = as_text(service_card([service], library(), at))
    row = next(line for line in as_text(table_card(library(), {}, at.date(), {})).splitlines() if f"{id})" in line)
    is_stale = UNCONFIRMED[days].fresh is Freshness.STALE and id != "police_999"
    since = f"ot checked since {day_in_words(START)}"
    assert (since in card) == (is_stale and bool(service.facts or service.fallback)), card
    assert (since in row) == is_stale
    assert ("Not confirmed. Collected on 22 November 2026." in row) != is_stale
    assert all(phone.value in card for phone in service.phones), "stale content is still shown"
    if service.phones and not is_stale:
        is_known = {phone.value for phone in service.phones} <= KNOWN_TO_ALL
        assert ("Not yet confirmed by the service" in card) != is_known


@pytest.mark.parametrize("days", DAYS)
def test_stale_content_has_its_fallback_first_where_that_was_checked(days: int) -> None:
    fresh = with_facts(library().services["adults_safeguarding"], {"review_by": f"{on(days).date()}"})
    held = replace(library(), services={**library().services, fresh.id: fresh})
    card = as_text(service_card([held.services["dols"]], held, on(days)))
    led = "Harrow DoLS was not checked since 22 November 2026. Ring "
    assert (led in card) == (days > 92)
    if days > 92:
        assert card.index(led) < card.index("Safeguarding Adults Team: 020") < card.index("Harrow DoLS: 020 8736 6153")


def test_the_state_in_words() -> None:
    mash = confirmed().services["mash"]
    assert state(mash, confirmed(), START) == (
        "Confirmed on 22 November 2026. To be looked at again by 20 February 2027."
    )


# Who is asked


class Office:
    def __init__(self, database: Database) -> None:
        self.database, self.now = database, on(1)

    async def does(self, job: Any) -> Any:
        async with self.database.work(lambda: self.now) as work:
            return await job(work)

    async def person(self, name: str, *roles: Held) -> Person:
        async def met(work: UnitOfWork) -> Person:
            person = await work.people.met(TENANT, name, name.title())
            url = "https://smba.trafficmanager.net/uk/"
            await work.references.heard_from(person, f"chat-{name}", url, ConversationKind.PERSONAL)
            for role in roles:
                await work.grants.grant(person, role, COMMAND_LINE, Reason.APPOINTED)
            return person

        person: Person = await self.does(met)
        return person

    async def keeps(self, part: str, person: Person) -> None:
        await self.does(lambda work: work.keepers.name("mash", part, person, library(), COMMAND_LINE))

    async def asked(self, kind: str = "contact.check") -> list[str]:
        async def due(work: UnitOfWork) -> list[str]:
            rows = await work.outbox.due_by(self.now)
            return sorted(person.display_name for row, person in rows if row.kind == kind)

        await self.does(ask_keepers)
        names: list[str] = await self.does(due)
        return names


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


ASKED = {
    "unconfirmed": {1: "Ann", 91: "Ann and Ben", 121: "Ann and Ben", 400: "Ann and Ben"},
    "confirmed": {1: "", 91: "Ann", 121: "Ann and Ben", 400: "Ann and Ben"},
}
"""The owner first; the deputy too, two weeks after the owner was asked in vain."""


@pytest.mark.parametrize("held", ["unconfirmed", "confirmed"])
async def test_who_is_asked_about_each_service(office: Office, held: str) -> None:
    ann, ben = await office.person("ann", CONTENT_OWNER), await office.person("ben", CONTENT_OWNER)

    async def kept(work: UnitOfWork) -> None:
        for id in IDS:
            work.session.add(ServiceKeeper(service=id, owner=ann.id, deputy=ben.id))
            if held == "confirmed":
                facts = all_still_right(library().services[id], START)
                await work.contacts.confirm(id, facts, library(), Actor(Via.CHAT, ann.id))

    async def asked(work: UnitOfWork) -> dict[str, str]:
        names: dict[str, list[str]] = {id: [] for id in IDS}
        for row, person in await work.outbox.due_by(office.now):
            if row.kind == "contact.check" and row.created_at == office.now:
                names[row.payload["service"]].append(person.display_name)
        return {id: " and ".join(sorted(each)) for id, each in names.items()}

    office.now = on(0)
    await office.does(kept)
    partly = {id for id in IDS if freshness(confirmed().services[id], START) is Freshness.UNCONFIRMED}
    assert 0 < len(partly) < len(IDS)
    for days in DAYS:
        office.now = on(days)
        await office.does(ask_keepers)
        table = {id: ASKED["unconfirmed" if days == 1 and id in partly else held][days] for id in IDS}
        assert await office.does(asked) == table, f"on day {days}"


async def test_the_owner_is_asked_at_once_and_the_deputy_once_that_was_in_vain(office: Office) -> None:
    ann, ben = await office.person("ann", CONTENT_OWNER), await office.person("ben", CONTENT_OWNER)
    await office.keeps("owner", ann)
    await office.keeps("deputy", ben)
    assert await office.asked() == ["Ann"]
    assert await office.asked() == ["Ann"], "the same is owed once"
    office.now = on(14)
    assert await office.asked() == ["Ann", "Ann", "Ben"]


async def test_where_the_owner_left_the_deputy_is_asked_and_the_administrators_know_what_was_theirs(
    office: Office,
) -> None:
    ann, ben = await office.person("ann", CONTENT_OWNER), await office.person("ben", CONTENT_OWNER)
    await office.keeps("owner", ann)
    await office.keeps("deputy", ben)

    async def leaves(work: UnitOfWork) -> list[str]:
        return [f"{owned.noun} {owned.words}" for owned in await owned_by(work.session, ann.id)]

    assert "contact mash" in await office.does(leaves)

    async def left(work: UnitOfWork) -> None:
        await work.people.mark_as_left(await work.people.get(ann.id), COMMAND_LINE)

    await office.does(left)
    office.now = on(15)
    assert "Ben" in await office.asked()


async def test_contacts_that_nobody_keeps_are_told_to_leads_once_a_week(office: Office) -> None:
    await office.person("lea", LEARNING_LEAD)
    assert await office.asked("contact.without_keeper") == ["Lea"]
    office.now = on(2)
    assert await office.asked("contact.without_keeper") == ["Lea"]
    office.now = on(9)
    assert await office.asked("contact.without_keeper") == ["Lea", "Lea"]


async def test_a_lead_reads_the_first_few_by_name_and_how_many_more(office: Office) -> None:
    await office.person("lea", LEARNING_LEAD)
    await office.asked("contact.without_keeper")

    async def told(work: UnitOfWork) -> str:
        (parcel,) = await Dispatch(work, Rate(per_second=1_000.0, between=timedelta())).claim(4)
        return as_text(await words(work, parcel))

    text = await office.does(told)
    assert text.count("\n- ") == MOST_NAMED + 1
    assert f"and {len(library().services) - MOST_NAMED} more" in text
    assert "adults_safeguarding" not in text


async def test_only_a_content_owner_can_keep_a_contact(office: Office) -> None:
    eve = await office.person("eve")
    with pytest.raises(NotAContentOwner, match="Eve is not a content owner"):
        await office.keeps("owner", eve)


async def test_what_is_sent_has_the_facts_of_today_and_three_buttons_and_nothing_in_its_notification(
    office: Office,
) -> None:
    await office.keeps("owner", await office.person("ann", CONTENT_OWNER))

    async def told(work: UnitOfWork) -> Any:
        (parcel,) = await Dispatch(work, Rate(per_second=1_000.0, between=timedelta())).claim(4)
        only = [each for each in parcel.notices if each.kind == "contact.check"]
        return await words(work, replace(parcel, notices=tuple(only)))

    reply = await office.does(told)
    assert reply.summary == "A contact to keep true"
    assert [button.label for button in reply.buttons] == ["Still right", "Changed to...", "Not mine"]
    assert "Harrow MASH: 020 8901 2690" in as_text(reply)
    assert "Not confirmed. Collected on 22 November 2026." in as_text(reply)


async def test_once_confirmed_nothing_is_sent_any_more(office: Office) -> None:
    ann = await office.person("ann", CONTENT_OWNER)
    await office.keeps("owner", ann)

    async def confirms(work: UnitOfWork) -> None:
        facts = all_still_right(library().services["mash"], on(1).date())
        await work.contacts.confirm("mash", facts, library(), Actor(Via.CHAT, ann.id))

    await office.does(confirms)

    async def claimed(work: UnitOfWork) -> list[str]:
        parcels = await Dispatch(work, Rate(per_second=1_000.0, between=timedelta())).claim(4)
        return [told.kind for parcel in parcels for told in parcel.notices]

    assert "contact.check" not in await office.does(claimed)


def test_a_date_before_the_content_was_collected_asks_nobody() -> None:
    assert nudge_day(library().services["mash"], START, date(2026, 1, 1)) is None
