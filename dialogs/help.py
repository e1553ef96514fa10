"""What the assistant is for, and an honest word where it cannot help."""

import re
from collections.abc import Iterator
from dataclasses import replace

from dialogs.message import Message, ShowConcern, ShowGuidance, StartAgain
from dialogs.reply import Bullets, Button, Buttons, Danger, Heading, Paragraph, Reply
from dialogs.turn import Turn
from knowledge import live, safe_default
from knowledge.clock import is_london_time
from knowledge.library import Library
from knowledge.topics import Subject, Urgency

MENU = (
    Button(
        "I am worried about a child",
        ShowConcern(subject=Subject.CHILD, urgency=Urgency.TODAY),
        ("im worried about a child", "i'm worried about a child", "worried about a child"),
    ),
    Button(
        "I am worried about an adult",
        ShowConcern(subject=Subject.ADULT, urgency=Urgency.TODAY),
        ("im worried about an adult", "i'm worried about an adult", "worried about an adult"),
    ),
    Button(
        "I am worried about a child and an adult",
        ShowConcern(subject=Subject.BOTH, urgency=Urgency.TODAY),
        ("im worried about a child and an adult", "i'm worried about a child and an adult"),
    ),
    Button(
        "I am not sure who it is about",
        ShowConcern(subject=Subject.UNCLEAR, urgency=Urgency.TODAY),
        (
            *("i am worried about someone", "im worried about someone", "i'm worried about someone"),
            *("worried about someone", "worried about somebody", "im worried about somebody", "who do i ring"),
        ),
    ),
)
"""The worries of the command menu, to press."""


def in_the_menu(words: str) -> Message | None:
    """The worry of the menu that all of a message is; `words` in small letters."""
    return next((button.message for button in MENU if button.is_named(words.strip("?"))), None)


LONDON_TIME = "All times here are London time."
ENGLISH_ONLY = "I read and write English only. If that is hard for you, ring: you need not write to me first."


def with_notes(reply: Reply, turn: Turn) -> Reply:
    """The reply, with what a writer whose device is set to another language or time zone has to know."""
    notes = []
    if _language(turn.locale) not in ("", "en"):
        notes.append(Paragraph(ENGLISH_ONLY))
    if not is_london_time(turn.time_zone.strip(), turn.at):
        notes.append(Paragraph(LONDON_TIME))
    return replace(reply, blocks=(*reply.blocks, *notes)) if notes else reply


def _language(locale: str) -> str:
    """The language of a locale, however it is written: "en" of en-GB, EN_gb and en_US.UTF-8; "" where it says none."""
    return re.split(r"[-_.]", locale.strip().casefold())[0]


def what_i_can_do(library: Library) -> Reply:
    """The welcome and the answer to "help"."""
    return Reply(
        (
            Danger(live.danger()),
            Paragraph(
                f"I tell you who to ring when you are worried about a child or an adult in {library.partnership.area}."
            ),
            Bullets(
                (
                    "Tell me in your own words what you saw or heard. Please leave out names.",
                    "I show who to ring now, what to do first and what happens next, at any hour.",
                    "In Teams I find and book training: type “courses” or “my bookings”.",
                    "After a course I take your feedback: type “feedback”.",
                    "I make no referral and keep no record. You have to ring or write yourself.",
                )
            ),
            Paragraph(library.wording.keeps_nothing),
            Heading("What you can ask"),
            Paragraph("Tap one, type its number, or write in your own words."),
            Buttons((*MENU, *_most_asked(library))),
            Paragraph("In Teams I also know your actions: type “what do I owe”.", is_small=True),
            Paragraph("Type “start again” at any time and I forget what you said.", is_small=True),
        )
    )


def _most_asked(library: Library) -> Iterator[Button]:
    for id in library.wording.menu:
        yield Button(library.guidance[id].name, ShowGuidance(guidance=id))


def not_mine() -> Reply:
    return Reply(
        (
            Paragraph(
                "I cannot help with that. I only know who to ring when you are worried about a child or an adult."
            ),
            Paragraph("If I have misread you and you are worried about someone, tell me in other words, or ring now."),
        )
    )


def started_again() -> Reply:
    forgotten = Paragraph("I have forgotten what you said before. What are you worried about?")
    return Reply((Danger(live.danger()), forgotten))


def no_records() -> Reply:
    """Where a button needs the records, and there are none here or nobody signed in."""
    return Reply((Paragraph("I cannot reach the records here. Please use the assistant in Teams for this."),))


def told(words: str) -> Reply:
    """A sentence of ours: a refusal, or that records are away."""
    return Reply((Paragraph(words),))


def out_of_date() -> Reply:
    return Reply(
        (
            Danger(live.danger()),
            Paragraph(
                "That card is out of date. Tell me again what you are worried about, and I show you who to ring now."
            ),
            Buttons((Button("Start again", StartAgain()),)),
        )
    )


def write_in_private() -> Reply:
    """For a group chat or channel: nothing about a concern is shown where others read."""
    return Reply(
        (
            Danger(live.danger()),
            *(Paragraph(line) for line in live.lines()[1:]),
            Paragraph("Others can read this chat. Write to me in private and type it again there.", is_strong=True),
        )
    )


def safe_answer() -> Reply:
    """What is shown when anything fails: the lines of the safe default, needing nothing else."""
    return Reply(
        (
            Danger(live.danger()),
            Paragraph(safe_default.TROUBLE, is_strong=True),
            *(Paragraph(line) for line in live.lines()[1:]),
        )
    )
