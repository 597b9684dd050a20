"""What the area keeps of people, what for and for how long."""

from server.alarm.tables.alarms import alarm, alarm_place, alarm_report, response
from server.alarm.tables.escalation import escalation_plan, ladder, ladder_step
from server.alarm.tables.follow_ups import follow_up
from server.alarm.tables.joint_response import joint_link, joint_plan, joint_task, joint_use, unit
from server.alarm.tables.standing import aside, voucher
from server.alarm.tables.timelines import alarm_entry
from server.core.kept_data import KeptData, Stays
from server.core.own_data import Words

KEPT = (
    KeptData(
        name="alarms",
        order=4,
        tables=(
            *(alarm, alarm_entry, alarm_place, alarm_report, response, aside, voucher),
            *(follow_up, ladder, ladder_step, joint_link, joint_task, joint_use),
        ),
        what=Words(
            "报警和演练：地点、谁报的、派了谁、离多远、何时应答、经过、结论、后续事项、联动单位的回复",
            "alarms and drills: place, who raised them, who was asked, from how far, when each answered, timeline, "
            "finding, follow-ups, answers of units",
        ),
        whose=Words("报警的人、被叫到的人", "whoever raised an alarm or was asked to it"),
        purpose=Words("处置报警，事后查明经过", "to answer an alarm, and to find out later what happened"),
        seen_by=Words(
            "管辖该报警的指挥台；报警期间已审核的报警人和被叫到的人",
            "the consoles in whose scope it lies; while it is open, verified guards who raised it or were asked to it",
        ),
        kept=Stays(
            Words(
                "这是应急处置的记录；经过是一条校验链，缺一条就能查出来",
                "they are the record of an emergency; a timeline is a chain in which no line may be missing",
            )
        ),
        at_erasure=Words(
            "留下，只有编号；别人写在情况和结论里的文字不改",
            "stay, with the number alone; what others wrote in notes and findings is not changed",
        ),
    ),
    KeptData(
        name="units",
        tables=(unit, joint_plan, escalation_plan),
        what=Words("联动单位及电话、预案", "units and their telephones, plans"),
        whose=Words("单位的联系人", "contacts of units"),
        purpose=Words("报警时叫到联动单位", "to call units in an alarm"),
        seen_by=Words("区指挥台", "the district's consoles"),
        kept=Stays(
            Words(
                "到有人修改为止；单位只停用，不删除",
                "until somebody changes them; a unit is archived, not deleted",
            )
        ),
        at_erasure=Words("不涉及", "not concerned"),
    ),
)
