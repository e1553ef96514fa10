"""One turn of a conversation: what was said before, what is meant now, and which dialog answers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from dialogs import help as help_dialog
from dialogs import messages, people
from dialogs.concern import answer_concern, show_again, show_concern, still_urgent
from dialogs.errand import Command, Errand
from dialogs.guidance import answer_guidance, show_guidance
from dialogs.memory import Memory
from dialogs.message import ChooseAgency, Message, SendAgain, ShowConcern, ShowGuidance, StartAgain, TakeBack
from dialogs.reply import Button, Danger, Paragraph, Reply
from dialogs.turn import Turn
from knowledge.answers import distinct
from knowledge.learning_needs import Needs, Tally, need
from knowledge.library import NOT_SURE, Library
from knowledge.topics import Subject, Urgency
from knowledge.understanding.details import digits, may_identify
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
    needs: Needs = field(default_factory=Tally)
    """Where the learning needs are counted, without any text."""

    def reply(self, turn: Turn) -> Reply:
        """The reply to one turn. A shared chat, a strange button and an empty message each get their own."""
        if turn.is_shared:
            return help_dialog.write_in_private()
        if turn.is_automatic:
            return help_dialog.with_notes(self._looked_at(turn), turn)
        buttons = self.memory.recall(turn.conversation, turn.at).buttons
        self.memory.show(turn.conversation, (), turn.at)  # should the answer fail, no number means an older card
        return self._shown(turn, self._reply(turn, buttons))

    def welcome(self, turn: Turn) -> Reply:
        """What is said to who adds the assistant; where others read, only whom to ring."""
        if turn.is_shared:
            return help_dialog.write_in_private()
        return self._shown(turn, help_dialog.what_i_can_do(self.library))

    def _shown(self, turn: Turn, reply: Reply) -> Reply:
        """The reply as the person sees it: from now on its buttons are those that can be typed."""
        self.memory.show(turn.conversation, reply.buttons, turn.at)
        return help_dialog.with_notes(reply, turn)

    def _reply(self, turn: Turn, buttons: Sequence[Button]) -> Reply:
        if turn.is_unknown_click:
            return help_dialog.out_of_date()
        if turn.click is not None:
            return self._clicked(turn, turn.click)
        return self._with_details_shared(turn, self._said(turn, buttons))

    def errand(self, turn: Turn) -> Errand | None:
        """What the turn needs the records for; None for all else, for every worry, and where nobody signed in."""
        if turn.is_shared or turn.is_automatic or turn.sender is None:
            return None
        return pressed_errand(turn.click) if turn.click else self._commanded(turn.text)

    def _commanded(self, text: str) -> Errand | None:
        words = " ".join(text.casefold().split()).strip(" .!?")
        for command in self._commands:
            if len(words) <= LONGEST_COMMAND and (found := re.fullmatch(command.words, words)):
                return command.errand(**found.groupdict())
        return None

    @cached_property
    def _commands(self) -> tuple[Command, ...]:
        return (*people.commands(self.library), *messages.commands())

    def read(self, turn: Turn) -> Reading:
        """What the turn's text means, in the light of what this conversation said in the last 15 minutes."""
        reading = self.reader.read(turn.text)
        earlier = self.memory.recall(turn.conversation, turn.at).reading
        return reading.after(earlier) if earlier else reading

    def labels(self, reading: Reading) -> tuple[str, ...]:
        """The evaluation's labels of a reading's concerns, each once."""
        topics = (self.library.topics[id] for id in reading.concerns if id in self.library.topics)
        return distinct(topic.concern for topic in topics if topic.id != NOT_SURE)

    def _said(self, turn: Turn, buttons: Sequence[Button]) -> Reply:
        words = " ".join(turn.text.casefold().split()).strip(" .!")
        if words in START_AGAIN:
            return self._clicked(turn, StartAgain())
        if button := _typed_button(words, buttons):
            return self._clicked(turn, button)
        reading = HELP_READING if words in HELP else self.read(turn)
        reply = _ANSWERS[reading.intent](turn, reading, self.library)
        if reading.intent in AT_RISK:
            self._counted(turn, reply, reading)
            return self._remembered(turn, reply, reading)
        return replace(self._with_what_is_urgent(turn, reply), reading=reading)

    def _with_details_shared(self, turn: Turn, reply: Reply) -> Reply:
        """The answer first; then, where somebody may have been named, that it was not kept. What it was is not said."""
        if not may_identify(turn.text, turn.at.year, self._published):
            return reply
        return replace(reply, blocks=(*reply.blocks, Paragraph(self.library.wording.details_shared)))

    @cached_property
    def _published(self) -> frozenset[str]:
        phones = (phone for service in self.library.services.values() for phone in service.phones)
        return frozenset(digits(phone.value) for phone in phones)

    def _counted(self, turn: Turn, reply: Reply, reading: Reading) -> None:
        told = need(reading, reply.routes, turn.at, self.library.version, asked=reply.asks)
        if told is not None:
            self.needs.keep(told)

    def _remembered(self, turn: Turn, reply: Reply, reading: Reading) -> Reply:
        self.memory.keep(turn.conversation, reading, turn.at)
        return replace(reply, reading=reading)

    def _with_what_is_urgent(self, turn: Turn, reply: Reply) -> Reply:
        """An emergency told a moment ago stays on top of whatever else is asked."""
        earlier = self.memory.recall(turn.conversation, turn.at).reading
        if earlier is None or earlier.urgency is not Urgency.EMERGENCY:
            return reply
        rest = tuple(block for block in reply.blocks if not isinstance(block, Danger))
        return replace(reply, blocks=(*still_urgent(turn, earlier, self.library), *rest), again=None)

    def _looked_at(self, turn: Turn) -> Reply:
        """The card that is looked at, as it stands now. Nobody said anything, so nothing is remembered."""
        card = turn.click
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


def _typed_button(words: str, buttons: Sequence[Button]) -> Message | None:
    """The button that was typed instead of pressed, among those shown last."""
    for number, button in enumerate(buttons, start=1):
        if button.is_meant_by(words, number):
            return button.message
    return None


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
