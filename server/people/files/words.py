"""The words that files have for categories of guards."""

from collections.abc import Mapping

from server.core.access.roles import Category

# The first word of each is the one that the template offers.
CATEGORIES: Mapping[Category, tuple[str, ...]] = {
    Category.POLICE: ("民警", "警察", "公安", "police officer"),
    Category.DUTY_LEADER: ("带班领导", "值班领导", "领导", "leader"),
    Category.TEACHER: ("教职工", "教师", "老师", "staff"),
    Category.SECURITY: ("专职保安", "保安", "保安员", "security guard"),
    Category.VOLUNTEER: ("志愿者", "义工", "家长", "volunteers"),
}
