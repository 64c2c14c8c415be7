from tests.pictures import HeldClock


class WaitingClock(HeldClock):
    """Time passes only where somebody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.pass_by(seconds)
