"""Long work of the area: posters."""

from server.core.jobs.kinds import AnyKind, JobKind
from server.setup.service import posters

KINDS: tuple[AnyKind, ...] = (
    JobKind(posters.KIND, posters.PostersOf, posters.make, may_fetch=posters.may_fetch),
)
