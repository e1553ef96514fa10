"""Somebody is worried about a child or an adult."""

import pytest

from tests.transcript import Chat

CHILD = "y3 boy flinches when u go near him and has a mark on his cheek shape of a hand"
ADULT = "my neighbour 84 her nephew has her bank card and shes got no food in"


def test_a_child_concern_on_a_friday_evening_leads_with_the_emergency_duty_team(chat: Chat) -> None:
    chat.plays(f"""
        (Fri 27 Nov 2026, 18:40)
        Practitioner: {CHILD}
        Bot: In danger now? Ring 999. | 55 | WHO TO RING NOW | Emergency Duty Team: 020 8424 0999 (open now | 020 8901 2690 (opens Monday 9 am)
        Bot: HAVE READY | WHAT TO DO FIRST | PLEASE DO NOT | WHAT THIS MAY BE ABOUT | THINK WHOLE FAMILY | WHAT HAPPENS NEXT
        Bot: disagree | Lives outside Harrow? | I have told nobody and I keep nothing | not yet approved | Not yet confirmed by the service | Content version
    """)


def test_the_same_words_on_a_monday_morning_lead_with_the_golden_number(chat: Chat) -> None:
    chat.plays(f"""
        (Mon 30 Nov 2026, 10:00)
        Practitioner: {CHILD}
        Bot: WHO TO RING NOW | Harrow MASH: 020 8901 2690 (open now, until 5 pm)
        Bot never says: Emergency Duty Team: | opens
    """)


def test_an_adult_concern_at_ten_gives_every_published_number_each_not_confirmed(chat: Chat) -> None:
    chat.plays(f"""
        (Mon 30 Nov 2026, 10:00)
        Practitioner: {ADULT}
        Bot: 020 8736 6153 [not confirmed] or 020 8416 8412 [not confirmed] or 020 8420 9453 [not confirmed] (hours not confirmed
        Bot: No answer? Ring 101, or 999 if it cannot wait.
        Bot never says: open now | 8424 0999 (open
    """)


def test_an_adult_concern_in_the_evening_leads_with_the_emergency_duty_team(chat: Chat) -> None:
    chat.plays(f"""
        (Fri 27 Nov 2026, 18:40)
        Practitioner: {ADULT}
        Bot: probably shut now. Ring the Emergency Duty Team. | Emergency Duty Team: 020 8424 0999 (open now, until Monday 9 am)
    """)


def test_the_duty_team_is_there_on_a_bank_holiday(chat: Chat) -> None:
    chat.plays(f"""
        (Mon 28 Dec 2026, 10:00)
        Practitioner: {CHILD}
        Bot: Emergency Duty Team: 020 8424 0999 (open now, until Tuesday 9 am) | Harrow MASH: 020 8901 2690 (opens Tuesday 9 am)
    """)


def test_what_it_may_be_about_is_said_in_our_words_never_in_theirs(chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {CHILD}
        Bot: Physical abuse of a child | Why: your message speaks of | flinches or is afraid
        Bot never says: y3 | go near | shape of a hand
    """)


def test_a_reason_that_says_no_more_than_the_topics_name_is_left_out(chat: Chat) -> None:
    chat.plays("""
        Practitioner: i found a note in his bag, it says he wants to die
        Bot: Suicidal thoughts or self-harm
        Bot never says: Why: your message speaks of Suicidal thoughts
    """)


def test_an_adult_there_is_added_by_one_tap_and_the_other_children_by_another(chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {CHILD}
        Bot: Is there an adult there | Are there other children?
        Practitioner: [Yes, an adult there may need help]
        Bot: Harrow MASH: 020 8901 2690 | Harrow Safeguarding Adults Team: 020 8736 6153 [not confirmed]
        Practitioner: [Yes, there are other children]
        Bot: the names and ages of the other children
    """)


def test_an_adult_concern_asks_about_children_and_one_tap_adds_their_route(chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {ADULT}
        Bot: Do children live there, or visit? | [1] Yes, a child may be affected
        Practitioner: 1
        Bot: Harrow MASH: 020 8901 2690
        Bot: Harrow Safeguarding Adults Team
    """)


def test_when_unsure_it_asks_two_taps_at_most_and_shows_both_doors_meanwhile(chat: Chat) -> None:
    chat.plays("""
        Practitioner: im worried about someone
        Bot: Harrow MASH: 020 8901 2690 | Harrow Safeguarding Adults Team: 020 8736 6153 | WHO ARE YOU WORRIED ABOUT? | [1] A child | [2] An adult | [3] Both
        Practitioner: 1
        Bot: Harrow MASH: 020 8901 2690 | WHAT KIND OF WORRY IS IT? | [1] Hurt, hit or injured
        Practitioner: [Hurt, hit or injured]
        Bot: Harrow MASH: 020 8901 2690 | Physical abuse of a child
        Bot never says: WHAT KIND OF WORRY | WHO ARE YOU WORRIED
    """)


def test_the_questions_are_answered_by_typing_words_too(chat: Chat) -> None:
    chat.plays("""
        Practitioner: im worried about someone
        Practitioner: both
        Bot: 020 8901 2690 | 020 8736 6153 | WHAT KIND OF WORRY IS IT?
        Practitioner: not sure
        Bot: 020 8901 2690
        Bot never says: WHAT KIND OF WORRY
    """)


@pytest.mark.parametrize("text", ["zzxq vvpl qq", "???", "😢😢", "帮帮我", "hes", "she isnt right"])
def test_text_that_cannot_be_read_is_unsure_and_never_off_topic(text: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {text}
        Bot: 020 8901 2690 | 020 8736 6153 | WHO ARE YOU WORRIED ABOUT?
        Bot never says: I cannot help
    """)


def test_three_short_messages_are_one_worry(chat: Chat) -> None:
    chat.plays("""
        Practitioner: boy in my class
        Practitioner: hes got a knife in his bag now
        Bot: 999
        Practitioner: he is 12
        Bot: WHO TO RING NOW | Emergency services: 999 | Harrow MASH: 020 8901 2690
    """)


def test_urgency_never_falls_within_a_quarter_of_an_hour(chat: Chat) -> None:
    chat.plays("""
        Practitioner: a girl in my class has taken 20 paracetamol
        Bot: WHO TO RING NOW | Emergency services: 999
        (14 minutes later)
        Practitioner: she seems ok now, bit worried still
        Bot: WHO TO RING NOW | Emergency services: 999
    """)


def test_after_a_quarter_of_an_hour_a_worry_starts_afresh(chat: Chat) -> None:
    chat.plays("""
        Practitioner: a girl in my class has taken 20 paracetamol
        Bot: WHO TO RING NOW | Emergency services: 999
        (16 minutes later)
        Practitioner: worried about an old man, his house is filthy and full of rubbish
        Bot: WHO TO RING NOW | Harrow Safeguarding Adults Team
        Bot never says: Emergency services: 999
    """)


def test_start_again_forgets(chat: Chat) -> None:
    chat.plays("""
        Practitioner: a girl in my class has taken 20 paracetamol
        Practitioner: start again
        Bot: I have forgotten what you said before
        Practitioner: worried about an old man, his house is filthy and full of rubbish
        Bot never says: Emergency services: 999
    """)


def test_the_subject_carries_over_only_where_the_new_message_gives_none(chat: Chat) -> None:
    chat.plays("""
        Practitioner: worried about a boy in year 4, always hungry and filthy
        Bot: Harrow MASH
        Practitioner: and hes scared to go home
        Bot: WHO TO RING NOW | Harrow MASH
        Bot never says: WHO ARE YOU WORRIED ABOUT?
        Practitioner: different one, an old lady of 88, the carer takes her pension
        Bot: WHO TO RING NOW | Harrow Safeguarding Adults Team
    """)


def test_the_writers_own_crisis_gets_crisis_help_first(chat: Chat) -> None:
    chat.plays("""
        Practitioner: i want to kill myself
        Bot: 999 | WHO TO RING NOW | Emergency services: 999 | NHS 111 | Samaritans: 116 123 | You deserve help too
        Bot never says: safeguarding lead | THINK WHOLE FAMILY | person you are worried about | disagree | Can someone else read
    """)


def test_a_writer_in_danger_at_home_is_told_how_to_be_safe_with_this_chat(chat: Chat) -> None:
    chat.plays("""
        Practitioner: my husband hits me and he reads my phone
        Bot: Can someone else read this chat? Delete it and ring from another phone. | Emergency services: 999
    """)


def test_where_the_lead_may_be_involved_nobody_is_told_to_tell_the_lead(chat: Chat) -> None:
    chat.plays("""
        Practitioner: our head teacher grabbed a boy by the arm and shook him
        Bot: Your manager or safeguarding lead may be part of this
        Bot never says: tell your designated safeguarding lead | tell your safeguarding lead | Your organisation's designated safeguarding lead
    """)


def test_an_allegation_about_staff_finds_the_lado_although_no_number_is_known(chat: Chat) -> None:
    chat.plays("""
        Practitioner: a coach at our club has been messaging a 14 year old girl privately and hugging her
        Bot: The number of Harrow LADO is not confirmed. Ring Harrow MASH instead. | Ask how to reach the LADO
    """)


@pytest.mark.parametrize(
    "text",
    [
        "mum has a black eye again and the kids go quiet when her partner walks in",
        "girl 15 says shes being taken to pakistan to be married in the summer",
        "her dad touches her at night she is 9",
        "girl of 6 flying to gambia for a party, grandmother is a cutter, fgm",
    ],
)
def test_where_telling_the_family_may_raise_the_risk_the_card_says_not_to(text: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {text}
        Bot: Do not tell the family
        Bot never says: Tell the parents that
    """)


@pytest.mark.parametrize(
    "text",
    [
        CHILD,
        ADULT,
        "smells of weed most mondays. 16. grades ok",
        "just got a funny feeling about a family",
        "hello",
        "wheres the car park",
        "do i have to tell mum before i ring mash",
    ],
)
def test_nothing_ever_says_that_a_referral_is_not_needed(text: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {text}
        Bot never says: no need to refer | not need a referral | referral is not needed | low risk | nothing to worry | no further action
    """)


@pytest.mark.parametrize(
    "text",
    [
        "i feel like ending it all, cant do this job any more",
        "im self harming again",
        "ive been thinking about suicide myself",
        "my boyfriend wont let me leave the house",
        "my dad hurts me im 14",
    ],
)
def test_a_writer_in_need_is_heard_and_is_not_sent_to_a_front_door_for_somebody_else(text: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {text}
        Bot: WHO TO RING NOW | Emergency services: 999 | You decide who you tell
        Bot never says: WHO ARE YOU WORRIED ABOUT?
    """)


@pytest.mark.parametrize("text", ["please help me", "thanks but hes back", "?", "new"])
def test_a_cry_for_help_is_never_taken_for_a_greeting(text: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {text}
        Bot: WHO TO RING NOW | 020 8901 2690 | 020 8736 6153
    """)


def test_a_writer_in_crisis_who_tells_of_somebody_else_gets_both(chat: Chat) -> None:
    chat.plays("""
        Practitioner: my husband hits me
        Practitioner: 84 year old lady has no food in and her nephew has her bank card
        Bot: Emergency services: 999 | National Domestic Abuse Helpline | Harrow Safeguarding Adults Team
    """)


def test_a_button_on_an_old_card_does_not_let_an_emergency_fall(chat: Chat) -> None:
    chat.plays("""
        Practitioner: boy of 6 being picked on at school, calls him names
        Bot: [1] Yes, an adult there may need help
        Practitioner: the toddler is alone in the flat now
        Bot: WHO TO RING NOW | Emergency services: 999
        Practitioner: [Yes, there are other children]
        Bot: WHO TO RING NOW | Emergency services: 999
        Practitioner: thanks
        Bot: WHAT YOU TOLD ME BEFORE: RING NOW | Emergency services: 999 | I tell you who to ring
        Practitioner: how do i make a referral
        Bot: WHAT YOU TOLD ME BEFORE: RING NOW | Emergency services: 999
    """)


@pytest.mark.parametrize(
    "text",
    [
        "our safeguarding lead shouted at and grabbed a child",
        "the DSL is the person i am worried about",
        "deputy head has been messaging a year 11 girl on snapchat, the head told me to keep quiet",
        "the care home owner is taking residents money",
        "director of our charity groping a 16 yr old volunteer",
        "my supervisor is hitting residents",
        "the imam who is our safeguarding lead beats kids with a stick",
        "how do we report an allegation about our dsl",
    ],
)
def test_nobody_is_sent_to_the_one_who_is_complained_of(text: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {text}
        Bot never says: your designated safeguarding lead | Your organisation's designated safeguarding lead | Tell the parents that
    """)


@pytest.mark.parametrize("age", [1, 5, 8, 13, 17])
@pytest.mark.parametrize("noun", ["girl", "boy", "lad", "pupil", "child"])
def test_a_child_is_a_child_whatever_the_words(age: int, noun: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {age} year old {noun} has bruises on his arms
        Bot: WHO TO RING NOW | Harrow MASH
        Bot never says: Harrow Safeguarding Adults Team: 020
    """)


@pytest.mark.parametrize("text", ["grandad gave her a black eye", "grandad has been putting his hand in her knickers"])
def test_who_does_the_harm_is_not_taken_for_the_one_at_risk(text: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {text}
        Bot: WHO TO RING NOW | 020 8901 2690
    """)


def test_nobody_is_made_to_doubt_999(chat: Chat) -> None:
    chat.plays("""
        Practitioner: he is hitting her now, she is 9
        Bot: Emergency services: 999 | Source, Harrow MASH
        Bot never says: Source, Emergency services
    """)
