"""What may be kept of closed answers: whatever was answered, each cell holds nobody or at least five."""

from collections import Counter
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from knowledge.evaluation.anonymity import FEWEST, Said, coarsened, kept_apart

AGENCIES = [UUID(int=number) for number in range(1, 7)]
STEPS = st.one_of(st.none(), st.integers(1, 5))
SAID = st.builds(Said, st.one_of(st.none(), st.sampled_from(AGENCIES)), STEPS, STEPS)
MANY = st.lists(SAID.filter(lambda said: said.kind != (False, False)), max_size=80)


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # a test can say again what it found


@given(MANY, st.integers())
def test_every_cell_is_empty_or_has_at_least_five(said: list[Said], seed: int) -> None:
    cells = Counter((each.kind, each.agency) for each in coarsened(said, chance(seed)))
    assert all(count >= FEWEST for count in cells.values())


@given(MANY, st.integers())
def test_nothing_is_made_up_and_what_is_left_out_is_no_more_than_it_has_to_be(said: list[Said], seed: int) -> None:
    kept = coarsened(said, chance(seed))
    for values in ("before", "value"):
        was, now = (Counter(getattr(each, values) for each in some if getattr(each, values)) for some in (said, kept))
        assert not now - was
        assert was.total() - now.total() < FEWEST, "only a handful, which could not have been shown"


@given(st.dictionaries(st.one_of(st.none(), st.sampled_from(AGENCIES)), st.integers(1, 12)))
def test_no_agency_can_be_worked_out_from_the_others(counts: dict[UUID | None, int]) -> None:
    apart = kept_apart(counts)
    others = sum(count for agency, count in counts.items() if agency not in apart)
    assert None not in apart
    assert all(counts[agency] >= FEWEST for agency in apart)
    assert others == 0 or others >= FEWEST or not apart


def test_one_who_answered_only_before_is_hidden_among_others() -> None:
    pairs = [Said(None, 2, 4)] * 20
    kept = coarsened([*pairs, Said(None, 5, None)], chance(1))
    assert Counter(each.kind for each in kept) == {(True, True): 15, (True, False): 6, (False, True): 5}
    assert Counter(each.before for each in kept if not each.value) == {2: 5, 5: 1}


def test_where_there_are_few_pairs_none_is_kept() -> None:
    kept = coarsened([*[Said(None, 2, 4)] * 6, Said(None, 5, None)], chance(1))
    assert Counter(each.kind for each in kept) == {(True, False): 7, (False, True): 6}


def test_a_small_agency_takes_the_smallest_large_one_with_it() -> None:
    one, two, three = AGENCIES[:3]
    assert kept_apart({one: 9, two: 5, three: 1}) == {one}
    assert kept_apart({one: 9, two: 5, three: 5, None: 5}) == {one, two, three}
    assert kept_apart({one: 5, None: 1}) == set()


def test_fewer_than_five_are_not_kept() -> None:
    assert coarsened([Said(None, None, 3)] * 4, chance(1)) == []
