"""What is asked for when somebody wants his copy."""

from dataclasses import dataclass

OWN_DATA = "own_data"


@dataclass(frozen=True, slots=True)
class OwnDataOf:
    """Whose copy, and in which language."""

    account_id: int
    language: str
