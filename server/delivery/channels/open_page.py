"""An open page: the event log carries the call to it, and the page says when it has shown it."""

from server.delivery.channels.base import USEFUL_S, NotSent


class OpenPage:
    """Sends nothing. A message of it that comes due was not answered by any page in time."""

    keeps_body = False
    takes_facts = False

    def target(self, _address: str) -> str:
        """Give what is called: nothing."""
        return ""

    def send(self, address: str, body: str, reference: str, useful_s: float = USEFUL_S) -> None:
        """Say that no page has shown the call."""
        raise NotSent("not_shown", again=False)
