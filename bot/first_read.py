"""What a command would write in somebody's own words: read as a worry first, as in a chat, and details refused."""

from collections.abc import Iterable

from bot.telling import stop, told


def read_first(written: Iterable[tuple[str, str]]) -> None:
    """Stop where words that would be kept tell of somebody in danger, or who somebody is. `written`: where each stands,
    and the words."""
    from dialogs.free_text import kept, worry_in
    from knowledge.library import load
    from knowledge.understanding.reader import Reader

    places = list(written)
    with told():
        for _, words in places:
            kept(words)
        reader = Reader(load())
    if found := worry_in((words for _, words in places), reader.read, is_finding=True):
        where = places[found[0]][0]
        stop(
            f"{where}: that reads as somebody in danger. If it is so, ring 999 now. Nothing was written. Take out what "
            "happened to a person, and try again."
        )
