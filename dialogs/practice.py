"""From learning to practice in a chat: commitments, a manager's view, and what changed after a review."""

from collections.abc import Callable, Sequence
from uuid import UUID

from dialogs.cards.practice import commitments_card, loop_card, steps_card, views_card
from dialogs.errand import SOMEBODY, Command, Errand, Visit
from dialogs.feedback_buttons import GiveView, MakeCommitment
from dialogs.free_text import kept
from dialogs.message import Message
from dialogs.reply import Paragraph, Reply
from knowledge.errors import Refusal
from knowledge.training.bookings import by

LONGEST = 400
_CODE = r"(?P<code>(?=[a-z]*[0-9-])[a-z0-9][a-z0-9-]{1,19})"
_ONE_PLAN = r"(?P<plan>[a-z0-9][a-z0-9._-]{0,38})"
_PLAN = r"(?P<plan>[a-z0-9][a-z0-9._-]{0,38})(?P<action>/[a-z0-9._-]{1,18})?"


class NothingWritten(Refusal):
    """Nothing is written there, so nothing was kept."""


def _said(words: str) -> Reply:
    return Reply((Paragraph(words),), summary="Training")


def _written(words: str) -> str:
    """Raises NothingWritten, HoldsDetails."""
    if not words.strip():
        raise NothingWritten
    return kept(words)[:LONGEST]


# Commitments


def commit(date: UUID) -> Errand:
    """Keep what was filled in under “I will”."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.practice.commit(visit.person, date, _written(visit.turn.filled.get("commitment", "")))
        return await mine()(visit)

    return errand


def commit_to(code: str, words: str) -> Errand:
    async def errand(visit: Visit) -> Reply:
        date = await visit.work.catalogue.date_with_code(code)
        await visit.work.practice.commit(visit.person, date.id, _written(words))
        return await mine()(visit)

    return errand


def mine() -> Errand:
    """What the writer said they would do, and what managers wrote about them."""

    async def errand(visit: Visit) -> Reply:
        practice = visit.work.practice
        views = await practice.views_on(visit.person.id)
        names = await visit.work.actions.names(*(view.manager_id for view in views))
        return commitments_card(await practice.commitments_of(visit.person.id), views, names)

    return errand


def take_back(number: str) -> Errand:
    async def errand(visit: Visit) -> Reply:
        await visit.work.practice.take_back(visit.person, int(number))
        await visit.work.session.flush()
        return await mine()(visit)

    return errand


# A line manager's view


def ask_manager(email: str, code: str) -> Errand:
    """Ask one's manager, who is told who asks."""

    async def errand(visit: Visit) -> Reply:
        manager = await visit.work.people.identified_by(email)
        date = await visit.work.catalogue.date_with_code(code)
        await visit.work.practice.ask_manager(visit.person, date.id, manager)
        name = manager.display_name or "Your manager"
        told = f"{name} is asked what changed in your practice since {date.course.title}. It is named: "
        return _said(f"{told}you and the learning leads read it, and it has nothing to do with your answers.")

    return errand


def give_view(view: UUID) -> Errand:
    async def errand(visit: Visit) -> Reply:
        await visit.work.practice.give_view(visit.person, view, _written(visit.turn.filled.get("view", "")))
        return _said("Thank you. Your colleague and the learning leads can read it, with your name.")

    return errand


def view_of(code: str, person: str, words: str) -> Errand:
    """The same by typing."""

    async def errand(visit: Visit) -> Reply:
        work = visit.work
        delegate = await work.people.identified_by(person)
        asked = await work.practice.view_asked(visit.person, (await work.catalogue.date_with_code(code)).id, delegate)
        await work.practice.give_view(visit.person, asked.id, _written(words))
        return _said("Thank you. Your colleague and the learning leads can read it, with your name.")

    return errand


def views() -> Errand:
    """What managers wrote. For learning leads."""

    async def errand(visit: Visit) -> Reply:
        told = await visit.work.practice.views(by(visit.person))
        ids = [id for view in told for id in (view.person_id, view.manager_id)]
        return views_card(told, await visit.work.actions.names(*ids))

    return errand


# The learning loop


def serves(does: bool) -> Callable[..., Errand]:
    """A course serves a plan or one of its actions; or does so no longer."""

    def of(code: str, plan: str, action: str) -> Errand:
        async def errand(visit: Visit) -> Reply:
            work = visit.work
            course, found = await work.catalogue.with_code(code), await work.plans.named(plan)
            one = await work.actions.named(f"{plan}{action}") if action else None
            act = work.practice.serve if does else work.practice.serve_no_longer
            await act(course, found, one, by(visit.person))
            what = one.reference if one else found.reference
            verb = "serves" if does else "no longer serves"
            return _said(f"{course.code} {verb} {what}. To see what changed, type “what changed after {plan}?”.")

        return errand

    return of


def changed_after(plan: str) -> Errand:
    async def errand(visit: Visit) -> Reply:
        found = await visit.work.plans.named(plan)
        return loop_card(await visit.work.practice.changed_after(found, by(visit.person)))

    return errand


def comes_next(words: str) -> Errand:
    """A line of the report to the Boards. For learning leads."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.practice.plan_next(_written(words), visit.person, by(visit.person))
        await visit.work.session.flush()
        return steps_card(await visit.work.practice.next_steps(by(visit.person)))

    return errand


def what_comes_next() -> Errand:
    """The lines that stand in the report to the Boards. For learning leads."""

    async def errand(visit: Visit) -> Reply:
        return steps_card(await visit.work.practice.next_steps(by(visit.person)))

    return errand


def drop_next(number: str) -> Errand:
    async def errand(visit: Visit) -> Reply:
        await visit.work.practice.drop_next(int(number), by(visit.person))
        await visit.work.session.flush()
        return steps_card(await visit.work.practice.next_steps(by(visit.person)))

    return errand


def pressed(click: Message) -> Errand | None:
    match click:
        case MakeCommitment(date=id):
            return commit(id)
        case GiveView(view=id):
            return give_view(id)
        case _:
            return None


def commands() -> Sequence[Command]:
    """What can be typed; all of a message has to be it."""
    return (
        Command(rf"commitment (?:for |from )?{_CODE}: ?(?P<words>.+)", commit_to, ("words",), longest=LONGEST + 80),
        Command(r"(?:my |show )?commitments", mine),
        Command(r"delete commitment (?P<number>\d{1,3})", take_back),
        Command(rf"ask my manager (?P<email>{SOMEBODY}) about {_CODE}", ask_manager),
        Command(
            rf"view (?:on )?{_CODE} of (?P<person>{SOMEBODY}): ?(?P<words>.+)",
            view_of,
            ("words",),
            longest=LONGEST + 80,
        ),
        Command(r"(?:managers'? views|views of managers)", views),
        Command(rf"{_CODE} serves {_PLAN}", serves(True)),
        Command(rf"{_CODE} no longer serves {_PLAN}", serves(False)),
        Command(
            r"what (?:has )?changed after (?:review |audit |plan )?(?P<plan>[a-z0-9][a-z0-9._-]{0,38})", changed_after
        ),
        Command(r"(?:show )?what comes next", what_comes_next),
        Command(r"delete (?:what comes next|next step) (?P<number>\d{1,3})", drop_next),
        Command(r"what comes next: ?(?P<words>.+)", comes_next, ("words",), stores_findings=True, longest=LONGEST + 80),
    )
