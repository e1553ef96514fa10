"""What an owner says in words of their own: what is plainly done is done, and nothing else is."""

import pytest

from dialogs.own_words import is_done

DONE = """the neglect tool one is done, evidence is on SharePoint
done, all schools have it
all done, no issues
it is finished and we will send the minutes
completed in March because the schools had a training day
ticked off! https://x.example/not-yet
100% complete"""
NOT_DONE = """I haven't finished the neglect tool
it hasn't been completed
it isnt done
not all done
never got finished
is yet to be completed
nearly done
half of it is finished
50% complete
3 of 8 schools done
some of it is done
I'll get it done by Friday
it will be finished next week
should be done
done by Easter
to be completed
done once the ICB has signed
we got the tool"""


@pytest.mark.parametrize("said", DONE.splitlines())
def test_what_is_plainly_done_is_done(said: str) -> None:
    assert is_done(said)


@pytest.mark.parametrize("said", NOT_DONE.splitlines())
def test_what_is_not_wholly_or_not_yet_done_is_not(said: str) -> None:
    assert not is_done(said)
