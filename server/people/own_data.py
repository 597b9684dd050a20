"""What the area holds of a person, as he gets it."""

from sqlalchemy import Column, ColumnElement, String, Table, case, cast, func, select

from server.core.own_data import OwnPart, Shown, Told, Words
from server.people.rules.consent_texts import DAYS, built_in_words
from server.people.tables import (
    account,
    account_use,
    consent,
    consent_draft,
    consent_text,
    erasure,
    session,
    suspension,
)
from server.people.tables.console_users import console_user
from server.people.tables.imports import enrolment, guard_import, guard_import_row
from server.people.tables.second_factors import recovery_code, second_factor
from server.places.tables import district, school, station


def _wording(language: str) -> ColumnElement[str]:
    """Give what the text of a consent says: as it was published, else as it is built in."""
    title, text = consent_text.c[f"title_{language}"], consent_text.c[f"text_{language}"]
    published = (
        select(func.replace(title + "\n" + text, DAYS, cast(consent_text.c.days, String)))
        .where(consent_text.c.kind == consent.c.kind, consent_text.c.version == consent.c.version)
        .correlate(consent)
        .scalar_subquery()
    )
    built_in = case(
        *(
            ((consent.c.kind == kind) & (consent.c.version == version), words)
            for (kind, version), words in built_in_words(language).items()
        ),
        else_=None,
    )
    return func.coalesce(published, built_in)


def _name_of(place: Table, of: Column[int]) -> ColumnElement[str]:
    """Give the name of the place to which an account belongs."""
    return select(place.c.name).where(place.c.id == of).scalar_subquery()


OWN_DATA = (
    OwnPart(
        "account",
        Words("账号", "Account"),
        (account.c.id,),
        (
            Shown(account.c.name, Words("姓名", "name")),
            Shown(account.c.claimed_name, Words("自称", "claimed name")),
            Shown(account.c.phone_sealed, Words("手机号", "telephone")),
            Shown(account.c.username, Words("用户名", "user name")),
            Shown(account.c.role, Words("角色", "role")),
            Shown(account.c.category, Words("类别", "category")),
            Shown(account.c.volunteer_kind, Words("志愿者类型", "kind of volunteer")),
            Shown(account.c.status, Words("状态", "status")),
            Shown(account.c.registered_at, Words("登记时间", "registered")),
            Shown(account.c.approved_at, Words("审核时间", "approved")),
            Shown(account.c.handed_on_at, Words("转交时间", "handed on")),
            Shown(account.c.first_confirmed_at, Words("首次确认时间", "first confirmed")),
        ),
        (
            Told("school", _name_of(school, account.c.school_id), Words("学校", "school")),
            Told("station", _name_of(station, account.c.station_id), Words("派出所", "police station")),
            Told("district", _name_of(district, account.c.district_id), Words("区县", "district")),
        ),
    ),
    OwnPart(
        "use",
        Words("使用情况", "Use of the account"),
        (account_use.c.account_id,),
        (
            Shown(account_use.c.used_at, Words("最后使用", "last used")),
            Shown(account_use.c.notice_at, Words("通知时间", "notice given")),
            Shown(account_use.c.closes_at, Words("将关闭", "closes")),
            Shown(account_use.c.closed_at, Words("关闭时间", "closed")),
        ),
    ),
    OwnPart(
        "enrolment",
        Words("在名单上", "On a list"),
        (enrolment.c.account_id,),
        (Shown(enrolment.c.at, Words("录入时间", "put on it")),),
    ),
    OwnPart(
        "consents",
        Words("同意记录", "Consents"),
        (consent.c.account_id,),
        (
            Shown(consent.c.kind, Words("事项", "to what")),
            Shown(consent.c.version, Words("版本", "version")),
            Shown(consent.c.given_at, Words("同意时间", "given")),
            Shown(consent.c.withdrawn_at, Words("撤回时间", "withdrawn")),
        ),
        (
            Told("wording_zh", _wording("zh"), Words("原文（中文）", "its words (Chinese)")),
            Told("wording_en", _wording("en"), Words("原文（英文）", "its words (English)")),
        ),
    ),
    OwnPart(
        "sessions",
        Words("登录记录", "Sign-ins"),
        (session.c.account_id,),
        (
            Shown(session.c.created_at, Words("登录时间", "signed in")),
            Shown(session.c.proved_at, Words("再次输密码", "password typed again")),
            Shown(session.c.expires_at, Words("到期时间", "expires")),
            Shown(session.c.ended_at, Words("退出时间", "ended")),
            Shown(session.c.device_id, Words("设备", "device")),
            Shown(session.c.browser, Words("浏览器", "browser")),
            Shown(session.c.network, Words("网段", "network")),
        ),
    ),
    OwnPart(
        "suspensions",
        Words("停用", "Suspensions"),
        (suspension.c.account_id,),
        (Shown(suspension.c.at, Words("时间", "time")),),
    ),
)

OF_OTHERS = "tells of another person, in whose copy it is"
NOT_OWN_DATA = {
    account.c.approved_by: OF_OTHERS,
    suspension.c.by: OF_OTHERS,
    enrolment.c.by: OF_OTHERS,
    guard_import.c.account_id: "of a console's account, which takes no copy",
    guard_import_row.c.account_id: "what a list would change of him, for a day; what it changed is in his account",
    console_user.c.account_id: "of a console's account, which takes no copy",
    console_user.c.given_by: OF_OTHERS,
    second_factor.c.id: "of a console's account, which takes no copy",
    recovery_code.c.account_id: "of a console's account, which takes no copy",
    consent_text.c.published_by: "of a console's account, which takes no copy: published in the office's name",
    consent_draft.c.edited_by: "of a console's account, which takes no copy",
    erasure.c.account_id: "whoever is erased has no copy any more",
    erasure.c.by: "whoever is erased has no copy any more",
}
