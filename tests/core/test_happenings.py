import re
from pathlib import Path

from services.core.happenings import EXPLAINED, FLAPPING, HAPPENINGS, PANIC

RULE = Path(__file__).parents[2] / "nodered" / "nodes" / "rules" / "happenings.js"


def test_the_flows_ask_about_every_event_that_waits_for_a_verdict_and_no_other() -> None:
    listed = re.search(r"const HAPPENINGS = \{(.*?)\n\};", RULE.read_text(), re.DOTALL)
    assert listed
    assert set(re.findall(r"^    (\w+):", listed.group(1), re.MULTILINE)) == set(HAPPENINGS)


def test_what_is_said_of_kinds_is_of_kinds_that_are_told() -> None:
    assert {PANIC} | EXPLAINED | FLAPPING <= set(HAPPENINGS)
