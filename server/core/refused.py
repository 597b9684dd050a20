"""How a rule says no."""


class Refused(Exception):
    """A rule forbids what was asked: a stable code and its facts, never prose.

    Facts are values that JSON can carry after the API has written its times: numbers, texts, aware
    times, ``None``. The words for each code are the PWA's.
    """

    def __init__(self, code: str, **facts: object) -> None:
        """Keep the code and its facts."""
        super().__init__(code)
        self.code = code
        self.facts: dict[str, object] = facts
