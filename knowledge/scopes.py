"""What the scope of a role stands for: people write an agency's name and a sub-group's id; records hold ids."""

from collections.abc import Collection, Iterable

from knowledge.agencies import Agencies
from knowledge.errors import Refusal
from knowledge.models import Agency
from knowledge.roles import Held, Role


class UnknownSubGroup(Refusal):
    """There is no sub-group {scope}. Please write one of {known}."""


async def resolved(written: Held, agencies: Agencies, sub_groups: Collection[str]) -> Held:
    """The role as records hold it. `sub_groups`: the ids in the content. Raises UnknownAgency, UnknownSubGroup."""
    if written.role is Role.AGENCY_LEAD:
        return Held(written.role, str((await agencies.get(written.scope)).id))
    if written.role is Role.CO_CHAIR and written.scope not in sub_groups:
        raise UnknownSubGroup(scope=written.scope, known=", ".join(sorted(sub_groups)))
    return written


def as_written(held: Iterable[Held], agencies: Iterable[Agency]) -> list[str]:
    """The roles as people write them, sorted; `agencies`: all of them."""
    names = {str(agency.id): agency.name for agency in agencies}
    return sorted(str(Held(one.role, names.get(one.scope, one.scope))) for one in held)
