"""The timeline of an alarm as a chain: each line carries the hash of itself and of the line before it.

Whoever edits, removes or puts in a line breaks a hash or a number; whoever cuts the end off leaves the alarm's
row with a count and a head that no line has. The head is written into the audit log when the alarm ends, so
that a chain that was made anew as a whole is found, too. No secret is part of it: somebody who rewrites the lines,
the alarm's row and the audit log all together is not found, but then the printed report still has the old head.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

# What stands before the first line.
START = ""


class FaultKind(StrEnum):
    """What is wrong with a chain at some line."""

    EDITED = "edited"
    REMOVED = "removed"
    INSERTED = "inserted"
    UNLINKED = "unlinked"
    CUT = "cut"
    OTHER_HEAD = "other_head"
    ALARM_GONE = "alarm_gone"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A line of a timeline as it is stored."""

    ordinal: int
    at: datetime
    actor_id: int | None
    act: str
    facts: Any
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was written down elsewhere about a chain: after so many lines its head was this."""

    count: int
    head: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain is broken; ordinals count from 1, and 0 is the alarm as a whole."""

    ordinal: int
    kind: FaultKind


def seal(
    *, alarm_id: int, ordinal: int, at: datetime, actor_id: int | None, act: str, facts: Any, previous: str
) -> str:
    """Hash a line together with the hash before it: SHA-256, in hexadecimal.

    The serialisation is JSON without spaces, keys in order, all but ASCII escaped, the time in UTC with its
    microseconds. ``facts`` must be what JSON gives back. A naive time raises ``ValueError``.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be sealed")
    written = [
        alarm_id,
        ordinal,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        actor_id,
        act,
        facts,
        previous,
    ]
    return sha256(json.dumps(written, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def faults_of(
    alarm_id: int, lines: Sequence[TimelineEntry], *, kept: Anchor, anchors: Iterable[Anchor] = ()
) -> list[Fault]:
    """Find everything that is wrong with an alarm's timeline, first things first.

    ``kept`` is the count and the head in the alarm's row, ``anchors`` are those in the audit log. Lines come in
    the order of their ordinals.
    """
    faults: list[Fault] = []
    previous, expected = START, 1
    for line in lines:
        if line.ordinal < expected:
            faults.append(Fault(line.ordinal, FaultKind.INSERTED))
            continue
        if line.ordinal > expected:
            faults.extend(Fault(gone, FaultKind.REMOVED) for gone in range(expected, line.ordinal))
        elif line.previous_hash != previous:
            faults.append(Fault(line.ordinal, FaultKind.UNLINKED))
        if line.hash != _sealed(alarm_id, line):
            faults.append(Fault(line.ordinal, FaultKind.EDITED))
        previous, expected = line.hash, line.ordinal + 1
    last = expected - 1
    if last < kept.count:
        faults.append(Fault(last + 1, FaultKind.CUT))
    elif last > kept.count:
        faults.extend(Fault(extra, FaultKind.INSERTED) for extra in range(kept.count + 1, last + 1))
    elif previous != kept.head:
        faults.append(Fault(last, FaultKind.OTHER_HEAD))
    return [*faults, *_against(anchors, lines)]


def finding_hash(finding: str) -> str:
    """Hash what was found, as the line that ends an alarm carries it: the words themselves stand in the alarm's row."""
    return sha256(finding.encode()).hexdigest()


def faults_of_end(lines: Sequence[TimelineEntry], *, outcome: str | None, finding: str | None) -> list[Fault]:
    """Compare what an alarm's row says of its end with the line that ended it; older lines have no finding's hash."""
    faults = []
    for line in lines:
        if not isinstance(line.facts, dict) or "outcome" not in line.facts:
            continue
        written = line.facts.get("finding_hash")
        other_words = written is not None and (finding is None or written != finding_hash(finding))
        if line.facts["outcome"] != outcome or other_words:
            faults.append(Fault(line.ordinal, FaultKind.EDITED))
    return faults


def _sealed(alarm_id: int, line: TimelineEntry) -> str:
    return seal(
        alarm_id=alarm_id,
        ordinal=line.ordinal,
        at=line.at,
        actor_id=line.actor_id,
        act=line.act,
        facts=line.facts,
        previous=line.previous_hash,
    )


def _against(anchors: Iterable[Anchor], lines: Sequence[TimelineEntry]) -> Iterable[Fault]:
    """Compare the lines with what was written down elsewhere: a chain made anew as a whole has other hashes."""
    heads = {line.ordinal: line.hash for line in lines}
    for anchor in anchors:
        if heads.get(anchor.count, START) != anchor.head:
            yield Fault(anchor.count, FaultKind.OTHER_HEAD)
