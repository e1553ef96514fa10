"""What answers in this process now: the release's content, or it with the last overlay that was read. In memory only.

The compiled safe default stands until an overlay was first read; from then on its numbers are the overlay's.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from knowledge import safe_default
from knowledge.answers import NOT_CONFIRMED, mark
from knowledge.library import Library
from knowledge.services import Service

_COUNTS = {2: "Two", 3: "Three", 4: "Four"}


@dataclass(frozen=True)
class SafeDefault:
    """The lines that are shown whatever else fails, and the one that ends every reply."""

    lines: tuple[str, ...]
    footer: str


COMPILED = SafeDefault(safe_default.LINES, safe_default.FOOTER)


@dataclass
class _Now:
    library: Library | None = None
    safe_default: SafeDefault = COMPILED


_NOW = _Now()


def show(library: Library | None) -> None:
    """Let this library answer from now on. The compiled lines give way to an overlay alone, and stay where its library
    lacks what they name; None: nothing was read."""
    _NOW.library, _NOW.safe_default = library, COMPILED
    if library and library.release:
        with suppress(LookupError):
            _NOW.safe_default = lines_from(library)


def is_compiled() -> bool:
    """Whether the safe default says what is compiled in."""
    return _NOW.safe_default == COMPILED


def library() -> Library:
    """The library that answers now. Raises LookupError where none was read yet."""
    if _NOW.library is None:
        raise LookupError("no content was read yet")
    return _NOW.library


def lines() -> tuple[str, ...]:
    return _NOW.safe_default.lines


def danger() -> str:
    """The fixed line that stands before everything else."""
    return _NOW.safe_default.lines[0]


def footer() -> str:
    return _NOW.safe_default.footer


def lines_from(library: Library) -> SafeDefault:
    """The safe default in the numbers of a library; of the release's own they are the compiled ones."""
    services = library.services
    mash, duty, police = (services[id] for id in ("mash", "emergency_duty_team", "police_101"))
    emergency = _spoken(services["police_999"])
    adults = services["adults_safeguarding"]
    lines = (
        f"In danger now? Ring {emergency}. Can't speak? Ring {emergency} from a mobile, then press 55.",
        f"Worried about a child: Harrow MASH {_spoken(mash)}, {_hours(mash)}.",
        _adult_line(adults, mash),
        f"At all other times, child or adult: Emergency Duty Team {_spoken(duty)}.",
        f"No answer? Ring {f'{_spoken(police)}, or ' if police.phones else ''}{emergency} if it cannot wait.",
    )
    footer = (
        f"Worried about someone? In danger {emergency}. Child: MASH {_brief(mash)}. "
        f"Adult: {_brief(adults) or 'ring MASH'}. "
        f"Evenings, weekends, bank holidays: {_brief(duty)}. No answer: {_brief(police) or emergency}."
    )
    return SafeDefault(lines, footer)


def _adult_line(adults: Service, mash: Service) -> str:
    if not adults.phones:
        return "Worried about an adult: the adults' team has no number now. Ring Harrow MASH, the same hours."
    hours = "the same hours" if _hours(adults) == _hours(mash) else _hours(adults)
    count = _COUNTS.get(len(adults.phones))
    if count and all(mark(phone, adults.phones) for phone in adults.phones):
        numbers = ", ".join(_marked(adults))
        said = f"{count} numbers are published, each not confirmed: {numbers}."
        return f"Worried about an adult: Harrow's adults' team, {hours}. {said}"
    return f"Worried about an adult: Harrow's adults' team {_spoken(adults)}, {hours}."


def _hours(service: Service) -> str:
    if service.has_sure_hours:
        return service.hours[0].value
    return service.working_hours.words if service.working_hours else "hours not confirmed"


def _spoken(service: Service) -> str:
    return " or ".join(_marked(service))


def _marked(service: Service) -> Iterator[str]:
    for phone in service.phones:
        said = mark(phone, service.phones)
        yield f"{phone.words} ({said})" if said else phone.words


def _brief(service: Service) -> str:
    """Each number once, and once that none is confirmed."""
    numbers = [phone.words for phone in service.phones]
    joined = " or ".join(filter(None, (", ".join(numbers[:-1]), *numbers[-1:])))
    unsure = [mark(phone, service.phones) for phone in service.phones]
    if numbers and all(unsure):
        return f"{joined} ({'each ' if len(numbers) > 1 else ''}{NOT_CONFIRMED})"
    return joined
