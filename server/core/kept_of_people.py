"""What core's own tables hold of a person, as he gets it."""

from server.core.audit import audit_look, audit_row
from server.core.database.requests import request
from server.core.jobs.tables import job, stored_file
from server.core.live.presence_rows import presence
from server.core.own_data import OwnPart, Shown, Words

_TIME = Words("时间", "time")

OWN_DATA = (
    OwnPart(
        "audit",
        Words("您做的以及涉及您的操作（审计日志）", "What you did and what concerned you (audit log)"),
        (audit_row.c.actor_id, audit_row.c.subject_id),
        (Shown(audit_row.c.at, _TIME), Shown(audit_row.c.act, Words("操作", "act"))),
    ),
    OwnPart(
        "jobs",
        Words("您要求制作的文件", "Files that you asked for"),
        (job.c.account_id,),
        (
            Shown(job.c.asked_at, _TIME),
            Shown(job.c.kind, Words("种类", "kind")),
            Shown(job.c.purpose, Words("用途", "purpose")),
            Shown(job.c.state, Words("状态", "state")),
        ),
    ),
)

NOT_OWN_DATA = {
    audit_look.c.account_id: "numbers of rows of the audit log, which he sees under who looked at him",
    request.c.account_id: "answers that he got already, kept for days so that a retry gets the same",
    presence.c.account_id: "his page that is open now, for a minute after it is closed",
    stored_file.c.account_id: "the files of his jobs, which he may fetch while they are kept",
}
