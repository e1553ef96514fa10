"""What every button shares: it is a class, with a name on the wire, and carries ids or a token."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

Token = Annotated[str, Field(min_length=16, max_length=64)]
"""Leave to do one thing once; what it is about is read from the records at the click."""


class Message(BaseModel):
    """The base of every button. `kind` is its name on the wire (noun.verb) and is never used for anything else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    may_tell_of_somebody: ClassVar[bool] = True
    """Whether what is filled into its form is read as a worry first."""
    stores_findings: ClassVar[bool] = False
    """What is filled in may name what happens to people, as the words of a course do: only danger makes it a worry."""


def kind_of(message: Message) -> str:
    """The name of a button on the wire."""
    return str(type(message).model_fields["kind"].default)
