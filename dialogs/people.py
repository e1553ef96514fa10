"""People and roles in a chat: who am I, where I work, my quiet hours, who may do what, and granting and withdrawing."""

import re
from collections.abc import Sequence
from datetime import time
from uuid import UUID
from zoneinfo import available_timezones

from dialogs.cards.people import me_card, reached_in_words, roles_card
from dialogs.errand import Command, Errand, Visit
from dialogs.reply import Paragraph, Reply
from knowledge.audit import Actor
from knowledge.errors import Refusal
from knowledge.library import Library
from knowledge.models import Agency
from knowledge.models.people import KnownBy, Via
from knowledge.roles import ADMINISTRATOR, Held, Reason, held_from
from knowledge.scopes import as_written, resolved

_TIME = r"\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?"


class NotATime(Refusal):
    """{words} is no time of day. Write it like this: “quiet hours 6 pm to 9 am”. Nothing was changed."""


def who_am_i() -> Errand:
    """What is recorded about the writer: name, organisation, roles, how they are reached."""

    async def errand(visit: Visit) -> Reply:
        work, person = visit.work, visit.person
        agencies = await work.agencies.every()
        roles = as_written(await work.grants.held_by(person.id), agencies)
        return me_card(person, _of(person.agency_id, agencies), roles, agencies)

    return errand


def i_work_for(name: str) -> Errand:
    """Remember the writer's organisation, by its name."""

    async def errand(visit: Visit) -> Reply:
        agency = await visit.work.agencies.get(name)
        visit.work.people.belongs_to(visit.person, agency, KnownBy.ASKED)
        return _noted(agency)

    return errand


def chosen_agency(id: UUID) -> Errand:
    """Remember the organisation whose button was pressed; one that is gone changes nothing."""

    async def errand(visit: Visit) -> Reply:
        agency = _of(id, await visit.work.agencies.every())
        if agency is None:
            return await who_am_i()(visit)
        visit.work.people.belongs_to(visit.person, agency, KnownBy.ASKED)
        return _noted(agency)

    return errand


def _noted(agency: Agency) -> Reply:
    return Reply((Paragraph(f"Thank you. I have noted that you work for {agency.name}."),))


def keep_quiet(start: str, end: str, zone: str) -> Errand:
    """Say between which times nothing is sent to the writer."""

    async def errand(visit: Visit) -> Reply:
        zones = {each.casefold(): each for each in available_timezones()} if zone else {}
        named = zones.get(zone, zone) or visit.person.time_zone
        visit.work.people.keep_quiet(visit.person, _time(start), _time(end), named)
        return Reply((Paragraph(f"Thank you. {reached_in_words(visit.person)}"),))

    return errand


def _time(words: str) -> time:
    """Raises NotATime."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d\d))? ?(am|pm)?", words)
    hour, minute, half = (int(found[1]), int(found[2] or 0), found[3]) if found else (24, 0, "")
    if half and not 1 <= hour <= 12:
        raise NotATime(words=words)
    try:
        return time(hour % 12 + 12 * (half == "pm") if half else hour, minute)
    except ValueError:
        raise NotATime(words=words) from None


def who_may_do_what() -> Errand:
    """Everybody who holds a role. For administrators."""

    async def errand(visit: Visit) -> Reply:
        work = visit.work
        await work.grants.require(_actor(visit), ADMINISTRATOR)
        agencies, held = await work.agencies.every(), await work.grants.held_by_each()
        people = [person for person in await work.people.everyone() if person.id in held]
        return roles_card([(person, as_written(held[person.id], agencies)) for person in people])

    return errand


def change_role(verb: str, role: str, person: str, sub_groups: frozenset[str]) -> Errand:
    """Grant or withdraw a role. For administrators."""

    async def errand(visit: Visit) -> Reply:
        work, grants = visit.work, visit.work.grants
        await grants.require(_actor(visit), ADMINISTRATOR)
        held = await resolved(_held(role), work.agencies, sub_groups)
        chosen = await work.people.identified_by(person)
        if verb == "grant":
            await grants.grant(chosen, held, _actor(visit), Reason.APPOINTED)
            return Reply((Paragraph(f"{_name(chosen.display_name)} is now {held.role.in_words}. I tell them so."),))
        await grants.withdraw(chosen, held, _actor(visit), Reason.CHANGED_JOB)
        return Reply((Paragraph(f"{_name(chosen.display_name)} is no longer {held.role.in_words}. I tell them so."),))

    return errand


def commands(library: Library) -> Sequence[Command]:
    """What can be typed about people and roles."""
    sub_groups = frozenset(sub_group.id for sub_group in library.partnership.sub_groups)

    def changed(verb: str, role: str, person: str) -> Errand:
        return change_role(verb, role, person, sub_groups)

    role = r"(?P<role>[a-z_ ]+(?::[^@]+?)?)"
    return (
        Command(r"(?:who am i|my roles|my details|what do you know about me)", who_am_i),
        Command(r"i work (?:for|at) (?P<name>.{2,200})", i_work_for),
        Command(
            rf"(?:my )?quiet hours (?:are )?(?:from )?(?P<start>{_TIME}) ?(?:to|until|till|-) ?(?P<end>{_TIME})"
            r"(?: in (?P<zone>[a-z_+-]+(?:/[a-z_+-]+)*))?",
            keep_quiet,
        ),
        Command(r"(?:who has (?:which )?roles|list roles|roles)", who_may_do_what),
        Command(rf"(?P<verb>grant) {role} to (?P<person>\S+)", changed),
        Command(rf"(?P<verb>withdraw) {role} from (?P<person>\S+)", changed),
    )


def _held(words: str) -> Held:
    name, colon, scope = words.strip().partition(":")
    return held_from(f"{name.strip().replace(' ', '_')}{colon}{scope.strip()}")


def _of(agency_id: object, agencies: Sequence[Agency]) -> Agency | None:
    return next((agency for agency in agencies if agency.id == agency_id), None)


def _actor(visit: Visit) -> Actor:
    return Actor(Via.CHAT, visit.person.id)


def _name(display_name: str) -> str:
    return display_name or "This person"
