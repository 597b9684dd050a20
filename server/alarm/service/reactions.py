"""What alarms do when something happens in the areas below them."""

from dataclasses import dataclass

from sqlalchemy import select

from server.alarm.queries import alarms, responses
from server.alarm.service import escalation, newcomers, standing_changes, views
from server.alarm.tables.alarms import Alarm
from server.alarm.tables.joint_response import unit
from server.core.database.transaction import Transaction
from server.delivery.facts import EndedWanted, OutcomesWritten, Subject, SubjectLocked
from server.duty.facts import AtAlarms, DutyBegun
from server.people.facts import ErasureHindered, OfficesWanted, StandingChanged
from server.setup.facts import AlarmsAtPost


@dataclass(frozen=True, slots=True)
class AlarmLocked(Subject):
    """An alarm that some messages are about, and its row, which is held."""

    alarm: Alarm


def judge_standing(transaction: Transaction, fact: StandingChanged) -> None:
    """Judge the standing of some accounts anew in every open alarm of theirs."""
    standing_changes.of_accounts(transaction, fact.account_ids, fact.limits)


def call_newcomers(transaction: Transaction, fact: DutyBegun) -> None:
    """Call somebody who begins his duty on the spot of an open alarm."""
    newcomers.come(transaction, fact)


def name_units(transaction: Transaction, fact: OfficesWanted) -> list[str]:
    """Give the names of a district's units: nobody registers under one of them."""
    query = select(unit.c.name).where(unit.c.district_id == fact.district_id)
    return list(transaction.connection.execute(query).scalars())


def lock(transaction: Transaction, fact: SubjectLocked) -> Subject | None:
    """Hold an alarm's row before those of its messages, as everybody locks them."""
    alarm = alarms.by_id(transaction.connection, fact.alarm_id, lock=True)
    if alarm is None:
        return None
    return AlarmLocked(alarm_id=alarm.id, is_open=alarm.state == alarms.OPEN, alarm=alarm)


def tell_outcomes(transaction: Transaction, fact: OutcomesWritten) -> None:
    """Tell how an alarm's messages went, and let it go on at once where a step has called in vain."""
    subject = fact.subject
    assert isinstance(subject, AlarmLocked)
    if fact.undelivered and subject.is_open:
        escalation.hurry(transaction, subject.alarm)
    views.publish(transaction, subject.alarm, urgent=False)


def ended(transaction: Transaction, fact: EndedWanted) -> set[int]:
    """Give which of some alarms have ended."""
    return alarms.ended(transaction.connection, fact.alarm_ids)


def is_at_post(transaction: Transaction, fact: AlarmsAtPost) -> bool | None:
    """Say that an alarm is open which was raised at a post, or has it as a further place."""
    return alarms.open_at_post(transaction.connection, fact.post_id) or None


def hinders(transaction: Transaction, fact: ErasureHindered) -> bool | None:
    """Say that an alarm goes on which somebody raised, or is at work in."""
    return alarms.concerns(transaction.connection, fact.account_id) or None


def at_alarms(transaction: Transaction, _fact: AtAlarms) -> frozenset[int]:
    """Give who takes part in an open alarm."""
    return responses.at_alarms(transaction.connection)
