"""What the channels do when something happens to an account."""

from server.core.database.transaction import Transaction
from server.delivery.queries import last_delivery, messages
from server.delivery.queries.messages import Draft
from server.people.facts import CodeMade, CodeUsed, PersonErased

# Nobody's yet: whether the number has an account is not looked up.
CODE = "code:"


def send_code(transaction: Transaction, fact: CodeMade) -> None:
    """Put a one-time code among the messages that wait to be sent."""
    draft = Draft(
        channel=fact.channel,
        purpose="sign_in_code",
        address=CODE,
        telephone=fact.phone,
        reference=fact.reference,
        body=fact.code,
        expires_at=fact.expires_at,
    )
    messages.put(transaction.connection, [draft], transaction.now)


def note_code(transaction: Transaction, fact: CodeUsed) -> None:
    """Note by which channel a code reached an account."""
    last_delivery.note_code(transaction.connection, fact.account_id, fact.channel, transaction.now)


def erased(transaction: Transaction, fact: PersonErased) -> None:
    """Forget how somebody who is erased was reached; that a message went, and when, stays as a figure."""
    messages.forget_person(transaction.connection, fact.account_id, fact.phone)
