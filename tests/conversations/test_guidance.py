"""How do I...? Questions whose answer is the same for anyone, and services asked for by name."""

import pytest

from tests.transcript import Chat


def test_a_question_with_an_answer_gets_it_with_who_to_ask_and_what_to_read(chat: Chat) -> None:
    chat.plays("""
        Practitioner: what do i say when a child tells me something
        Bot: In danger now? Ring 999. | WHAT DO I SAY WHEN A CHILD TELLS ME SOMETHING? | Stay calm and listen. | Do not promise to keep it secret. | WHO TO ASK | Harrow MASH: 020 8901 2690 | WHAT TO READ | Worried about somebody now? | Drafted from
    """)


def test_guidance_leads_back_to_a_real_worry_by_one_tap(chat: Chat) -> None:
    chat.plays("""
        Practitioner: what do i say when a child tells me something
        Practitioner: [I am worried now: Physical abuse of a child]
        Bot: WHO TO RING NOW | Harrow MASH: 020 8901 2690 | Physical abuse of a child
    """)


def test_a_question_nothing_is_written_about_is_sent_to_who_can_answer_it(chat: Chat) -> None:
    chat.plays("""
        Practitioner: what is the procedure for zebra crossings
        Bot: I have no answer to that in my own words | Your organisation's designated safeguarding lead | Worried about somebody now?
    """)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("whats the golden number", "Harrow MASH: 020 8901 2690"),
        ("edt number please", "Emergency Duty Team: 020 8424 0999"),
        ("whats the lado number", "The number of Harrow LADO is not confirmed. Ring Harrow MASH instead."),
        ("cqc phone number", "Care Quality Commission: 03000 616161"),
        ("dols team contact", "Harrow DoLS: 020 8736 6153"),
        ("number for samaritans", "Samaritans: 116 123"),
    ],
)
def test_a_service_is_found_by_the_name_that_people_use(text: str, answer: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {text}
        Bot: {answer}
    """)


def test_a_real_case_is_a_worry_even_where_it_is_asked_as_a_question(chat: Chat) -> None:
    chat.plays("""
        Practitioner: do i need consent to refer? mum's boyfriend hit her 6 year old with a belt and left marks on his legs
        Bot: WHO TO RING NOW | Harrow MASH: 020 8901 2690 (open now
    """)


def test_the_card_of_a_worry_offers_the_guidance_that_belongs_to_it(chat: Chat) -> None:
    chat.plays("""
        Practitioner: y3 boy flinches when u go near him and has a mark on his cheek shape of a hand
        Bot: GUIDANCE THAT MAY HELP
    """)
