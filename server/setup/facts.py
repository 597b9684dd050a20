"""What the areas above are asked about places."""

from dataclasses import dataclass

from server.core.database.reactions import Question


@dataclass(frozen=True, slots=True)
class AlarmsAtPost(Question[bool]):
    """Asks whether an alarm is open at a post; answered ``True`` by whoever knows of one."""

    post_id: int
