"""A certificate as a PDF: plain text in reading order, in the document's language, with the code that verifies it."""

from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from knowledge.models import Booking

FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"


def certificate(booking: Booking, name: str, partnership: str, links: str) -> bytes:
    """`links`: where the assistant is served, so that the code can be verified there; "" where not known."""
    pdf = FPDF(format="A4")
    pdf.set_lang("en-GB")
    pdf.set_title(f"Certificate: {booking.date.course.title}")
    pdf.set_author(partnership)
    pdf.add_font("DejaVu", "", FONT)
    pdf.set_creation_date(booking.attended_at)
    pdf.add_page()
    for size, gap, words in _lines(booking, name, partnership, links):
        pdf.set_font("DejaVu", size=size)
        pdf.multi_cell(0, size * 0.6, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(gap)
    return bytes(pdf.output())


def _lines(booking: Booking, name: str, partnership: str, links: str) -> list[tuple[int, int, str]]:
    """(size, gap after it, words), in the order in which they are read."""
    course, day = booking.date.course, booking.date.starts_on
    hours = f"{course.minutes / 60:g} hours"
    level = f", level {course.level}" if course.level else ""
    lines = [
        (12, 20, partnership),
        (28, 12, "Certificate of attendance"),
        (20, 8, name),
        (14, 8, "was there for the whole of"),
        (20, 4, course.title),
        (14, 12, f"{day.day} {day:%B %Y}, {hours}{level}"),
        (12, 6, course.aims),
        (12, 2, f"To verify this certificate: {booking.certificate}"),
        (12, 0, f"{links}/certificates/{booking.certificate}" if links else ""),
    ]
    return [line for line in lines if line[2]]
