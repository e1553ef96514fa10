"""One turn of a conversation: what was said before, what is meant now, and which dialog answers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from dialogs import (
    action_words,
    actions,
    chairs,
    contacts,
    evaluation_forms,
    evaluation_report,
    evaluation_results,
    evaluations,
    learning,
    messages,
    people,
    plan_files,
    practice,
    tellings,
    training_form,
    training_table,
    training_words,
)
from dialogs import help as help_dialog
from dialogs.action_buttons import AnswerAction, DecideOnTime
from dialogs.concern import answer_concern, show_again, show_concern, still_urgent
from dialogs.errand import Command, Errand
from dialogs.free_text import NOT_RECORDED, worry_beside, worry_in
from dialogs.guidance import answer_guidance, show_guidance
from dialogs.memory import Memory, Shelf
from dialogs.message import ChooseAgency, Message, SendAgain, ShowConcern, ShowGuidance, StartAgain, TakeBack
from dialogs.reply import Button, Danger, Paragraph, Reply
from dialogs.turn import Turn
from knowledge.added_topics import with_added
from knowledge.answers import distinct
from knowledge.cells import BadTable
from knowledge.learning_needs import Tally, need
from knowledge.library import NOT_SURE, Library
from knowledge.topics import Subject, Urgency
from knowledge.understanding.details import digits, may_identify
from knowledge.understanding.reader import Reader
from knowledge.understanding.reading import AT_RISK, Intent, Reading

START_AGAIN = frozenset({"start again", "start over", "restart", "forget that", "reset"})
HELP = frozenset({"help", "menu"})
HELP_READING = Reading(Intent.HELP, Subject.NONE, Urgency.NONE)


@dataclass
class Conversation:
    """Answers turns. Holds no text: only labels, in `memory`."""

    library: Library
    reader: Reader
    memory: Memory = field(default_factory=Memory)
    needs: Tally = field(default_factory=Tally)
    """What was asked about, counted without any text; kept after the reply, by whoever keeps records."""
    tables: plan_files.Waiting = field(default_factory=lambda: Shelf(plan_files.MOST_KEPT))
    """Plans that were attached and shown, until somebody says that they are to be written."""
    courses: training_table.Waiting = field(default_factory=lambda: Shelf(plan_files.MOST_KEPT))
    """The same of courses and their dates."""

    def take(self, library: Library) -> None:
        """Answer from this library from now on; what was worked out from the one before is worked out anew."""
        self.library = library
        for made in ("_published", "_commands", "_contact_commands"):
            self.__dict__.pop(made, None)

    def reply(self, turn: Turn) -> Reply:
        """The reply to one turn. A shared chat, a strange button and an empty message each get their own."""
        if turn.is_shared:
            return help_dialog.write_in_private()
        if turn.is_automatic:
            return help_dialog.with_notes(self._looked_at(turn), turn)
        buttons = self.memory.recall(turn.conversation, turn.at).buttons
        self.memory.show(turn.conversation, (), turn.at)  # should the answer fail, no number means an older card
        return self.shown(turn, self._reply(turn, buttons))

    def welcome(self, turn: Turn) -> Reply:
        """What is said to who adds the assistant; where others read, only whom to ring."""
        if turn.is_shared:
            return help_dialog.write_in_private()
        return self.shown(turn, help_dialog.what_i_can_do(self.library))

    def shown(self, turn: Turn, reply: Reply) -> Reply:
        """The reply as the person sees it: from now on its buttons are those that can be typed."""
        self.memory.show(turn.conversation, reply.buttons, turn.at)
        return help_dialog.with_notes(reply, turn)

    def _reply(self, turn: Turn, buttons: Sequence[Button]) -> Reply:
        if turn.is_unknown_click:
            return help_dialog.out_of_date()
        if turn.click is not None:
            worry = self._worry_filled_in(turn)
            return self._told(turn, worry, is_kept=False) if worry else self._clicked(turn, turn.click)
        return self._with_details_shared(turn, self._said(turn, buttons))

    def errand(self, turn: Turn) -> Errand | None:
        """What the turn needs the records for; None for all else, for every worry, and where nobody signed in."""
        if turn.is_shared or turn.sender is None:
            return None
        if turn.is_automatic:
            return actions.looked_at(turn.click)
        if turn.click:
            return None if self._worry_filled_in(turn) else self._pressed(turn.click)
        return self._typed_errand(turn)

    def _typed_errand(self, turn: Turn) -> Errand | None:
        """A button that was typed; else a command; else what the words are read as. A worry is none of them."""
        words = _plainly(turn.text)
        if turn.attached and not words:
            return plan_files.how_to_import()
        if words in START_AGAIN | HELP:
            return None
        if button := _typed_button(words, self.memory.recall(turn.conversation, turn.at).buttons):
            return self._pressed(button)
        return self._commanded(turn.text) or self._meant(turn)

    def _pressed(self, click: Message) -> Errand | None:
        library = self.library.as_released
        about_contacts = contacts.pressed(click, library) or tellings.pressed(click, library)
        on_files = plan_files.pressed(click, self.tables) or training_table.pressed(click, library, self.courses)
        if found := on_files or learning.pressed(click):
            return found
        return about_contacts or training_words.pressed(click, self.library) or pressed_errand(click)

    def after_errand(self, turn: Turn, reply: Reply) -> Reply:
        """The reply of an errand: an emergency stays on top of it, and its buttons can be typed. Nothing is remembered
        of a card that was only looked at."""
        if turn.is_automatic:
            return help_dialog.with_notes(reply, turn)
        if reply.reading:  # a worry, found in what was to be kept
            return self.shown(turn, reply)
        return self.shown(turn, self._with_what_is_urgent(turn, reply))

    def _commanded(self, text: str) -> Errand | None:
        """The errand of a message that is a command; None where what it would keep reads as a worry."""
        command, groups = self._command_in(text)
        return command.errand(**groups) if command and not self._worry_in(text) else None

    def reader_of_file(self, text: str) -> Callable[[bytes], Any] | None:
        """What makes a table of the file attached to the command that is typed; None where it takes none."""
        command, _ = self._command_in(text)
        return command.reads if command else None

    def _command_in(self, text: str) -> tuple[Command | None, dict[str, str]]:
        for command in self._commands:
            if (groups := command.groups_in(text)) is not None:
                return command, groups
        return None, {}

    def _worry_in(self, text: str) -> Reading | None:
        """What the words that a command or form would keep tell of somebody at risk; None where they tell of nobody."""
        command, groups = self._command_in(text)
        if command is None:
            return self._worry_among(_lines_of_form(text), is_finding=True)
        words = " ".join(groups[name] for name in command.stores)
        return self._worry_among((words,), is_finding=command.stores_findings)

    def _worry_filled_in(self, turn: Turn) -> Reading | None:
        """What somebody tells of a person in danger in a line of a form; None where no line does."""
        click = turn.click
        if click is None or not click.may_tell_of_somebody:
            return None
        return self._worry_among(turn.filled.values(), is_finding=click.stores_findings)

    def _worry_among(self, written: Iterable[str], *, is_finding: bool) -> Reading | None:
        found = worry_in(written, self.reader.read, is_finding=is_finding)
        return found[1] if found else None

    def worry_in_file(self, text: str, table: Any) -> tuple[int, Reading] | None:
        """The row of a table that tells of somebody in danger, and what it tells; None where none does, or where it is
        no table. `text`: the command that it came with."""
        command, _ = self._command_in(text)
        if isinstance(table, BadTable) or command is None or command.keeps is None:
            return None
        cells = list(command.keeps(table))
        found = worry_in((words for _, words in cells), self.reader.read, is_finding=True)
        return (cells[found[0]][0], found[1]) if found else None

    def told_in_file(self, turn: Turn, row: int, reading: Reading) -> Reply:
        """What is answered where a row of an attached table tells of somebody in danger."""
        reply = self._told(turn, reading, is_kept=False)
        return replace(reply, blocks=(*reply.blocks, Paragraph(f"I read that in row {row} of the file.")))

    def _meant(self, turn: Turn) -> Errand | None:
        """The errand of what is said in other words; never of a worry, nor while one is urgent."""
        form = training_form.form(turn.text, self.library.topics) or evaluation_forms.form(turn.text)
        if form:
            return None if self._worry_in(turn.text) else form
        reading = self.read(turn)
        is_worry = reading.intent in AT_RISK and (reading.concerns or reading.urgency is Urgency.EMERGENCY)
        if action_words.numbers_in(turn.text) and not (is_worry or self._urgent(turn)):
            return action_words.answered_in_words(turn.text)
        if make := _OF_CONTENT.get(reading.intent):
            return make(self.library)
        meant = _MEANT.get(reading.intent)
        return meant(turn.text) if meant and not self._urgent(turn) else None

    @cached_property
    def _commands(self) -> tuple[Command, ...]:
        on_plans = plan_files.commands(self.tables)
        on_actions = (*action_words.commands(self.library), *learning.commands(self.library), *on_plans)
        on_tables = training_table.commands(self.library, self.courses)
        on_training = training_words.commands(self.library)
        known = (*people.commands(self.library), *messages.commands(), *self._contact_commands)
        on_results = (*evaluation_results.commands(), *evaluation_report.commands())
        on_feedback = (*evaluations.commands(), *on_results, *evaluation_forms.commands())
        return (*known, *on_tables, *on_training, *on_feedback, *practice.commands(), *on_actions)

    @cached_property
    def _contact_commands(self) -> tuple[Command, ...]:
        library = self.library.as_released
        return (*contacts.commands(library), *tellings.commands(library))

    def read(self, turn: Turn) -> Reading:
        """What the turn's text means, in the light of what this conversation said in the last 15 minutes."""
        reading = turn.heard or self._understood(turn.text)
        earlier = self._earlier(turn)
        return reading.after(earlier) if earlier else reading

    def heard(self, turn: Turn) -> Turn:
        """The turn with what its text means, so that an errand and an answer do not each read it."""
        return turn if turn.click or not turn.text else replace(turn, heard=self._understood(turn.text))

    def _understood(self, text: str) -> Reading:
        reading = self.reader.read(text)
        if reading.intent in _OF_CONTENT or reading.intent in _MEANT:
            reading = worry_beside(text, self.reader.read) or reading
        return with_added(reading, text, self.library)

    def _earlier(self, turn: Turn) -> Reading | None:
        return self.memory.recall(turn.conversation, turn.at).reading

    def _urgent(self, turn: Turn) -> Reading | None:
        """The emergency that this conversation told a moment ago; None where it told of none."""
        earlier = self._earlier(turn)
        return earlier if earlier and earlier.urgency is Urgency.EMERGENCY else None

    def labels(self, reading: Reading) -> tuple[str, ...]:
        """The evaluation's labels of a reading's concerns, each once."""
        topics = (self.library.topics[id] for id in reading.concerns if id in self.library.topics)
        return distinct(topic.concern for topic in topics if topic.id != NOT_SURE)

    def _said(self, turn: Turn, buttons: Sequence[Button]) -> Reply:
        words = _plainly(turn.text)
        if words in START_AGAIN:
            return self._clicked(turn, StartAgain())
        if button := _typed_button(words, buttons) or help_dialog.in_the_menu(words):
            return self._clicked(turn, button)
        worry = self._worry_in(turn.text)
        reading = HELP_READING if words in HELP else worry or self.read(turn)
        return self._told(turn, reading, is_kept=not worry)

    def _told(self, turn: Turn, reading: Reading, *, is_kept: bool) -> Reply:
        """What is answered to a reading; `is_kept` False: it was meant to be written down, and was not."""
        reply = _ANSWERS[reading.intent](turn, reading, self.library)
        if reading.intent in AT_RISK:
            self._counted(turn, reply, reading)
            reply = reply if is_kept else replace(reply, blocks=(*reply.blocks, Paragraph(NOT_RECORDED)))
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
        told = need(reading, reply.routes, turn.at, self.library.version, asked=reply.asks, sector=turn.sector)
        if told is not None:
            self.needs.keep(told)

    def _remembered(self, turn: Turn, reply: Reply, reading: Reading) -> Reply:
        self.memory.keep(turn.conversation, reading, turn.at)
        return replace(reply, reading=reading)

    def _with_what_is_urgent(self, turn: Turn, reply: Reply) -> Reply:
        """An emergency told a moment ago stays on top of whatever else is asked."""
        earlier = self._urgent(turn)
        if earlier is None:
            return reply
        rest = tuple(block for block in reply.blocks if not isinstance(block, Danger))
        return replace(reply, blocks=(*still_urgent(turn, earlier, self.library), *rest), again=None)

    def _looked_at(self, turn: Turn) -> Reply:
        """The card that is looked at, as it stands now. Nobody said anything, so nothing is remembered."""
        card = turn.click
        if isinstance(card, ShowConcern):
            return show_again(turn, card, self._earlier(turn), self.library)
        shown = show_guidance(turn, card, self.library) if isinstance(card, ShowGuidance) else None
        return shown or help_dialog.out_of_date()

    def _clicked(self, turn: Turn, click: Message) -> Reply:
        if isinstance(click, ShowConcern):
            return self._remembered(turn, *show_concern(turn, click, self._earlier(turn), self.library))
        if isinstance(click, ShowGuidance):
            shown = show_guidance(turn, click, self.library) or help_dialog.out_of_date()
            return self._with_what_is_urgent(turn, shown)
        if not isinstance(click, StartAgain):
            return help_dialog.no_records()
        self.memory.forget(turn.conversation)
        return help_dialog.started_again()


def _plainly(text: str) -> str:
    """Small letters and single spaces, without the last full stop: as commands and buttons are written."""
    return " ".join(text.casefold().split()).strip(" .!")


def _lines_of_form(text: str) -> Iterable[str]:
    """The lines of a form that was typed; none where the message is no form."""
    return (*training_form.lines_in(text), *evaluation_forms.lines_in(text))


def _typed_button(words: str, buttons: Sequence[Button]) -> Message | None:
    """The button that was typed instead of pressed, among those shown last."""
    for number, button in enumerate(buttons, start=1):
        if button.is_meant_by(words, number):
            return button.message
    return None


def _only_in_teams(turn: Turn, reading: Reading, library: Library) -> Reply:
    return help_dialog.no_records()


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
        case AnswerAction():
            return actions.pressed(click)
        case DecideOnTime():
            return actions.decided(click)
        case _:
            return evaluations.pressed(click) or evaluation_results.pressed(click) or practice.pressed(click)


_ANSWERS: dict[Intent, Callable[[Turn, Reading, Library], Reply]] = {
    Intent.CONCERN: answer_concern,
    Intent.SELF_CRISIS: answer_concern,
    Intent.GUIDANCE: answer_guidance,
    Intent.HELP: _help,
    Intent.OUT_OF_SCOPE: _not_mine,
    Intent.EVALUATION_RESULTS: _only_in_teams,
    Intent.EVALUATION_GIVE: _only_in_teams,
    **dict.fromkeys((Intent.ACTION_MINE, Intent.ACTION_UPDATE, Intent.ACTION_REPORT), _only_in_teams),
    **dict.fromkeys(training_words.INTENTS, _only_in_teams),
}
_OF_CONTENT: dict[Intent, Callable[[Library], Errand]] = {
    **training_words.INTENTS,
    Intent.EVALUATION_RESULTS: evaluation_results.meant,
}
_MEANT: dict[Intent, Callable[[str], Errand]] = {
    Intent.EVALUATION_GIVE: lambda text: evaluations.give(),
    Intent.ACTION_MINE: lambda text: actions.mine(),
    Intent.ACTION_UPDATE: action_words.answered_in_words,
    Intent.ACTION_REPORT: lambda text: chairs.report(),
}
