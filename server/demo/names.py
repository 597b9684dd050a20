"""Invented names: of people, schools and stations. None is meant to be anybody's or any place's."""

from collections.abc import Iterator
from random import Random

# Surnames with their rough share of the population in per mille, so that a list of guards looks like one.
SURNAMES = (
    "王72 李72 张68 刘54 陈45 杨31 赵27 黄25 周23 吴22 徐20 孙19 胡16 朱15 高14 林14 何14 郭13 马13 罗12 "
    "梁11 宋10 郑10 谢9 韩8 唐8 冯8 于7 董7 萧6 程6 曹6 袁6 邓6 许6 傅5 沈5 曾5 彭5 吕5 苏5 卢5 蒋5 蔡5 "
    "贾4 丁4 魏4 薛4 叶4 阎4 余4 潘4 杜4 戴4 夏4 钟3 汪3 田3 任3 姜3 范3 方3 石3 姚3 谭3 廖3 邹3 熊3 金3 "
    "陆3 郝2 孔2 白2 崔2 康2 毛2 邱2 秦2 江2 史2 顾2 侯2 邵2 孟2 龙2 万2 段2 钱2 汤2 尹2 黎2 易2 常2 武2 "
    "乔2 贺2 赖2 龚2 文2 欧阳1 上官1 司马1 诸葛1"
)
# Characters of which the names of public persons are made are left out of both.
FIRST = (
    "安宝博长丹东方芳凤福光桂国海浩和红宏华慧吉佳江金晶静俊凯乐丽亮林玲美敏明宁平强秋荣瑞若少胜思素天"
    "婷伟文武晓欣新秀学雪雅燕阳艺玉育元月云振正志智中子"
)
SECOND = (
    "安彬兵超晨成川春翠栋恩帆飞芬刚歌光国涵航豪红虹华辉慧坚健杰洁静军君凯康科兰乐磊莉力琳玲梅萌民敏娜"
    "南宁佩萍琪倩琴蓉瑞珊胜松涛婷威薇祥晓欣鑫轩燕怡英勇玉远云泽珍志洲"
)

# An animal and a thing: no real school is called so, and a list of them still looks like one.
ANIMALS = (
    "白鲸 蓝鲸 海豚 雨燕 蜂鸟 翠鸟 朱鹮 雪豹 麋鹿 羚羊 水獭 松鼠 "
    "考拉 企鹅 海星 海马 玳瑁 蜗牛 刺猬 流萤 锦鲤 河狸 信鸽 白鹭"
).split()
THINGS = (
    "风铃 纸鸢 灯塔 帆船 沙漏 日晷 水车 齿轮 棱镜 圆规 算盘 口琴 "
    "竖琴 铜鼓 陶罐 书签 秋千 陀螺 积木 拼图 画板 蜡笔 风车 罗盘"
).split()
SCHOOL_KINDS = {
    "kindergarten": "幼儿园",
    "primary": "小学",
    "junior": "初级中学",
    "senior": "高级中学",
    "nine_year": "九年制学校",
    "special": "特教学校",
}
STATIONS = "天枢 天璇 天玑 天权 玉衡 开阳 摇光 织女 河鼓 轩辕 勾陈 紫微".split()
GATES = ("南门", "东门", "西门", "北门", "正门")
AREAS = ("校门两侧各 80 米及斑马线", "校门至公交站台", "校门前非机动车道", "校门至路口", "家长等候区及停车带")


def people(random: Random) -> Iterator[str]:
    """Give invented names of persons without end; the same randomness gives the same names."""
    entries = SURNAMES.split()
    surnames = [entry.rstrip("0123456789") for entry in entries]
    shares = [int(entry[len(surname) :]) for entry, surname in zip(entries, surnames, strict=True)]
    while True:
        for surname in random.choices(surnames, shares, k=1000):
            first = random.choice(FIRST) if random.random() < 0.82 else ""
            second = random.choice(SECOND)
            yield surname + first + (second if second != first else "晴")


def schools(random: Random, kinds: list[str]) -> list[str]:
    """Name a school for each kind in a list; no two share the animal and the thing."""
    pairs = random.sample([animal + thing for animal in ANIMALS for thing in THINGS], len(kinds))
    return [pair + SCHOOL_KINDS[kind] for pair, kind in zip(pairs, kinds, strict=True)]
