"""The demo's way out: nowhere. The row itself is the message, and the page shows it."""


class DemoList:
    """Sends nothing; ``GET /api/demo/messages`` reads the rows. Exists in demo mode alone."""

    keeps_body = True

    def send(self, address: str, body: str, reference: str) -> None:
        """Leave the message where the page will look for it."""
