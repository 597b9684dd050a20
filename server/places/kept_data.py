"""What the area keeps, what for and for how long."""

from server.core.kept_data import KeptData, Stays
from server.core.own_data import Words
from server.places.tables import (
    calendar_day,
    calendar_year,
    district,
    peak,
    post,
    post_code,
    school,
    staffing_rule,
    station,
    term,
    timetable,
)

KEPT = (
    KeptData(
        name="places",
        tables=(
            district,
            station,
            school,
            post,
            post_code,
            peak,
            calendar_day,
            calendar_year,
            term,
            timetable,
            staffing_rule,
        ),
        what=Words(
            "岗位、学校、派出所及其公开电话、校历",
            "posts, schools, stations and their public telephones, calendar",
        ),
        whose=Words("单位，不含个人", "institutions, no person"),
        purpose=Words(
            "知道岗位在哪里、何时要有人", "to know where posts are and when they are to be staffed"
        ),
        seen_by=Words(
            "指挥台；扫码的人看到学校和校门", "consoles; whoever scans a poster sees school and gate"
        ),
        kept=Stays(Words("到有人修改为止", "until somebody changes them")),
        at_erasure=Words("不涉及", "not concerned"),
    ),
)
