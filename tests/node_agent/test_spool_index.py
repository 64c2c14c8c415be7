"""The order of what is kept."""

from hypothesis import given
from hypothesis import strategies as st

from node_agent.spool_index import SpoolIndex


def index_of(**sizes: int) -> SpoolIndex:
    index = SpoolIndex()
    for name, size in sizes.items():
        index.add(name, size)
    return index


def test_the_first_name_in_order_goes_first() -> None:
    assert index_of(c=1, a=1, b=1).first(now=0) == "a"


def test_a_name_that_is_set_aside_lets_the_others_go_first_until_its_time() -> None:
    index = index_of(a=1, b=1)
    index.set_aside("a", until=5)
    assert (index.first(now=4), index.first(now=5)) == ("b", "a")


def test_nothing_goes_when_all_are_set_aside() -> None:
    index = index_of(a=1)
    index.set_aside("a", until=5)
    assert index.first(now=4) is None
    index.set_none_aside()
    assert index.first(now=4) == "a"


def test_the_oldest_go_when_there_is_too_much() -> None:
    assert index_of(a=10, b=10, c=10).beyond(15) == ["a", "b"]
    assert index_of(a=10, b=5).beyond(15) == []


def test_an_unknown_name_is_discarded_and_set_aside_without_effect() -> None:
    index = index_of(a=3)
    index.discard("x")
    index.set_aside("x", until=9)
    assert (len(index), index.total_bytes) == (1, 3)


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans(), st.integers(1, 9)), max_size=60))
def test_it_always_agrees_with_a_plain_dictionary(steps: list[tuple[int, bool, int]]) -> None:
    index, plain = SpoolIndex(), dict[str, int]()
    for number, add, size in steps:
        name = f"{number:02d}"
        if add and name not in plain:
            index.add(name, size)
            plain[name] = size
        elif not add:
            index.discard(name)
            plain.pop(name, None)
    assert (len(index), index.total_bytes) == (len(plain), sum(plain.values()))
    assert index.first(0) == min(plain, default=None)
