"""The version that the hub is told."""

from importlib.metadata import version

from node_agent import __version__


def test_the_agent_has_the_version_of_the_distribution() -> None:
    assert __version__ == version("hearthwatch")
