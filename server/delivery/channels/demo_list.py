"""The way out of demos and drills: nowhere. The row itself is the message, and the page shows it."""

from server.delivery.channels.base import USEFUL_S


class DemoList:
    """Sends nothing: the pages read the rows."""

    keeps_body = True
    takes_facts = False

    def target(self, _address: str) -> str:
        """Give what is called: nothing."""
        return ""

    def send(self, address: str, body: str, reference: str, useful_s: float = USEFUL_S) -> None:
        """Leave the message where the page will look for it."""
