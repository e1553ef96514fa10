"""A certificate as a PDF: tagged text in reading order, in the document's language, with the code that verifies it."""

import unicodedata
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, XPos, YPos
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

from knowledge.models import Booking

HEADING = "Certificate of attendance"
FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
SHOWN_ONLINE = "The person who is named where this certificate is verified"
"""In place of a name in letters that the font does not have (Tamil, Chinese) or cannot join (Arabic); a browser can
show them."""


def certificate(booking: Booking, name: str, partnership: str, links: str) -> bytes:
    """`links`: where the assistant is served, so that the code can be verified there; "" where not known."""
    pdf = _Tagged(format="A4")
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    pdf.set_lang("en-GB")
    pdf.set_title(f"Certificate: {booking.date.course.title}")
    pdf.set_author(partnership)
    pdf.add_font("DejaVu", "", FONT)
    pdf.set_creation_date(booking.attended_at)
    pdf.add_page()
    name = name if pdf.can_write(name) else SHOWN_ONLINE
    for size, gap, words in _lines(booking, name, partnership, links):
        pdf.set_font("DejaVu", size=size)
        pdf.paragraph("H1" if words == HEADING else "P", words, size * 0.6)
        pdf.ln(gap)
    return bytes(pdf.output())


class _Tagged(FPDF):
    """Every paragraph has its place in the document's structure, so that a screen reader can say what it is."""

    def can_write(self, words: str) -> bool:
        """Whether its font has every letter of the words, and none is of a script that is joined or written to the
        left."""
        font = self.fonts["dejavu"]
        sides = {unicodedata.bidirectional(letter) for letter in words}
        is_whole = isinstance(font, TTFFont) and all(ord(letter) in font.cmap for letter in words)
        return is_whole and sides.isdisjoint(("AL", "R"))

    def paragraph(self, kind: str, words: str, height: float) -> None:
        """`kind`: a structure type of PDF (ISO 32000-1, 14.8.4), such as P or H1; `height`: of a line."""
        whole = self.multi_cell(0, height, words, dry_run=True, output=MethodReturnValue.HEIGHT)
        if self.will_page_break(float(whole)):  # type: ignore[arg-type]  # one value was asked for
            self.add_page()  # what is tagged stands on one page
        mark = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{kind}", mcid=mark)
        self._out(f"/{kind} <</MCID {mark}>> BDC")
        self.multi_cell(0, height, words, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._out("EMC")


def _lines(booking: Booking, name: str, partnership: str, links: str) -> list[tuple[int, int, str]]:
    """(size, gap after it, words), in the order in which they are read."""
    course, day = booking.date.course, booking.date.starts_on
    hours = f"{course.minutes / 60:g} hours"
    level = f", level {course.level}" if course.level else ""
    lines = [
        (12, 20, partnership),
        (28, 12, HEADING),
        (20, 8, name),
        (14, 8, "was there for the whole of"),
        (20, 4, course.title),
        (14, 12, f"{day.day} {day:%B %Y}, {hours}{level}"),
        (12, 6, course.aims),
        (12, 2, f"To verify this certificate: {booking.certificate}"),
        (12, 0, f"{links}/certificates/{booking.certificate}" if links else ""),
    ]
    return [line for line in lines if line[2]]
