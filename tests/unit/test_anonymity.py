"""What may be kept of closed answers: whatever was answered, each cell holds nobody or at least five."""

from collections import Counter
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from knowledge.evaluation.anonymity import FEWEST, Said, apart, has_both, kept_apart, pairs

AGENCIES = [UUID(int=number) for number in range(1, 7)]
STEPS = st.one_of(st.none(), st.integers(1, 5))
SAID = st.builds(Said, st.one_of(st.none(), st.sampled_from(AGENCIES)), STEPS, STEPS)
SOME = st.sets(st.sampled_from(AGENCIES))
MANY = st.lists(SAID.filter(lambda said: said != Said(said.agency)), max_size=80)


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # a test can say again what it found


@given(MANY, SOME, SOME)
def test_every_cell_is_empty_or_has_at_least_five(said: list[Said], before: set[UUID], after: set[UUID]) -> None:
    kept = apart(said, before, after)
    cells = Counter((each.before is None, each.agency) for each in kept)
    assert all(count >= FEWEST for count in cells.values())
    assert not any(each.is_pair for each in kept)
    assert {each.agency for each in kept if each.before is not None} <= {None, *before}
    assert {each.agency for each in kept if each.value is not None} <= {None, *after}


@given(MANY)
def test_nothing_is_made_up_and_only_a_handful_is_left_out(said: list[Said]) -> None:
    kept = apart(said, AGENCIES, AGENCIES)
    for name in ("before", "value"):
        was, now = (Counter(getattr(each, name) for each in some if getattr(each, name)) for some in (said, kept))
        assert now == (was if was.total() >= FEWEST else Counter())


@given(MANY, st.integers())
def test_who_is_in_no_pair_is_nobody_or_at_least_five(said: list[Said], seed: int) -> None:
    kept = pairs(said, chance(seed))
    if not kept:
        return
    assert not Counter((each.before, each.value) for each in kept) - Counter((e.before, e.value) for e in said)
    told = {each.agency for each in kept if each.agency}
    check_alone(said, kept)
    check_alone([each for each in said if each.agency not in told], [each for each in kept if not each.agency])
    for agency in told:
        check_alone([each for each in said if each.agency == agency], [each for each in kept if each.agency == agency])


def check_alone(said: list[Said], kept: list[Said]) -> None:
    """Of some people: those in no pair, at either point, are nobody or at least five, and so are the pairs."""
    befores, values = (sum(getattr(each, name) is not None for each in said) for name in ("before", "value"))
    for count in (len(kept), befores - len(kept), values - len(kept)):
        assert count == 0 or count >= FEWEST


@given(st.dictionaries(st.one_of(st.none(), st.sampled_from(AGENCIES)), st.integers(1, 12)))
def test_no_agency_can_be_worked_out_from_the_others(counts: dict[UUID | None, int]) -> None:
    told = kept_apart(counts)
    others = sum(count for agency, count in counts.items() if agency not in told)
    assert None not in told
    assert all(counts[agency] >= FEWEST for agency in told)
    assert others == 0 or others >= FEWEST or not told


def test_one_who_answered_only_before_is_hidden_among_pairs_that_are_left_out() -> None:
    assert len(pairs([*[Said(None, 2, 4)] * 20, Said(None, 5)], chance(1))) == 15
    assert len(pairs([*[Said(None, 2, 4)] * 20, *[Said(None, 5)] * 2, *[Said(None, None, 5)] * 8], chance(1))) == 17
    assert len(pairs([Said(None, 2, 4)] * 20, chance(1))) == 20


def test_where_there_are_few_pairs_none_is_kept() -> None:
    assert pairs([*[Said(None, 2, 4)] * 6, Said(None, 5)], chance(1)) == []


def test_a_small_agency_takes_the_smallest_large_one_with_it() -> None:
    one, two, three = AGENCIES[:3]
    assert kept_apart({one: 9, two: 5, three: 1}) == {one}
    assert kept_apart({one: 9, two: 5, three: 5, None: 5}) == {one, two, three}
    assert kept_apart({one: 5, None: 1}) == set()


def test_fewer_than_five_are_not_kept() -> None:
    four = [Said(None, 3, 3)] * 4
    assert (apart(four, (), ()), has_both(four), has_both([*four, *four])) == ([], False, True)
