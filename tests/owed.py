"""Messages that tests owe: what is in UNWANTED, by its name, has been settled otherwise in this process."""

from typing import ClassVar

from dialogs.notices import Told, tells
from knowledge.notices import Notice, Priority, notice
from knowledge.unit_of_work import UnitOfWork

UNWANTED: set[str] = set()


@notice
class Reminder(Notice):
    kind = "test.reminder"
    priority = Priority.DEADLINE
    is_bundled: ClassVar[bool] = False
    name: str

    @property
    def subject(self) -> str:
        return self.name

    async def is_wanted(self, work: UnitOfWork) -> bool:
        return self.name not in UNWANTED


@notice
class Escalation(Reminder):
    kind = "test.escalation"
    priority = Priority.ESCALATION


@notice
class Idle(Reminder):
    kind = "test.idle"
    priority = Priority.INFORMATION


@notice
class Once(Reminder):
    """Held, where it may have arrived."""

    kind = "test.once"
    is_repeated = False


@notice
class Tip(Idle):
    """Bundled, and never repeated."""

    kind = "test.tip"
    is_bundled = True
    is_repeated = False


async def _told(notice: Reminder, work: UnitOfWork) -> Told:
    return Told(f"Message {notice.name}")


for _kind in (Reminder, Escalation, Idle, Once, Tip):
    tells(_kind)(_told)
