"""What Teams is sent as: a reply as a card, and the safe default where nothing can be drawn."""

from typing import Any

from bot import logs
from dialogs.cards.adaptive import as_adaptive_card, last_card
from dialogs.reply import Reply
from dialogs.search import Found
from knowledge import live, safe_default

CARD = "application/vnd.microsoft.card.adaptive"


def last_message() -> dict[str, Any]:
    """The safe default as a whole message that needs nothing of ours: when anything but the way out fails."""
    return {"type": "message", "attachments": [{"contentType": CARD, "content": last_card()}]}


def drawn(reply: Reply, seen_by: str) -> dict[str, Any]:
    """The reply as a card for one person; the safe default where it cannot be drawn."""
    try:
        return as_adaptive_card(reply, seen_by)
    except Exception as error:  # a person is waiting
        logs.failure("card.failed", error)
        return last_card()


def search_result(result: Found) -> dict[str, Any]:
    """One thing found, as the compose box shows it and as it is put into a chat."""
    return _result(result.title, result.kind, as_adaptive_card(result.card))


def _result(title: str, text: str, card: dict[str, Any]) -> dict[str, Any]:
    preview = {"contentType": "application/vnd.microsoft.card.thumbnail", "content": {"title": title, "text": text}}
    return {"contentType": CARD, "content": card, "preview": preview}


def last_result() -> dict[str, Any]:
    """What a search finds when it fails."""
    return _result(live.danger(), safe_default.TROUBLE, last_card())
