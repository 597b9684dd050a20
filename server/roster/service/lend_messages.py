"""The message that asks somebody on duty to come to a post that lacks heads."""

import json

from server.core.database.transaction import Transaction
from server.core.geo import distance_m
from server.core.limits import Limits
from server.delivery.queries import deliverability, messages
from server.delivery.queries.messages import Draft
from server.delivery.rules.bodies import LendBody
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.duty.queries.check_ins import Duty
from server.places.queries.districts import Place

PURPOSE = "duty_lend"


def ask(transaction: Transaction, number: int, duty: Duty, place: Place, home: Place, limits: Limits) -> None:
    """Ask somebody on duty by each way that he has; it waits for no quiet hours."""
    body: LendBody = {"place": place.name, "meters": round(distance_m(home.point, place.point)), "page": "/"}
    ways = deliverability.to_people(
        transaction.connection,
        [duty.account_id],
        open_channels=limits[AvailableChannels].names & {ChannelName.PUSH, ChannelName.SMS},
        now=transaction.now,
    )
    drafts = [
        Draft(
            channel=way.channel.value,
            purpose=PURPOSE,
            address=way.address,
            telephone=way.telephone,
            reference=f"lend:{number}:{at}",
            body=json.dumps(body),
            expires_at=duty.ends_at,
            account_id=duty.account_id,
        )
        for at, way in enumerate(deliverability.browsers_or_telephone(ways.get(duty.account_id, [])))
    ]
    messages.put(transaction.connection, drafts, transaction.now)
