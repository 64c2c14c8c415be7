"""What the examination says, for people and for programs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.keeper.doctor import folders, house, images, recordings
from services.keeper.doctor.finding import INVARIANTS, Finding, Findings
from services.keeper.doctor.subject import CannotCheck, Subject
from services.keeper.nightly import old_parts
from services.store.migrate import is_current


@dataclass(frozen=True)
class Report:
    """What was examined, what is wrong, and what is merely worth knowing."""

    images: int
    files: int
    findings: list[Finding]
    notes: list[str]
    repaired: Mapping[str, int] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Whether every invariant holds."""
        return not self.findings


def examine(subject: Subject) -> Report:
    """Checks everything. Raises `CannotCheck`, or what the database raises when it is away."""
    if not subject.media.is_there:
        raise CannotCheck(f"{subject.media.root}/images is not there: mount the disk or correct HEARTHWATCH_MEDIA_DIR")
    if not is_current(subject.engine):
        raise CannotCheck("the database is not of this version: run python -m services.store.migrate")
    findings = Findings()
    files = folders.examine(subject, findings)
    count = images.examine(subject, findings)
    recordings.examine(subject, findings)
    house.examine(subject, findings)
    parts = len(old_parts(subject.media, subject.clock))
    notes = [f"{parts} temporary files older than a day; the nightly chore deletes them"] if parts else []
    return Report(count, files, findings.all(), notes)


def in_words(report: Report) -> str:
    """For people."""
    lines = [f"repaired: {count} {what}" for what, count in report.repaired.items()]
    lines += [f"checked: {report.images:,} images and {report.files:,} files"]
    for one in report.findings:
        lines += ["", f"invariant {one.check.invariant} is broken: {INVARIANTS[one.check.invariant]}"]
        lines += [f"  {one.check.name}: {one.count:,} {one.check.what}", f"  what to do: {one.check.fix}"]
        lines += [f"    {example}" for example in one.examples]
        if one.count > len(one.examples):
            lines.append(f"    … and {one.count - len(one.examples):,} more")
    lines += [f"note: {note}" for note in report.notes]
    verdict = "all is well: every invariant holds" if report.clean else f"{len(report.findings)} findings"
    return "\n".join([*lines, "", verdict] if report.findings else [*lines, verdict])


def in_json(report: Report) -> str:
    """For programs."""
    document: dict[str, Any] = {
        "clean": report.clean,
        "images": report.images,
        "files": report.files,
        "repaired": dict(report.repaired),
        "notes": report.notes,
        "findings": [
            {
                "invariant": one.check.invariant,
                "promise": INVARIANTS[one.check.invariant],
                "check": one.check.name,
                "count": one.count,
                "what": one.check.what,
                "fix": one.check.fix,
                "examples": one.examples,
            }
            for one in report.findings
        ],
    }
    return json.dumps(document, indent=2)
