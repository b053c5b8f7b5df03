"""A backlog that goes out is followed from its beginning to its end, whatever it makes."""

from qjira_gui.domain.drain import LEAST, Drain, follow
from qjira_gui.domain.tally import Tally


def counts(waiting: int, sent: int = 0, needs_you: int = 0, cleared: int = 0) -> Tally:
    return Tally(waiting + sent + needs_you, waiting, sent, needs_you, 0, sent + cleared)


def test_a_day_offline_is_followed_until_all_of_it_has_arrived() -> None:
    drain, said = follow(Drain(), counts(100, 7), held=True)
    assert (drain.under_way, said) == (False, "")
    drain, said = follow(drain, counts(100, 7), held=False)
    assert (drain.under_way, drain.done, drain.left) == (True, 0, 100)
    # What is sent makes comments, which wait as well.
    drain, said = follow(drain, counts(90, 37), held=False)
    assert drain.words == "Sending what waited: 30 of 120 have arrived."
    drain, said = follow(drain, counts(0, 127), held=False)
    assert (drain, said) == (Drain(), "120 that waited have arrived.")
    assert follow(drain, counts(0, 127), held=False) == (Drain(), "")


def test_what_needs_somebody_is_named_at_the_end() -> None:
    drain, _ = follow(Drain(), counts(10), held=True)
    drain, _ = follow(drain, counts(10), held=False)
    assert follow(drain, counts(0, 9, 1), held=False)[1] == (
        "9 that waited have arrived; 1 needs you: see Outbox."
    )


def test_a_few_acts_make_no_noise_and_being_cut_off_again_starts_anew() -> None:
    drain, _ = follow(Drain(), counts(LEAST - 1), held=True)
    assert follow(drain, counts(LEAST - 1), held=False) == (Drain(), "")
    drain, _ = follow(Drain(), counts(50), held=True)
    drain, _ = follow(drain, counts(40, 10), held=False)
    drain, said = follow(drain, counts(40, 10), held=True)
    assert (drain, said) == (Drain(backlog=40), "")


def test_acts_of_an_ordinary_day_are_no_backlog() -> None:
    assert follow(Drain(), counts(200), held=False) == (Drain(), "")


def test_clearing_what_was_sent_meanwhile_changes_no_count() -> None:
    drain, _ = follow(Drain(), counts(20, 5), held=True)
    drain, _ = follow(drain, counts(20, 5), held=False)
    assert follow(drain, counts(0, 0, cleared=25), held=False)[1] == "20 that waited have arrived."


def test_a_backlog_that_was_cancelled_has_not_arrived() -> None:
    drain, _ = follow(Drain(), counts(20), held=True)
    drain, _ = follow(drain, counts(20), held=False)
    assert follow(drain, counts(0), held=False) == (Drain(), "")
