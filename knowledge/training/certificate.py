"""A certificate as a PDF: tagged text in reading order, in the document's language, with the code that verifies it."""

from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, XPos, YPos
from fpdf.prefs import ViewerPreferences

from knowledge.models import Booking

HEADING = "Certificate of attendance"
FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"


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
    for size, gap, words in _lines(booking, name, partnership, links):
        pdf.set_font("DejaVu", size=size)
        pdf.paragraph("H1" if words == HEADING else "P", words, size * 0.6)
        pdf.ln(gap)
    return bytes(pdf.output())


class _Tagged(FPDF):
    """Every paragraph has its place in the document's structure, so that a screen reader can say what it is."""

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
