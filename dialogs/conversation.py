"""One turn of a conversation: what was said before, what is meant now, and which dialog answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from dialogs import contacts, messages, people, tellings
from dialogs import help as help_dialog
from dialogs.concern import answer_concern, show_again, show_concern, still_urgent
from dialogs.errand import Command, Errand
from dialogs.guidance import answer_guidance, show_guidance
from dialogs.memory import Memory, Remembered
from dialogs.message import ChooseAgency, Message, SendAgain, ShowConcern, ShowGuidance, StartAgain, TakeBack
from dialogs.reply import Danger, Reply
from dialogs.turn import Turn
from knowledge.answers import distinct
from knowledge.library import NOT_SURE, Library
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reader import Reader
from knowledge.understanding.reading import AT_RISK, Intent, Reading

START_AGAIN = frozenset({"start again", "start over", "restart", "forget that", "reset"})
LONGEST_COMMAND = 300
HELP = frozenset({"help", "menu"})
HELP_READING = Reading(Intent.HELP, Subject.NONE, Urgency.NONE)


@dataclass
class Conversation:
    """Answers turns. Holds no text: only labels, in `memory`."""

    library: Library
    reader: Reader
    memory: Memory = field(default_factory=Memory)

    def reply(self, turn: Turn) -> Reply:
        """The reply to one turn. A shared chat, a strange button and an empty message each get their own."""
        if turn.is_shared:
            return help_dialog.write_in_private()
        return help_dialog.with_notes(self._reply(turn), turn)

    def _reply(self, turn: Turn) -> Reply:
        if turn.is_unknown_click:
            return help_dialog.out_of_date()
        if turn.click is None:
            return self._said(turn)
        return self._looked_at(turn, turn.click) if turn.is_automatic else self._clicked(turn, turn.click)

    def errand(self, turn: Turn) -> Errand | None:
        """What the turn needs the records for; None for all else, for every worry, and where nobody signed in."""
        if turn.is_shared or turn.is_automatic or turn.sender is None:
            return None
        if turn.click is None:
            return self._commanded(turn.text)
        library = self.library.as_released
        about_contacts = contacts.pressed(turn.click, library) or tellings.pressed(turn.click, library)
        return about_contacts or pressed_errand(turn.click)

    def _commanded(self, text: str) -> Errand | None:
        words = " ".join(text.casefold().split()).strip(" .!?")
        for command in self._commands:
            if len(words) <= LONGEST_COMMAND and (found := re.fullmatch(command.words, words)):
                return command.errand(**found.groupdict())
        return None

    @cached_property
    def _commands(self) -> tuple[Command, ...]:
        return (*people.commands(self.library), *messages.commands(), *self._contact_commands)

    @cached_property
    def _contact_commands(self) -> tuple[Command, ...]:
        library = self.library.as_released
        return (*contacts.commands(library), *tellings.commands(library))

    def read(self, turn: Turn) -> Reading:
        """What the turn's text means, in the light of what this conversation said in the last 15 minutes."""
        reading = self.reader.read(turn.text)
        earlier = self.memory.recall(turn.conversation, turn.at).reading
        return reading.after(earlier) if earlier else reading

    def labels(self, reading: Reading) -> tuple[str, ...]:
        """The evaluation's labels of a reading's concerns, each once."""
        topics = (self.library.topics[id] for id in reading.concerns if id in self.library.topics)
        return distinct(topic.concern for topic in topics if topic.id != NOT_SURE)

    def _said(self, turn: Turn) -> Reply:
        words = " ".join(turn.text.casefold().split()).strip(" .!")
        if words in START_AGAIN:
            return self._clicked(turn, StartAgain())
        if button := self._typed_button(turn, words):
            return self._clicked(turn, button)
        reading = HELP_READING if words in HELP else self.read(turn)
        reply = _ANSWERS[reading.intent](turn, reading, self.library)
        if reading.intent in AT_RISK:
            return self._remembered(turn, reply, reading)
        shown = self._with_what_is_urgent(turn, reply)
        if shown.buttons:
            earlier = self.memory.recall(turn.conversation, turn.at)
            self.memory.keep(turn.conversation, replace(earlier, buttons=shown.buttons))
        return replace(shown, reading=reading)

    def _remembered(self, turn: Turn, reply: Reply, reading: Reading) -> Reply:
        self.memory.keep(turn.conversation, Remembered(turn.at, reading, reply.buttons))
        return replace(reply, reading=reading)

    def _with_what_is_urgent(self, turn: Turn, reply: Reply) -> Reply:
        """An emergency told a moment ago stays on top of whatever else is asked."""
        earlier = self.memory.recall(turn.conversation, turn.at).reading
        if earlier is None or earlier.urgency is not Urgency.EMERGENCY:
            return reply
        rest = tuple(block for block in reply.blocks if not isinstance(block, Danger))
        return replace(reply, blocks=(*still_urgent(turn, earlier, self.library), *rest), again=None)

    def _typed_button(self, turn: Turn, words: str) -> Message | None:
        """The button that was typed instead of pressed, among those shown last."""
        buttons = self.memory.recall(turn.conversation, turn.at).buttons
        for number, button in enumerate(buttons, start=1):
            if button.is_meant_by(words, number):
                return button.message
        return None

    def _looked_at(self, turn: Turn, card: Message) -> Reply:
        """The card that is looked at, as it stands now. Nobody said anything, so nothing is remembered."""
        if isinstance(card, ShowConcern):
            return show_again(turn, card, self.memory.recall(turn.conversation, turn.at).reading, self.library)
        shown = show_guidance(turn, card, self.library) if isinstance(card, ShowGuidance) else None
        return shown or help_dialog.out_of_date()

    def _clicked(self, turn: Turn, click: Message) -> Reply:
        if isinstance(click, ShowConcern):
            earlier = self.memory.recall(turn.conversation, turn.at).reading
            return self._remembered(turn, *show_concern(turn, click, earlier, self.library))
        if isinstance(click, ShowGuidance):
            shown = show_guidance(turn, click, self.library) or help_dialog.out_of_date()
            return self._with_what_is_urgent(turn, shown)
        if not isinstance(click, StartAgain):
            return help_dialog.no_records()
        self.memory.forget(turn.conversation)
        return help_dialog.started_again()


def _not_yet(turn: Turn, reading: Reading, library: Library) -> Reply:
    return help_dialog.not_yet(reading.intent)


def _help(turn: Turn, reading: Reading, library: Library) -> Reply:
    return help_dialog.what_i_can_do(library)


def _not_mine(turn: Turn, reading: Reading, library: Library) -> Reply:
    return help_dialog.not_mine()


def pressed_errand(click: Message) -> Errand | None:
    """The errand behind a button; None where it needs no records."""
    match click:
        case ChooseAgency(agency=id):
            return people.chosen_agency(id)
        case SendAgain(token=token):
            return messages.send_again(token)
        case TakeBack(token=token):
            return messages.take_back(token)
        case _:
            return None


_ANSWERS: dict[Intent, Callable[[Turn, Reading, Library], Reply]] = {
    Intent.CONCERN: answer_concern,
    Intent.SELF_CRISIS: answer_concern,
    Intent.GUIDANCE: answer_guidance,
    Intent.HELP: _help,
    Intent.OUT_OF_SCOPE: _not_mine,
    **dict.fromkeys(help_dialog.NOT_YET, _not_yet),
}
