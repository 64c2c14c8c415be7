"""One real stack for all system tests: started by `scripts/run`, ended by `scripts/stop`, nothing of it left."""

from collections.abc import Iterator

import pytest

from bench.footage import Footage
from bench.mailbox import Mailbox
from bench.own_stack import free_offset
from stack.demo import CLIP, fetch_clip
from stack.layout import CACHE
from tests.system.stack_under_test import CAMERAS, StackUnderTest
from tests.system.visitor import Visitor

OFFSETS = (22000, 22400)


@pytest.fixture(scope="package")
def footage() -> Footage:
    """Pictures of people, no two alike."""
    clip = CACHE.expanduser() / CLIP
    if not clip.exists():
        clip.parent.mkdir(parents=True, exist_ok=True)
        fetch_clip(clip)
    return Footage(clip)


@pytest.fixture(scope="package")
def mailbox() -> Iterator[Mailbox]:
    """Where the alerts of the shared stack go."""
    with Mailbox() as made:
        yield made


@pytest.fixture(scope="package")
def stack(mailbox: Mailbox, footage: Footage) -> Iterator[StackUnderTest]:
    """The running stack, its cameras known to the flows."""
    made = StackUnderTest(free_offset(*OFFSETS), mailbox, footage)
    try:
        done = made.start()
        assert done.returncode == 0, done.stdout
        made.await_health()
        made.at_rest = made.status()
        made.introduce(CAMERAS)
        yield made
    finally:
        said = made.stop()
        left = made.living()
    assert (said.returncode, left) == (0, []), said.stdout
    made.remove()


@pytest.fixture(scope="package")
def owner(stack: StackUnderTest) -> Iterator[Visitor]:
    """The owner, who has used the one-time link."""
    with Visitor(f"http://127.0.0.1:{stack.ports.gallery}") as visitor:
        answer = visitor.sign_up(stack.owner_link)
        assert answer.status_code == 200, answer.text
        yield visitor
