"""A sentence in Chinese and in English for every fault that a list of guards can have."""

from server.core.files.fault_words import SHARED, Sentences

SENTENCES: Sentences = {
    **SHARED,
    "twice": (
        "这个人在第 {first_row} 行已经有了。",
        "This person stands in row {first_row} already.",
    ),
    "unknown_school": ("没有这所学校。", "There is no such school."),
    "unknown_station": ("没有这个派出所。", "There is no such station."),
    "several_schools": (
        "有几所学校叫这个名字，请填写派出所。",
        "Several schools have this name: fill in the police station.",
    ),
    "school_not_there": (
        "这个派出所没有叫这个名字的学校。",
        "There is no school of this name at this station.",
    ),
    "school_closed": ("这所学校已经停用。", "This school is closed."),
    "station_closed": ("这个派出所已经停用。", "This station is closed."),
    "not_your_school": (
        "不是本校：只能导入本校的人员。",
        "Another school: only people of your own school can be brought in here.",
    ),
    "police_by_station": (
        "民警由派出所登记和审核，不能在学校的名单里。",
        "Police are registered and approved by their station, and cannot be on a school's list.",
    ),
    "unknown_number": (
        "没有这个编号的人员；新来的人请让编号空着。",
        "Nobody has this number; leave it blank for somebody new.",
    ),
    "phone_differs": (
        "与这个编号的手机号不一致。换了手机号的人，请本人用新号码重新登记。",
        "Not the telephone of this number. Whoever has a new telephone registers with it himself.",
    ),
    "known_elsewhere": (
        "这个手机号已在别处登记，请联系区管理员。",
        "This telephone is registered elsewhere: ask the district's administrator.",
    ),
    "many_elsewhere": (
        "在别处登记的手机号太多，今天不再核对。请把名单交给区管理员导入。",
        "Too many telephones registered elsewhere: no more are checked today. Ask the district to bring the list in.",
    ),
    "is_suspended": (
        "此人已停用：请先恢复，再修改。",
        "This person is suspended: take that back first.",
    ),
    "has_closed": (
        "此人的账号已关闭：请本人重新登记。",
        "This person's account is closed: he registers anew himself.",
    ),
    "several_phones": (
        "这一行不止一个手机号：请一人一行。",
        "More than one telephone in this line: one person a line.",
    ),
    "number_in_name": ("姓名里有长串数字。", "The name holds a long number."),
    "no_name": ("这一行没有姓名。", "This line has no name."),
    "name_of_office": (
        "像是单位名称：请填写本人姓名。",
        "Sounds like an office: fill in the person's own name.",
    ),
}
