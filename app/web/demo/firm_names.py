"""Names of firms for a year of the demo: places and words of the region, each name once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from app.domain.expert import Category

PLACES = ("银川", "石嘴山", "吴忠", "固原", "中卫", "灵武", "青铜峡", "平罗", "盐池", "同心")
AGENCY_WORDS = ("朔方", "贺岚", "沙湖", "清渠", "星海", "镇北", "稷下", "云川")
AGENCY_ENDINGS = {
    Category.CREDIT: "信用管理有限公司",
    Category.INFORMATISATION: "信息技术有限公司",
    Category.MANAGEMENT: "管理咨询有限公司",
    Category.INTELLECTUAL_PROPERTY: "知识产权代理有限公司",
    Category.TECHNOLOGY: "检测认证有限公司",
    Category.LEGAL: "律师事务所",
    Category.OTHER: "企业服务有限公司",
}
ENTERPRISE_WORDS = (
    "塞上", "金岸", "六盘", "红寺", "灵州", "丰登", "长流", "鸣沙", "良田", "西夏", "望远", "宁东", "胜利", "月牙", "崇兴", "金贵",
    "大河", "清水", "苏峪", "黄羊", "石空", "新材", "滨河", "文昌",
)  # fmt: skip
ENTERPRISE_ENDINGS = (
    "枸杞制品有限公司", "机械制造有限公司", "乳业有限公司", "葡萄酒有限公司", "商贸有限公司", "建筑工程有限公司", "物流有限公司",
    "软件有限公司", "餐饮管理有限公司", "新材料有限公司", "纺织有限公司", "农牧科技有限公司",
)  # fmt: skip


def agency_names() -> Iterator[tuple[str, Category]]:
    """Agencies with what they offer: 80 names, the categories by turns."""
    kinds = list(AGENCY_ENDINGS)
    for number, (word, place) in enumerate(product(AGENCY_WORDS, PLACES)):
        kind = kinds[number % len(kinds)]
        yield f"{place}{word}{AGENCY_ENDINGS[kind]}", kind


def enterprise_names() -> Iterator[str]:
    """Enterprises: 2,880 names, neighbours in different trades."""
    for number, (word, place, _) in enumerate(product(ENTERPRISE_WORDS, PLACES, ENTERPRISE_ENDINGS)):
        yield f"{place}{word}{ENTERPRISE_ENDINGS[number % len(ENTERPRISE_ENDINGS)]}"
