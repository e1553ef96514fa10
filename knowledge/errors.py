"""How the records say no: a Refusal is told as one sentence, and records that cannot be reached are told as such."""

from inspect import cleandoc


class _Told(Exception):
    """An exception whose docstring is what the person reads; `facts` fill its braces."""

    def __init__(self, **facts: object) -> None:
        super().__init__(*facts.values())
        self.facts = facts

    def __str__(self) -> str:
        return " ".join(cleandoc(type(self).__doc__ or "").split()).format(**self.facts)


class Refusal(_Told):
    """That cannot be done."""


class ChangedMeanwhile(Refusal):
    """Somebody else changed this at the same moment, so nothing was changed. Please look again."""


class RecordsAway(_Told):
    """Records cannot be reached just now, and nothing was changed. Please try again in a few minutes."""


class DatabaseAway(RecordsAway):
    """The database cannot be reached, and nothing was changed. Please try again in a few minutes."""


class DatabaseBusy(RecordsAway):
    """The database is busy with something else, and nothing was changed. Please try again in a minute."""


class DatabaseFull(RecordsAway):
    """The database has no room left, and nothing was changed. Please tell whoever looks after the assistant."""


class DatabaseUnreadable(RecordsAway):
    """The database cannot be read or written; nothing was changed. Please tell whoever looks after the assistant."""


class DatabaseNotReady(RecordsAway):
    """The database has not been set up for this release. Please run: safeguarding migrate"""


class DatabaseNewer(RecordsAway):
    """The database was written by a newer release of the assistant. Please install that release again."""
