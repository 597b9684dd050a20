"""Long work of the area: a job for each list that an area lets be taken."""

from server.core.area import Areas
from server.core.jobs.kinds import AnyKind, JobKind
from server.exports.service import Maker, NarrowedExport, job_kind


def kinds(areas: Areas) -> list[AnyKind]:
    """Give the kinds."""
    return [
        JobKind(job_kind(one), NarrowedExport, maker.make, write=maker.write, may_fetch=maker.may_fetch)
        for one, maker in ((one, Maker(one)) for one in areas.exports())
    ]
