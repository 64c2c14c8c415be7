"""What a native run was asked for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """What a run was asked for; kept beside the running stack so that other commands know."""

    offset: int = 0
    lan: bool = False
    demo: bool = True
    grafana: bool = False
