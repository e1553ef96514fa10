"""The base of what a button says, and its name on the wire."""

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """The base of every button. `kind` is its name on the wire (noun.verb) and is never used for anything else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def kind_of(message: Message) -> str:
    """The name of a button on the wire."""
    return str(type(message).model_fields["kind"].default)
