"""Erasing a person: asked for, and done by a job that looks through what was kept for retries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core import audit
from server.core.database.sealing import telephones
from server.core.database.transaction import Transaction
from server.core.jobs import queries as jobs
from server.core.jobs import service
from server.core.jobs.kinds import PIECE_ROWS, Piece, Work
from server.core.jobs.tables import Job
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.facts import ErasureHindered, PersonErased
from server.people.queries import accounts, erasures
from server.people.rules.erasing import without
from server.people.service import closing

ERASE = "erase"
# A write is answered within that time of its beginning.
AN_ANSWER_LASTS = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class EraseOf:
    """Who is erased."""

    account_id: int


def ask(
    transaction: Transaction, account_id: int, limits: Limits, *, by: int | None, reason: str | None = None
) -> None:
    """Close an account and let its person be erased. Raises ``Refused("erasure_hindered")`` on duty or in an alarm."""
    connection = transaction.connection
    if is_hindered(transaction, account_id):
        raise Refused("erasure_hindered")
    if erasures.is_asked(connection, account_id):
        return
    closing.close(transaction, account_id, limits)
    erasures.ask(connection, account_id, by=by, now=transaction.now)
    audit.record(
        connection,
        now=transaction.now,
        actor_id=by,
        act="erasure.asked",
        subject_id=account_id,
        facts={"reason": reason} if reason else None,
    )
    service.ask(transaction, ERASE, EraseOf(account_id), actor=None)


def is_hindered(transaction: Transaction, account_id: int) -> bool:
    """Tell whether somebody is on duty or part of an open alarm."""
    hindered: list[bool] = transaction.ask(ErasureHindered(account_id))
    return any(hindered)


def run(work: Work, asked: EraseOf) -> None:
    """Find the answers to others in which he is named, hand them over without him, and then have him blanked."""
    with work.read() as connection:
        row = accounts.by_id(connection, asked.account_id)
    assert row is not None
    words = [
        one for one in (row.name, row.claimed_name, row.telephone, telephones.masked(row.telephone)) if one
    ]
    began = work.now()
    _take_out(work, asked, words)
    # What was answered meanwhile may stand before where the look was by then; last, what was under way while he
    # was blanked: nobody knows his name afterwards.
    _take_out(work, asked, words, since=began - AN_ANSWER_LASTS)
    work.hand_over([{"blank": asked.account_id}])
    _take_out(work, asked, words, since=began - AN_ANSWER_LASTS)


def _take_out(work: Work, asked: EraseOf, words: list[str], *, since: datetime | None = None) -> None:
    """Hand the answers in which he is named over without him; ``since``: only those of that time and later."""
    after = None
    while True:
        work.progress(0)
        with work.read() as connection:
            found, after = erasures.answers_naming(connection, words, after, since=since)
        for start in range(0, len(found), PIECE_ROWS):
            work.hand_over(
                [
                    {
                        "account_id": of,
                        "request_id": number,
                        "answer": without(answer, asked.account_id, frozenset(words), erasures.NOBODY),
                    }
                    for of, number, answer in found[start : start + PIECE_ROWS]
                ]
            )
        if after is None:
            break


def write(transaction: Transaction, _limits: Limits, job: Job, rows: Piece) -> None:
    """Keep answers without him; or, last of all, blank him in every area at once."""
    for row in rows:
        if "blank" in row:
            _blank(transaction, EraseOf(**job.parameters).account_id)  # type: ignore[arg-type]
        else:
            of, number = row["account_id"], row["request_id"]
            assert isinstance(of, int)
            assert isinstance(number, str)
            erasures.rewrite_answer(transaction.connection, of, number, row["answer"])


def _blank(transaction: Transaction, account_id: int) -> None:
    connection = transaction.connection
    row = accounts.by_id(connection, account_id)
    assert row is not None
    erasures.blank(connection, account_id, row.telephone, transaction.now)
    jobs.forget_person(connection, account_id, transaction.now)
    transaction.announce(PersonErased(account_id, row.telephone))
    erasures.done(connection, account_id, transaction.now)
    audit.record(connection, now=transaction.now, actor_id=None, act="erasure.done", subject_id=account_id)


def ask_again(transaction: Transaction, account_id: int) -> None:
    """Let a person be erased whose job has failed."""
    service.ask(transaction, ERASE, EraseOf(account_id), actor=None)
