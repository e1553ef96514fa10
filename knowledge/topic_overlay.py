"""Topics laid over the release's: one that was added in a chat, or other wording of one that is there. Pure, no I/O."""

from pydantic import ValidationError

from knowledge.document import in_plain_words
from knowledge.errors import Refusal
from knowledge.facts import BadFacts, Facts
from knowledge.library import NOT_SURE, Library, Place
from knowledge.topics import Topic

TOPIC = "topic/"
"""What stands before a topic's id where a version is of a topic: no service is called so."""
WORDING = ("name", "first_steps", "do_nots", "have_ready", "what_next")
"""What content owners can change of a topic of the release: its words are learnt from, and so are a release's."""


class TopicGone(Refusal):
    """This release no longer has that topic, so nothing was changed."""


def with_topic(released: Topic | None, facts: Facts) -> Topic | None:
    """The topic with these facts; None where there is none. What a release carries by now is the release's.
    Raises BadFacts, in the field's words; TopicGone."""
    if released is None and not facts:
        return None
    if released is None and "id" not in facts:
        raise TopicGone
    if released is not None and "id" in facts:
        return released
    if strange := sorted(set(facts) - set(WORDING if released else Topic.model_fields)):
        raise BadFacts(what=f"There is no such field here: {', '.join(strange)}.")
    try:
        return Topic.model_validate({**(released.model_dump(mode="json") if released else {}), **facts})
    except ValidationError as wrong:
        said = (f"{field.replace('_', ' ')}: {words}." for _, field, words in in_plain_words(wrong))
        raise BadFacts(what=" ".join(said)) from None


def place_of_none(library: Library) -> Place:
    """Where faults of what is in no file can be told."""
    return library.places["Topic", NOT_SURE]
