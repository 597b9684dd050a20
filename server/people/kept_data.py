"""What the area keeps of people, what for and for how long."""

from datetime import timedelta

from server.core.database.old_rows import oldest
from server.core.kept_data import ForDays, KeptData, Stays, UntilThen
from server.core.own_data import Words
from server.people.queries.imports import old_lists, old_rows_of_lists
from server.people.tables import (
    account,
    account_use,
    consent,
    consent_draft,
    consent_text,
    erasure,
    known_device,
    session,
    sign_in_code,
    suspension,
    ticket,
)
from server.people.tables.console_users import console_user
from server.people.tables.imports import enrolment, guard_import, guard_import_row
from server.people.tables.second_factors import recovery_code, second_factor

CODES_KEPT = timedelta(days=1)
# As long as a browser keeps the cookie that names it.
LISTS_KEPT = timedelta(days=1)
DEVICES_KEPT = timedelta(days=400)

_USERS = Words("每个有账号的人", "everybody with an account")
_EXPIRED = Words("到期后", "after they expire")

KEPT = (
    KeptData(
        name="account",
        order=1,
        tables=(account, account_use, suspension),
        what=Words(
            "账号：姓名、手机号、类别、学校或派出所", "accounts: name, telephone, category, school or station"
        ),
        whose=_USERS,
        purpose=Words("知道谁在岗，并能联系到他", "to know who stands at a post, and to reach him"),
        seen_by=Words(
            "审核人和辖区指挥台（手机号打码，打电话须写原因）；同岗值勤人员看到姓名",
            "whoever approves him and the consoles in whose scope he is (telephone masked, shown for a stated "
            "reason); his name: who is on duty with him",
        ),
        kept=Stays(
            Words(
                "签到、报警和审计记录都指向它。注销后会话结束，只能报警；姓名和手机号仍保留，同一手机号可以重新登记",
                "check-ins, alarms and the audit log point to them. Closing an account ends its sessions and lets it "
                "do nothing but raise an alarm; name and telephone stay, and the same telephone may register anew",
            )
        ),
        at_erasure=Words(
            "清空姓名、手机号、用户名和密码", "name, telephone, user name and password are blanked"
        ),
    ),
    KeptData(
        name="unused_account",
        tables=(account_use,),
        what=Words(
            "久未使用而关闭的护学员账号，最后使用时间",
            "accounts of guards that were closed because nobody used them; the time of the last use",
        ),
        whose=Words("护学员", "guards"),
        purpose=Words(
            "本人回来时认得出，能重新启用", "to know who comes back, and to open the account again"
        ),
        seen_by=Words("区管理员", "the district administrator"),
        kept=ForDays(
            lambda settings: timedelta(days=settings.unused_erased_days),
            Words("因未使用而关闭后", "after they were closed as unused"),
            (),
            ("HUXUE_UNUSED_MONTHS", "HUXUE_UNUSED_ERASED_DAYS"),
        ),
        at_erasure=Words("删除；账号按抹除处理", "deleted; the account is treated as at every erasure"),
    ),
    KeptData(
        name="consents",
        order=2,
        tables=(consent, erasure),
        what=Words("各项同意、撤回和抹除的时间", "consents, and the times of withdrawal and erasure"),
        whose=Words("护学员", "guards"),
        purpose=Words("证明处理数据得到了同意", "to prove that the data was kept by consent"),
        seen_by=Words("本人", "the person"),
        kept=Stays(
            Words(
                "证明当时有同意；撤回只记下时间",
                "proof of what was agreed to; a withdrawal only notes its time",
            )
        ),
        at_erasure=Words("只留编号和时间", "number and times stay, nothing that names the person"),
    ),
    KeptData(
        name="consent_texts",
        tables=(consent_text, consent_draft),
        what=Words(
            "同意书的各版文本和草稿，谁在何时发布或修改",
            "texts of consents and drafts of them, and who published or changed them when",
        ),
        whose=Words("区县管理员", "administrators of the district"),
        purpose=Words(
            "说明每项同意的内容", "to show what each consent says, and what somebody agreed to at the time"
        ),
        seen_by=Words(
            "现行文本任何人可看；旧版、草稿和发布人由区县管理员查看",
            "the texts in force: anybody; earlier ones, drafts and who published: the district's administrators",
        ),
        kept=Stays(
            Words(
                "每个人同意的是哪一版，要能查到原文",
                "whoever agreed to a text must be able to read it again",
            )
        ),
        at_erasure=Words("不涉及", "not concerned"),
    ),
    KeptData(
        name="guard_lists",
        tables=(guard_import, guard_import_row),
        what=Words(
            "导入的人员名单：姓名、手机号（加密）、类别、学校，以及每行的检查结果",
            "lists of guards that are brought in: name, telephone (sealed), category, school, what was found of "
            "each row",
        ),
        whose=Words("名单上的人和导入的人", "the people on the list, and who brought it in"),
        purpose=Words("先检查、后导入", "to look at a list before it is taken over"),
        seen_by=Words("导入的人（手机号打码）", "whoever brought it in (telephones masked)"),
        kept=ForDays(
            lambda _settings: LISTS_KEPT,
            Words("上传后", "after the file was sent"),
            (old_rows_of_lists, old_lists),
        ),
        at_erasure=Words("名单中的他删除", "he is deleted from the lists"),
    ),
    KeptData(
        name="enrolments",
        tables=(enrolment,),
        what=Words(
            "由学校或区里录入、本人还没登记的人：谁录入、何时",
            "people whom a school or the district put on its list and who have not registered yet: by whom, when",
        ),
        whose=Words("名单上的人", "the people on the list"),
        purpose=Words(
            "本人用手机号登记时认出他，并请他同意",
            "to know him when he registers with his telephone, and to ask for his consent",
        ),
        seen_by=Words("审核人和辖区指挥台", "whoever approves him and the consoles in whose scope he is"),
        kept=UntilThen(Words("本人登记为止", "until he registers himself")),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="console_users",
        tables=(console_user,),
        what=Words(
            "指挥台账号由谁给予、到哪天为止、设密码链接的哈希和时间",
            "who gave a console account its rights, its last day, and hash and times of the link to its password",
        ),
        whose=Words("指挥台用户", "console users"),
        purpose=Words("一个人给的权限由另一个人确认", "so that somebody else confirms what one gives"),
        seen_by=Words("区管理员", "the district administrator"),
        kept=Stays(Words("审计指向它", "the audit log points to them")),
        at_erasure=Words("不涉及护学员", "no guard is concerned"),
    ),
    KeptData(
        name="second_steps",
        tables=(second_factor, recovery_code),
        what=Words(
            "两步验证：与验证器共用的密钥（加密）、恢复码的哈希、时间",
            "the second step of a sign-in: what the authenticator app shares (sealed), hashes of recovery codes, times",
        ),
        whose=Words("指挥台用户", "console users"),
        purpose=Words("只知道密码的人不能登录", "so that nobody signs in who knows a password alone"),
        seen_by=Words("无人", "nobody"),
        kept=UntilThen(Words("本人或区管理员取消为止", "until he or the district administrator ends it")),
        at_erasure=Words("不涉及护学员", "no guard is concerned"),
    ),
    KeptData(
        name="sessions",
        tables=(session,),
        what=Words(
            "登录：令牌的哈希、设备、浏览器、网段、时间",
            "sessions: hash of the token, device, browser, network, times",
        ),
        whose=_USERS,
        purpose=Words("保持登录", "to stay signed in"),
        seen_by=Words("本人（个人数据副本）", "the person, in his copy"),
        kept=ForDays(
            lambda _settings: CODES_KEPT,
            _EXPIRED,
            (lambda before: oldest(session, session.c.expires_at < before),),
            ("HUXUE_SESSION_DAYS", "HUXUE_CONSOLE_SESSION_HOURS"),
        ),
        at_erasure=Words("删除", "deleted"),
    ),
    KeptData(
        name="codes",
        tables=(sign_in_code, ticket),
        what=Words("验证码和登记凭据，含手机号", "one-time codes and tickets, with the telephone"),
        whose=Words("用手机号登录的人", "whoever signs in by telephone"),
        purpose=Words("确认手机号是本人的", "to make sure that the telephone is his"),
        seen_by=Words("无人", "nobody"),
        kept=ForDays(
            lambda _settings: CODES_KEPT,
            _EXPIRED,
            (
                lambda before: oldest(sign_in_code, sign_in_code.c.expires_at < before),
                lambda before: oldest(ticket, ticket.c.expires_at < before),
            ),
        ),
        at_erasure=Words(
            "验证码删除；登记凭据最迟到期后一天删除",
            "codes are deleted, tickets a day after they expire at the latest",
        ),
    ),
    KeptData(
        name="devices",
        tables=(known_device,),
        what=Words(
            "登录过的设备：手机号或用户名的代号（用密钥算出）、设备名",
            "devices on which somebody signed in: keyed names of telephone or user name, the device's name",
        ),
        whose=_USERS,
        purpose=Words("别人猜密码时，本人仍能登录", "so that he can sign in while others guess"),
        seen_by=Words("无人", "nobody"),
        kept=ForDays(
            lambda _settings: DEVICES_KEPT,
            Words(
                "注销账号时立即删除，否则最后一次登录后",
                "after the last sign-in there, or until the account is closed",
            ),
            (lambda before: oldest(known_device, known_device.c.seen_at < before),),
        ),
        at_erasure=Words("删除", "deleted"),
    ),
)
