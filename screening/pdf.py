"""The form for the doctor: facts that are asked for, on paper, with the conditions in the words of the rules.

What it is about comes from the client's own page, after a mailed code; nothing of it is kept outside the vault.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from massage_booking.core.vocabulary import AREA_LABELS, TECHNIQUE_LABELS
from massage_booking.core.wording import full_date

FONTS: Final = Path(__file__).parent / "fonts"
FAMILY: Final = "DejaVu"
BOX: Final = "☐"
UNKNOWN: Final = "□"
GREY, INK = (90, 100, 94), (21, 33, 27)
MARGIN: Final = 14.0
# Millimetres that the last part takes.
SIGNATURE: Final = 49.0
# Millimetres that a condition takes whose words need two lines.
CONDITION: Final = 16.0
STATES: Final = ("stable, since ____________", "not stable", "not known to me")
SMALL, PLAIN, HEAD, TITLE = 8.5, 9.5, 11.0, 16.0
PRESSURES: Final = (
    ("light", "the pressure of spreading lotion: skin moves, muscle does not"),
    ("medium", "ordinary pressure on the muscle"),
    ("firm", "deep pressure, no limit"),
)
WHAT_IT_IS: Final = (
    "What is planned: massage by a trained therapist with hands and oil, mostly on the back, neck and shoulders, 30 to "
    "90 minutes. No thrusts, no needles, no medicines. The therapist keeps to the pressure and areas that you write."
)
FACTS: Final = (
    "A blood clot now, or a raised risk of one?",
    "A raised risk of broken bones (osteoporosis, spread to bone, long use of steroids)?",
    "Reduced feeling anywhere, or skin that is easily hurt?",
)


@dataclass(frozen=True, slots=True)
class DoctorForm:
    """What the form says."""

    studio: str
    address: Sequence[str]
    phone: str
    client: str
    born: date | None
    doctor: str
    referral: str
    conditions: Sequence[str]
    techniques: Sequence[str]
    lasts_days: int
    made_at: datetime


class _Paper(FPDF):
    """An A4 page with a foot that names nobody. Every page after the first says at its head whom it is about."""

    foot = about = ""

    def header(self) -> None:
        if self.page_no() > 1:
            _line(self, self.about, bold=True)

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(FAMILY, "", SMALL)
        self.set_text_color(*GREY)
        self.cell(0, 5, f"{self.foot}   {self.page_no()}/{{nb}}", align="C")


def draw(form: DoctorForm) -> bytes:
    """Return the form as a PDF file."""
    paper = _Paper(format="A4")
    paper.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
    paper.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
    paper.set_margins(MARGIN, MARGIN, MARGIN)
    paper.set_auto_page_break(True, margin=MARGIN)
    # Readers show the title in their window: it says nothing.
    paper.set_title("Form")
    paper.set_creator("")
    paper.set_producer("")
    paper.set_creation_date(form.made_at)
    paper.foot = _printable(paper, f"{form.studio}, {form.phone}")
    paper.about = _about(form)
    paper.add_page()
    _head(paper, form)
    _conditions(paper, form)
    _facts(paper)
    _limits(paper, form)
    _signature(paper, form)
    return bytes(paper.output())


def _printable(paper: FPDF, text: str) -> str:
    """Put a box for what the font cannot write; left to the library it would be named in the log."""
    font = paper.fonts[FAMILY.lower()]
    assert isinstance(font, TTFFont)
    known = font.cmap
    return "".join(sign if ord(sign) in known or sign == "\n" else UNKNOWN for sign in text)


def _line(paper: FPDF, text: str, *, size: float = PLAIN, bold: bool = False, gap: float = 1.5) -> None:
    paper.set_font(FAMILY, "B" if bold else "", size)
    paper.set_text_color(*INK)
    paper.multi_cell(0, size * 0.5, _printable(paper, text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
    paper.ln(gap)


def _heading(paper: FPDF, text: str) -> None:
    paper.ln(1.5)
    _line(paper, text, size=HEAD, bold=True)


def _rule(paper: FPDF, *labels: str, height: float = 7.5) -> None:
    """Draw lines to write on side by side, with what belongs there in front of each."""
    paper.set_font(FAMILY, "", PLAIN)
    paper.set_text_color(*INK)
    paper.set_draw_color(*GREY)
    share, end = paper.epw / len(labels), paper.get_y() + height - 1.5
    for number, label in enumerate(labels):
        words = _printable(paper, label)
        left = paper.l_margin + number * share
        paper.set_x(left)
        paper.cell(share, height, words)
        paper.line(left + paper.get_string_width(words) + 3, end, left + share - 3, end)
    paper.ln(height)


def _boxes(words: Iterable[str]) -> str:
    # A box stays with its word.
    return "    ".join(f"{BOX} {word}".replace(" ", "\u00a0") for word in words)


def _choices(paper: FPDF, words: Iterable[str]) -> None:
    _line(paper, _boxes(words), gap=2)


def _about(form: DoctorForm) -> str:
    born = f", born {form.born.day} {full_date(form.born).split(' ', 2)[2]}" if form.born else ""
    return f"About: {form.client}{born}"


def _head(paper: FPDF, form: DoctorForm) -> None:
    _line(paper, form.studio, size=HEAD, bold=True, gap=0)
    _line(paper, ", ".join([*form.address, form.phone]), size=SMALL, gap=3)
    _line(paper, "A few facts before a massage", size=TITLE, bold=True, gap=1)
    _line(paper, "For a doctor, nurse or midwife who knows this person. It takes about three minutes.", gap=2)
    _line(paper, _about(form), bold=True)
    if form.doctor:
        _line(paper, f"To: {form.doctor}")
    if form.referral:
        _line(paper, f"In the client’s words: {form.referral}")
    _line(paper, WHAT_IT_IS)


def _conditions(paper: FPDF, form: DoctorForm) -> None:
    _heading(paper, "1  What this is about")
    for condition in form.conditions:
        # A condition stays on one page with its boxes.
        if paper.will_page_break(CONDITION):
            paper.add_page()
        _line(paper, condition, bold=True, gap=0.2)
        _line(paper, _boxes(STATES), gap=1.3)


def _facts(paper: FPDF) -> None:
    _heading(paper, "2  Facts that matter for our hands")
    for question in FACTS:
        _line(paper, f"{question}   {BOX} no   {BOX} yes", gap=0.5)
    _rule(paper, "If yes:")


def _limits(paper: FPDF, form: DoctorForm) -> None:
    _heading(paper, "3  What is fine")
    _line(paper, "Pressure, at most (please choose one):", gap=0.5)
    for code, meaning in PRESSURES:
        _line(paper, f"{BOX} {code}: {meaning}", gap=0.2)
    paper.ln(1.5)
    _line(paper, "Areas to leave alone:", gap=0.5)
    _choices(paper, AREA_LABELS.values())
    _line(paper, "Techniques that are fine:", gap=0.5)
    _choices(paper, [TECHNIQUE_LABELS.get(code, code) for code in form.techniques])
    _rule(paper, f"This holds until (we ask again after {form.lasts_days} days at the latest):")
    _rule(paper, "If symptoms are over: which, and since when:")
    _rule(paper, "Anything else we should know:")


def _signature(paper: FPDF, form: DoctorForm) -> None:
    # Signature and stamp belong on one page.
    if paper.get_y() > paper.h - MARGIN - SIGNATURE:
        paper.add_page()
    _heading(paper, "4  Who says so")
    _rule(paper, "Name:", "Role:")
    _rule(paper, "Date:", "Signature:", height=11)
    top = paper.get_y() + 2
    paper.set_draw_color(*GREY)
    paper.rect(paper.l_margin, top, 80, 20)
    paper.set_xy(paper.l_margin + 2, top + 1)
    paper.set_font(FAMILY, "", SMALL)
    paper.cell(76, 5, "Stamp of the practice")
    paper.set_xy(paper.l_margin + 84, top)
    paper.multi_cell(
        0,
        4.5,
        _printable(
            paper,
            "Thank you. The client sends a photo of every page from their own page with us, or brings it to "
            f"{', '.join([form.studio, *form.address])}. Made on {full_date(form.made_at)}.",
        ),
        align="L",
    )
