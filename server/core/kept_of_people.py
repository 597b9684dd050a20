"""What core's own tables hold of people: as a person gets it, and what for and for how long."""

from datetime import timedelta

from server.core.audit import audit_look, audit_row
from server.core.database.event_log import event, event_room
from server.core.database.old_rows import oldest, oldest_events
from server.core.database.rate_limits import rate_limit
from server.core.database.requests import request
from server.core.jobs.queries import old_jobs
from server.core.jobs.rules import FILES_KEPT, JOBS_KEPT
from server.core.jobs.tables import job, stored_file
from server.core.kept_data import ForDays, KeptData, Stays, UntilThen
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

ANSWERS_KEPT = timedelta(days=7)
_USERS = Words("每个有账号的人", "everybody with an account")
_THE_PERSON = Words("本人", "the person")
_DELETED = Words("删除", "deleted")

KEPT = (
    KeptData(
        name="answers",
        tables=(request,),
        what=Words("供重发用的返回", "answers for retries"),
        whose=_USERS,
        purpose=Words("网络不好时重发，结果不变", "so that what is sent again on a poor line is done once"),
        seen_by=_THE_PERSON,
        kept=ForDays(
            lambda _settings: ANSWERS_KEPT,
            Words("返回后", "after the answer"),
            (lambda before: oldest(request, request.c.at < before),),
        ),
        at_erasure=Words("删除；在给别人的返回里去掉他", "deleted; he is blanked in the answers to others"),
    ),
    KeptData(
        name="events",
        tables=(event, event_room),
        what=Words("事件记录（人只有编号，没有位置）", "event log (people by number, no positions)"),
        whose=_USERS,
        purpose=Words("页面断网后补上错过的", "so that a page catches up on what it missed"),
        seen_by=Words("有权看到该事件的页面", "the pages that may see what happened"),
        kept=ForDays(
            lambda settings: timedelta(days=settings.event_days),
            Words("发生后", "after they happened"),
            (oldest_events,),
            ("HUXUE_EVENT_DAYS",),
        ),
        at_erasure=Words("到期删除；只有编号", "deleted by age; they have the number alone"),
    ),
    KeptData(
        name="jobs",
        tables=(job,),
        what=Words(
            "任务：谁要了什么文件、何时、用途、结果",
            "jobs: who asked for which file, when, what for, how it went",
        ),
        whose=Words("要求制作文件的人", "whoever asked for a file"),
        purpose=Words("显示进度，查明谁要了什么", "to show how far it is, and who asked for what"),
        seen_by=_THE_PERSON,
        kept=ForDays(
            lambda _settings: JOBS_KEPT,
            Words("提出后", "after they were asked for"),
            (lambda before: oldest(job, old_jobs(before)),),
        ),
        at_erasure=Words("清空用途，编号保留", "its words are blanked, the number stays"),
    ),
    KeptData(
        name="files",
        tables=(stored_file,),
        what=Words(
            "生成的文件（个人数据副本、导出的名单和记录）", "made files (copies of own data, exports)"
        ),
        whose=Words("要求制作文件的人", "whoever asked for a file"),
        purpose=Words("供本人取走", "for the person to fetch"),
        seen_by=Words("只有本人，随机文件名", "the person alone, under random names"),
        # Swept, files first: each row has the end of its own time.
        kept=ForDays(lambda _settings: FILES_KEPT, Words("制作后", "after they were made"), ()),
        at_erasure=_DELETED,
    ),
    KeptData(
        name="presence",
        tables=(presence,),
        what=Words("打开着的页面", "which page is open now"),
        whose=_USERS,
        purpose=Words("知道报警能否立即送到", "to know whether an alarm would be heard at once"),
        seen_by=Words("管辖此人的指挥台", "the consoles in whose scope he is"),
        kept=UntilThen(Words("关闭页面后几分钟内删除", "until minutes after the page is closed")),
        at_erasure=_DELETED,
    ),
    KeptData(
        name="guessing",
        tables=(rate_limit,),
        what=Words(
            "防猜测的计数，按手机号、账号或地址", "counts against guessing, by telephone, account or address"
        ),
        whose=Words("使用页面的人", "whoever uses the pages"),
        purpose=Words("阻止猜密码、滥发短信", "to stop guessing and floods"),
        seen_by=Words("无人", "nobody"),
        kept=UntilThen(Words("时间窗结束为止", "until their window has passed")),
        at_erasure=Words("时间窗结束即删除", "deleted when their window has passed"),
    ),
    KeptData(
        name="audit",
        order=5,
        tables=(audit_row, audit_look),
        what=Words(
            "审计记录：谁做了、看了什么，以及封签", "audit log: who did or looked at what, and its seals"
        ),
        whose=Words("操作的人和被查看的人", "whoever did something, and whom it concerned"),
        purpose=Words("查明谁做了什么、谁看了谁", "to find out who did what, and who looked at whom"),
        seen_by=Words("审计员；本人看得到谁看过自己", "the auditor; the person sees who looked at him"),
        kept=Stays(
            Words(
                "它要比所记的事情存得更久；能清空的记录证明不了什么",
                "proof that outlasts what it is about; a log that can be emptied proves nothing",
            )
        ),
        at_erasure=Words(
            "留下，只有编号；指挥台搜索时输入的姓名不改",
            "stays, with the number alone; a name that a console typed into a search is not changed",
        ),
    ),
)
