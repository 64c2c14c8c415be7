"""Why a file is not taken: for the counter, and for its sender."""

import errno

_DISK = {errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full", errno.EROFS: "disk_error", errno.EIO: "disk_error"}


class Refusal(Exception):
    """`reason` is the counter's label, `reply` what its sender is told; `keep`: what has come waits for the rest."""

    def __init__(self, reason: str, reply: str, keep: bool = False) -> None:
        super().__init__(reply)
        self.reason = reason
        self.reply = reply
        self.keep = keep

    @classmethod
    def cut(cls, what: str) -> "Refusal":
        """It broke off. What is there stays for a while, so that its sender may go on from there."""
        return cls("cut_short", f"451 Cut short: {what}; send it again, or resume it", keep=True)

    @classmethod
    def of_disk(cls, error: OSError) -> "Refusal":
        """The disk did not take it."""
        reason = _DISK.get(error.errno or 0, "disk_error")
        words = "the disk is full" if reason == "disk_full" else "the disk cannot be written"
        return cls(reason, f"452 Not taken: {words}")
