"""The poster: every route on one dated page that prints well, from the same content as the cards."""

from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from knowledge import live
from knowledge.answers import NOT_CONFIRMED, mark
from knowledge.clock import LONDON
from knowledge.library import Library
from knowledge.services import Service

DOORS = ("mash", "adults_safeguarding", "emergency_duty_team")
GROUPS = (("Children", "child"), ("Adults", "adult"), ("Children and adults", "both"))


def poster(library: Library, at: datetime) -> str:
    """The page as HTML, dated by an aware instant. Services that are only something to read are left out."""
    listed = [s for s in library.services.values() if s.id not in DOORS and (s.phones or s.fallback)]
    local = at.astimezone(LONDON)
    danger, *_, no_answer = live.lines_from(library).lines
    return _TEMPLATE.render(
        area=library.partnership.area,
        partnership=library.partnership.name,
        danger=danger,
        no_answer=no_answer,
        doors=[library.services[id] for id in DOORS],
        groups=[(heading, [s for s in listed if s.audience == audience]) for heading, audience in GROUPS],
        numbers=lambda service: _numbers(service, library),
        hours=_hours,
        date=f"{local.day} {local:%B %Y}",
        version=library.version,
    )


def _numbers(service: Service, library: Library) -> Markup:
    """Each number with what must be said of it; the fallback where there is none."""
    if not service.phones:
        instead = library.services[service.fallback or ""]
        pages = " ".join(page.value.split("://", 1)[1] for page in service.web_pages)
        line = Markup('<p class="small">{} No number found: ring {}. {}</p>')
        return line.format(pages, instead.short_name, service.ask_for)
    line = Markup('<p><span class="number">{}</span>{}</p>')
    return Markup("").join(
        line.format(phone.words, _said(mark(phone, service.phones), phone.verified_on)) for phone in service.phones
    )


def _said(not_confirmed: str, verified_on: object) -> Markup:
    said = NOT_CONFIRMED if not_confirmed else f"confirmed {verified_on}" if verified_on else ""
    return Markup(' <span class="mark">({})</span>').format(said) if said else Markup("")


def _hours(service: Service) -> Markup:
    if service.has_sure_hours:
        return escape(service.hours[0].value)
    if service.working_hours:
        return escape(f"{service.working_hours.words} (hours not confirmed)")
    return escape("Hours not confirmed" if service.phones else "")


_TEMPLATE = Environment(loader=PackageLoader("bot", "pages"), autoescape=True, undefined=StrictUndefined).get_template(
    "poster.html"
)
