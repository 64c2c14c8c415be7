"""The owner's flows: seeded from `nodered/flows.json`, upgraded without losing what the owner changed.

In the data folder, `nodered/` holds `flows.json` (what runs), `shipped.json` (what was shipped when it was last
upgraded, so that a change of the owner's can be told from one of ours) and `differs.json`
(`[{"tab": "Alerts", "since": "2026-11-20T08:08:49.711037Z"}]`: shipped tabs that an upgrade has left as they were).
docs/flows.md tells the owner's side of it.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.core.clock import Clock, SystemClock, to_rfc3339
from stack.flow_difference import differences
from stack.flow_pieces import Merge, Piece, Standing, join, merge, same, split, standing
from stack.problem import StackError

SHIPPED = Path(__file__).resolve().parents[1] / "nodered" / "flows.json"


@dataclass(frozen=True)
class FlowsReport:
    """What `upgrade` did, in names of tabs (and of configuration nodes such as the broker's)."""

    seeded: bool
    added: Sequence[str] = ()
    replaced: Sequence[str] = ()
    removed: Sequence[str] = ()
    kept: Sequence[str] = ()

    def lines(self) -> list[str]:
        """One sentence for each thing that happened; none when nothing did."""
        if self.seeded:
            return ["The flows are in place as they are shipped."]
        told = {"new": self.added, "brought up to date": self.replaced, "no longer shipped, removed": self.removed}
        changed = [f"{name}: {what}." for what, names in told.items() for name in names]
        return changed + [f"{name}: kept as you changed it; the shipped one is newer." for name in self.kept]


@dataclass(frozen=True)
class Line:
    """One line of `scripts/flows status`."""

    name: str
    kind: str
    standing: Standing
    since: str | None


class Flows:
    """The flows in one data folder."""

    def __init__(self, data: Path, shipped: Path = SHIPPED, clock: Clock | None = None) -> None:
        self._shipped = shipped
        self._clock = clock or SystemClock()
        self.folder = data / "nodered"
        self.running = self.folder / "flows.json"
        self._base = self.folder / "shipped.json"
        self._differs = self.folder / "differs.json"

    def upgrade(self) -> FlowsReport:
        """Brings the running flows up to the shipped ones. Call it while Node-RED is down.

        Raises `StackError` when one of the files cannot be read; then nothing has been changed.
        """
        self._seed_credentials()
        if not self.running.exists():
            self._take_all()
            return FlowsReport(seeded=True)
        shipped = split(read_nodes(self._shipped))
        base = split(read_nodes(self._base)) if self._base.exists() else {}
        result = merge(base, split(read_nodes(self.running)), shipped)
        self._write_merge(result, shipped)
        return FlowsReport(False, result.added, result.replaced, result.removed, result.kept)

    def status(self) -> list[Line]:
        """Every tab and other piece, and how it stands to the shipped one."""
        mine, shipped = split(read_nodes(self.running)), split(read_nodes(self._shipped))
        since = {entry["tab"]: entry["since"] for entry in self.differs()}
        return [_line(mine.get(key), shipped.get(key), since) for key in {**mine, **shipped}]

    def pull(self) -> list[str]:
        """Makes the running flows, as the editor wrote them, the shipped ones; returns the names that changed."""
        read_nodes(self.running)  # before anything is overwritten
        changed = [line.name for line in self.status() if line.standing != "as shipped"]
        text = self.running.read_text(encoding="utf-8")
        write_whole(self._shipped, text)
        write_whole(self._base, text)
        self._write_differs([])
        return changed

    def reset(self, name: str) -> None:
        """Takes the shipped version of a tab in place of the owner's. Raises `StackError` for an unknown name."""
        shipped = split(read_nodes(self._shipped))
        piece = _find(shipped, name)
        self._write_nodes(join({**split(read_nodes(self.running)), piece.id: piece}))
        self._forget(piece.name)

    def compare(self, name: str) -> list[str]:
        """What differs between the owner's version of a tab and the shipped one, one sentence each; see `differences`.

        Raises `StackError` for an unknown name.
        """
        piece = _find(split(read_nodes(self._shipped)), name)
        return differences(split(read_nodes(self.running)).get(piece.id), piece)

    def keep(self, name: str) -> bool:
        """Stops telling that a tab differs, until the next upgrade that changes it; False when nothing was told."""
        piece = _find(split(read_nodes(self._shipped)), name)
        told = any(entry["tab"] == piece.name for entry in self.differs())
        self._forget(piece.name)
        return told

    def differs(self) -> list[dict[str, str]]:
        """What `differs.json` says; empty when it is not there."""
        return read_nodes(self._differs) if self._differs.exists() else []

    def _take_all(self) -> None:
        text = self._shipped.read_text(encoding="utf-8")
        write_whole(self._base, text)
        self._write_differs([])
        write_whole(self.running, text)

    def _seed_credentials(self) -> None:
        # It holds names of environment variables only, until somebody edits credentials in the editor.
        target = self.folder / "flows_cred.json"
        if not target.exists():
            write_whole(target, self._shipped.with_name("flows_cred.json").read_text(encoding="utf-8"))

    def _write_merge(self, result: Merge, shipped: dict[str, Piece]) -> None:
        merged = join(result.pieces)
        if merged != read_nodes(self.running):
            self._write_nodes(merged)
        still = [entry for entry in self.differs() if _still_differs(entry["tab"], result.pieces, shipped)]
        known = {entry["tab"] for entry in still}
        since = to_rfc3339(self._clock.now())
        self._write_differs(still + [{"tab": name, "since": since} for name in result.kept if name not in known])
        write_whole(self._base, self._shipped.read_text(encoding="utf-8"))

    def _forget(self, name: str) -> None:
        self._write_differs([entry for entry in self.differs() if entry["tab"] != name])

    def _write_differs(self, entries: list[dict[str, str]]) -> None:
        write_whole(self._differs, json.dumps(entries, indent=4, ensure_ascii=False) + "\n")

    def _write_nodes(self, nodes: list[dict[str, Any]]) -> None:
        write_whole(self.running, as_editor_writes(nodes))


def upgrade(data: Path) -> FlowsReport:
    """Brings the flows in a data folder up to the shipped ones; see `Flows.upgrade`."""
    return Flows(data).upgrade()


def as_editor_writes(nodes: list[dict[str, Any]]) -> str:
    """The text of a flow file, byte for byte as Node-RED's editor saves it with `flowFilePretty`."""
    return json.dumps(nodes, indent=4, ensure_ascii=False)


def read_nodes(path: Path) -> list[dict[str, Any]]:
    """The list in a JSON file. Raises `StackError` that names the file and the way out."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StackError(f"cannot read {path}: {error.strerror}; scripts/run puts the flows in place") from error
    except ValueError as error:
        raise StackError(f"{path} is not JSON ({error}): repair it, or move it away and start again") from error
    if not isinstance(found, list):
        raise StackError(f"{path} does not hold a list: repair it, or move it away and start again")
    return found


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that a crash leaves the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _line(mine: Piece | None, shipped: Piece | None, since: dict[str, str]) -> Line:
    piece = shipped or mine
    assert piece is not None
    return Line(piece.name, piece.kind, standing(mine, shipped), since.get(piece.name))


def _still_differs(name: str, mine: dict[str, Piece], shipped: dict[str, Piece]) -> bool:
    return any(piece.name == name and not same(mine.get(key), piece) for key, piece in shipped.items())


def _find(pieces: dict[str, Piece], name: str) -> Piece:
    for piece in pieces.values():
        if name.lower() in (piece.name.lower(), piece.id):
            return piece
    names = ", ".join(piece.name for piece in pieces.values())
    raise StackError(f"nothing named {name} is shipped; there are: {names}")
