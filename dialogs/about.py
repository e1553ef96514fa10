"""What the assistant is, what it does with what people type, and on what terms: the pages that its package names.

The wording is a draft for the partnership's data protection officer; what only the partnership can say is said to be
missing.
"""

from dialogs.reply import Bullets, Heading, Paragraph, Reply

DRAFT = Paragraph(
    "This page is a draft. The partnership has still to approve it, and to name who is responsible for the assistant "
    "and how to reach their data protection officer.",
    is_small=True,
)
ABOUT_TITLE = "What this assistant is"
PRIVACY_TITLE = "Your privacy, and that of the person you are worried about"
TERMS_TITLE = "Terms of use"


def about() -> Reply:
    """What it is for, and where it is found."""
    return Reply(
        (
            Paragraph(
                "The Safeguarding Assistant is for people who work or volunteer with children and adults in Harrow."
            ),
            Bullets(
                (
                    "Tell it in your own words what worries you. It shows who to ring now, at any hour.",
                    "It signposts. It makes no referral, keeps no case record and takes no decision.",
                    "You find it in Microsoft Teams, where your organisation has added it.",
                )
            ),
            Paragraph("You do not need it to ring. Any of the numbers on this page will do.", is_strong=True),
            DRAFT,
        )
    )


def privacy() -> Reply:
    """What happens to what is typed, what is kept, and what is not."""
    return Reply(
        (
            Paragraph("What you type about a person is used to work out one answer. Then it is gone.", is_strong=True),
            Heading("What the assistant does not keep"),
            Bullets(
                (
                    "What you type about a person. It is in no file, no log and no database of the assistant.",
                    "Who you are worried about. Please leave out names: the assistant does not need them.",
                    (
                        "Your address on the internet. The web page counts requests under a code that cannot be read "
                        "back, in memory only."
                    ),
                )
            ),
            Heading("What it holds for a short time"),
            Bullets(
                (
                    (
                        "For 15 minutes, in memory: what kind of worry it was (such as “neglect, child, today”) and "
                        "which buttons it showed, so that you can add to it. “Start again” removes it at once."
                    ),
                    "Logs: that a message came and that an answer was sent or failed, by the number of the message.",
                )
            ),
            Heading("What it keeps about you, where you use it in Teams"),
            Bullets(
                (
                    "Your name, your e-mail address, your organisation and your roles. Type “who am I” to see them.",
                    "Where to reach you in Teams, and which messages were sent to you.",
                    (
                        "Your training: bookings, attendance, certificates, and of which course no date suits you. "
                        "Your actions, and who changed what and when."
                    ),
                    (
                        "Words that you ask it to record: on an action or a plan, about a course, or a lesson. Leave "
                        "out details of people: what it reads as somebody at risk it answers, and does not record."
                    ),
                    (
                        "What you answer about a course: under a code until the round closes, then without anything "
                        "that leads to you. What you say you will do, and a manager's view: under your name."
                    ),
                    "How often numbers worked, and which kinds of worry were asked about: as counts.",
                )
            ),
            Heading("What others keep"),
            Bullets(
                (
                    "Microsoft Teams keeps your chat under your organisation's own rules.",
                    (
                        "Your organisation may keep a history of the pages that you opened. What you type is never in "
                        "the address of a page."
                    ),
                )
            ),
            Heading("Your rights"),
            Paragraph(
                "Ask an administrator for a copy of what is kept about you, or to have it erased. The assistant "
                "keeps no details of people at risk, so it has none to show. Ask your organisation about the Teams "
                "chat. You can complain to the Information Commissioner's Office."
            ),
            DRAFT,
        )
    )


def terms() -> Reply:
    """What may be expected of it, and what is expected of who uses it."""
    return Reply(
        (
            Paragraph("In danger now, ring 999. Do not type: ring.", is_strong=True),
            Bullets(
                (
                    "The assistant tells nobody. You have to ring or write yourself.",
                    "It does not decide whether to refer. If you are worried, ring, whatever it says.",
                    "Follow your own organisation's safeguarding policy as well.",
                    "Leave out names and other details of the person you are worried about.",
                    (
                        "Numbers and hours can change. Each one says where it comes from and whether the service has "
                        "confirmed it. Where one does not work, ring the next, or 101."
                    ),
                    "It does not replace training, supervision or the advice of your designated safeguarding lead.",
                )
            ),
            DRAFT,
        )
    )
