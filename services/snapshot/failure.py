"""Why a camera gave no picture."""

from services.core.reach_states import REACH_STATES

DETAIL_MAX = 300


class Failed(Exception):
    """A try without a picture. `state` is one of `REACH_STATES`; `detail` says it to people, without any address."""

    def __init__(self, state: str, detail: str = "") -> None:
        self.state = state
        self.detail = (detail or f"{REACH_STATES[state][0].upper()}{REACH_STATES[state][1:]}.")[:DETAIL_MAX]
        super().__init__(self.detail)
