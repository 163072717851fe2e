"""What becomes of a change that was made while another was made too."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bit_model.negotiation import UNTOUCHED, Negotiation, NegotiationStatus, merge

DAY = dt.date(2026, 10, 1)
values = st.builds(
    Negotiation,
    st.sampled_from(NegotiationStatus),
    st.sampled_from(["", "en", "to"]),
    st.sampled_from([None, DAY]),
    st.sampled_from(["", "Teamleder"]),
)


def differing(one: Negotiation, other: Negotiation) -> set[str]:
    return {key for key in Negotiation._fields if getattr(one, key) != getattr(other, key)}


def test_a_change_on_one_side_is_taken_over() -> None:
    done = merge(UNTOUCHED, UNTOUCHED._replace(note="ny"), UNTOUCHED)
    assert (done.result, done.changed, done.conflict) == (Negotiation(note="ny"), ("note",), ())


def test_other_fields_of_the_same_case_are_a_conflict_with_all_that_anybody_changed() -> None:
    done = merge(UNTOUCHED, UNTOUCHED._replace(note="ny"), UNTOUCHED._replace(follow_up=DAY))
    assert (done.result, done.changed, done.conflict) == (Negotiation(follow_up=DAY), (), ("note", "follow_up"))


def test_the_same_change_on_both_sides_does_not_stand_in_the_way_of_another() -> None:
    both = UNTOUCHED._replace(note="ens")
    done = merge(UNTOUCHED, both._replace(responsible="Teamleder"), both)
    assert (done.result, done.changed, done.conflict) == (
        Negotiation(note="ens", responsible="Teamleder"),
        ("responsible",),
        (),
    )


@given(values, values, values)
def test_nothing_that_was_kept_is_lost_and_nothing_sent_is_lost_unseen(
    base: Negotiation, sent: Negotiation, kept: Negotiation
) -> None:
    done = merge(base, sent, kept)
    assert differing(done.result, kept) == set(done.changed)
    assert not (done.changed and done.conflict)
    for key in differing(sent, base) & differing(sent, kept):
        assert key in done.conflict or getattr(done.result, key) == getattr(sent, key)
    for key in differing(kept, base):
        assert getattr(done.result, key) == getattr(kept, key)
    if not done.conflict:
        assert differing(done.result, sent) <= differing(kept, base)


@given(values, values, values)
def test_what_was_not_changed_since_it_went_out_changes_nothing(
    base: Negotiation, sent: Negotiation, kept: Negotiation
) -> None:
    assert merge(base, base, kept).result == kept
    assert merge(base, sent, base).result == sent
    assert (
        merge(base, base, kept).conflict == merge(base, sent, base).conflict == merge(base, kept, kept).conflict == ()
    )


@given(values, values, values)
def test_sending_again_what_was_taken_over_changes_nothing_more(
    base: Negotiation, sent: Negotiation, kept: Negotiation
) -> None:
    again = merge(base, sent, merge(base, sent, kept).result)
    if not merge(base, sent, kept).conflict:
        assert (again.changed, again.conflict) == ((), ())


@given(values, values, values)
def test_both_sides_find_the_same_conflict(base: Negotiation, sent: Negotiation, kept: Negotiation) -> None:
    assert merge(base, sent, kept).conflict == merge(base, kept, sent).conflict
