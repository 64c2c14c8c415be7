from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from flaskapp.correction.proposal import PLACE, SCORE, SIZE, Rule, place, rules, weighed
from services.core.polygon import Box, foot, inside
from services.store.correction import Past
from services.store.reasons import against
from services.store.seeing import Seeing
from services.store.zone import Zone
from tests.flaskapp.house import NOON

# As a FLOAT column gives them back.
SHARES = st.integers(0, 1_000_000).map(lambda number: number / 1_000_000)
LABELS = st.sampled_from(["person", "cat", "car"])


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x1, x2 = sorted(draw(st.tuples(SHARES, SHARES)))
    y1, y2 = sorted(draw(st.tuples(SHARES, SHARES)))
    assume(x1 < x2 and y1 < y2)
    return x1, y1, x2, y2


@st.composite
def things(draw: st.DrawFn) -> Past:
    number = draw(st.integers(0, 10**9))
    return Past(f"image-{number}", 0, NOON, draw(LABELS), draw(SHARES), draw(boxes()), draw(st.booleans()))


OTHERS = st.lists(things(), max_size=12, unique_by=lambda one: one.image_id)
EVERYTHING = Seeing(min_score=0.0)
SEEINGS = st.builds(
    Seeing,
    min_score=st.sampled_from([0.0, 0.4]),
    label_scores=st.dictionaries(LABELS, SHARES, max_size=2),
    min_area=st.sampled_from([0.0, 0.01]),
    max_area=st.sampled_from([0.5, 1.0]),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Past, Seeing]:
    """A detection that counts by a camera's rules."""
    seeing, chosen = draw(SEEINGS), draw(things())
    sure = replace(chosen, score=max(chosen.score, seeing.needed(chosen.label)))
    assume(against(sure, seeing) is None)
    return sure, seeing


def thing(number: int, box: Box = (0.1, 0.2, 0.2, 0.5), score: float = 0.6, corrected: bool = False) -> Past:
    return Past(f"image-{number}", 0, NOON - timedelta(minutes=number), "person", score, box, corrected)


def size(one: Past) -> tuple[float, float]:
    """Height and area."""
    x1, y1, x2, y2 = one.box
    return y2 - y1, (x2 - x1) * (y2 - y1)


def hidden(kind: str, chosen: Past, others: list[Past]) -> list[Past]:
    """Those that any rule of a kind would hide where else everything counts."""
    made = [rule.on(EVERYTHING) for rule in rules(chosen, EVERYTHING, []) if rule.kind == kind]
    return [one for one in others for seeing in made if against(one, seeing)]


def kinds(some: list[Rule]) -> list[str]:
    return [one.kind for one in some]


@given(cases())
def test_every_rule_hides_the_chosen_one(case: tuple[Past, Seeing]) -> None:
    chosen, seeing = case
    found = rules(chosen, seeing, [])
    assert PLACE in kinds(found)
    for rule in found:
        assert against(chosen, rule.on(seeing)) is not None


@given(cases(), OTHERS)
def test_no_rule_lets_anything_through_that_was_hidden(case: tuple[Past, Seeing], others: list[Past]) -> None:
    chosen, seeing = case
    for rule in rules(chosen, seeing, []):
        assert all(against(one, rule.on(seeing)) for one in others if against(one, seeing))


@given(things(), OTHERS)
def test_a_score_hides_nothing_that_is_surer_and_no_other_label(chosen: Past, others: list[Past]) -> None:
    safe = [one for one in others if one.score >= chosen.score + 0.02 or one.label != chosen.label]
    assert hidden(SCORE, chosen, safe) == []


@given(things(), OTHERS)
def test_a_mask_hides_nothing_outside_its_place_and_no_other_label(chosen: Past, others: list[Past]) -> None:
    around = place(chosen.box)
    safe = [one for one in others if not inside(around, foot(one.box)) or one.label != chosen.label]
    assert hidden(PLACE, chosen, safe) == []


@given(things(), OTHERS)
def test_a_size_hides_nothing_that_is_larger(chosen: Past, others: list[Past]) -> None:
    height, area = size(chosen)
    safe = [one for one in others if size(one)[0] > height + 0.002 and size(one)[1] > area + 0.0002]
    assert hidden(SIZE, chosen, safe) == []


@given(boxes())
def test_a_place_is_around_the_foot_and_inside_the_picture(box: Box) -> None:
    corners = place(box)
    assert inside(corners, foot(box))
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in corners)
    assert len(set(corners)) >= 3


@given(cases(), OTHERS)
def test_what_is_counted_is_what_the_rule_hides_and_the_present_rules_do_not(
    case: tuple[Past, Seeing], past: list[Past]
) -> None:
    chosen, seeing = case
    for one in weighed(chosen, seeing, [], past):
        told = {thing.image_id for thing in (*one.alike, *one.others)}
        counting = {thing.image_id for thing in past if against(thing, seeing) is None}
        expected = {thing.image_id for thing in past if against(thing, one.rule.on(seeing)) is not None} & counting
        assert told == expected | {chosen.image_id}
        assert {thing.label for thing in one.alike} == {chosen.label}
        assert len(one.alike) <= one.of


def test_what_is_wrong_in_one_place_is_hidden_there_where_a_score_would_hide_others_too() -> None:
    chosen = thing(0, corrected=True)
    again = [thing(number, corrected=True) for number in range(1, 4)]
    elsewhere = [thing(number, (0.6, 0.3, 0.7, 0.9), score=0.5) for number in range(4, 40)]
    best = weighed(chosen, Seeing(), [], [chosen, *again, *elsewhere])[0]
    assert best.rule.kind == PLACE
    assert (len(best.alike), best.corrected, best.of, list(best.others)) == (4, 4, 40, [])


def test_what_is_wrong_everywhere_and_unsure_is_hidden_by_its_score() -> None:
    chosen = thing(0, score=0.45)
    again = [thing(n, (0.1 * n, 0.2, 0.1 * n + 0.09, 0.6), score=0.44, corrected=True) for n in range(2, 8)]
    sure = [thing(number, score=0.9) for number in range(10, 30)]
    best = weighed(chosen, Seeing(), [], [*again, *sure])[0]
    assert best.rule.fields == {"label_scores": {"person": 0.46}}
    assert (len(best.alike), best.corrected) == (7, 6)


def test_what_is_wrong_and_tiny_is_hidden_by_its_size_and_what_else_that_hides_is_told() -> None:
    chosen = thing(0, (0.1, 0.1, 0.13, 0.14), score=0.8)
    again = [thing(n, (0.1 * n, 0.3, 0.1 * n + 0.03, 0.33), score=0.7, corrected=True) for n in range(2, 8)]
    people = [thing(number, (0.5, 0.3, 0.6, 0.8), score=0.7) for number in range(10, 30)]
    bird = replace(again[0], image_id="bird", label="bird", corrected=False)
    best = weighed(chosen, Seeing(), [], [*again, *people, bird])[0]
    assert best.rule.kind == SIZE
    assert (len(best.alike), [one.image_id for one in best.others]) == (7, ["bird"])


def test_nothing_is_proposed_for_what_the_rules_hide_by_now() -> None:
    assert weighed(thing(0, score=0.5), Seeing(min_score=0.6), [], []) == []


def test_no_score_beyond_what_models_reach_and_no_size_beyond_the_largest_is_proposed() -> None:
    assert kinds(rules(thing(0, score=0.95), Seeing(), [])) == [PLACE, SIZE, SIZE]
    whole = thing(0, (0.0, 0.0, 1.0, 1.0), score=0.99)
    assert kinds(rules(whole, Seeing(), [])) == [PLACE]


def test_a_score_keeps_the_scores_of_other_labels() -> None:
    found = rules(thing(0, score=0.29), Seeing(min_score=0.1, label_scores={"cat": 0.7}), [])
    assert {"label_scores": {"cat": 0.7, "person": 0.3}} in [rule.fields for rule in found]


def test_a_mask_is_for_its_label_only_and_has_a_name_that_is_free() -> None:
    found = rules(thing(0), Seeing(masks=(Zone("1", "mask", "No person here", ()),)), ["No person here"])
    assert found[0].mask is not None
    assert (found[0].mask.name, found[0].mask.labels) == ("No person here 2", ("person",))


def test_some_over_all_the_time_are_shown_those_that_nobody_called_wrong_first() -> None:
    past = [thing(number, corrected=number % 2 == 0) for number in range(1, 60)]
    shown = weighed(thing(0), Seeing(), [], past)[0].shown
    assert len(shown) == 6
    assert not any(one.corrected for one in shown)
    assert max(one.captured_at for one in shown) - min(one.captured_at for one in shown) > timedelta(minutes=40)
    few = weighed(thing(0), Seeing(), [], [thing(1), thing(2, corrected=True)])[0].shown
    assert [one.corrected for one in few] == [False, False, True]
