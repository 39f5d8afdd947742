"""Invented people for demonstrations and tests: names, birthdays, valid ID numbers and telephones of nobody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.fields.identity import check_digit, known_areas

MARK = "演示数据，人物为虚构"
"""Goes into every row made from an invented person, so that nobody takes it for a real one."""

# GB 11643 keeps the sequence numbers 996 to 999 for people who turned a hundred, so a number with one of them and a
# later birthday is held by nobody; it passes every check all the same.
_SEQUENCES = {"1": (997, 999), "2": (996, 998)}
OLDEST = 95

PHONE_PREFIX = "154"
"""Three digits that no operator had been given when this was written; the rest is random."""

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_COMMON = 20
"""The first surnames of the list are drawn as often as all the others together, as among real people."""
_GIVEN_MEN = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林建国志文德海山成亮安振东庆元朋岩松"
_GIVEN_WOMEN = "芳娜敏静丽艳娟霞秀兰燕玲桂英红梅莉萍慧洁婷雪琳丹玉珍凤云倩颖佳欣蓉琴素春菊淑惠晶妍瑶彩月荣香"
_GENERATION = "建国志文德海明永春玉世长家宗庆光维思子晓雨一少立新"


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person. `sex` is a code of GB/T 2261.1: 1 男, 2 女."""

    name: str
    sex: str
    born_on: date
    id_number: str
    phone: str
    mark: str = MARK


class InventedPeople:
    """Gives out people, each ID number and telephone once. Equal seeds give equal people.

    `county` is the six-digit code most ID numbers begin with; `lane` a word (the name of a demonstration step) that
    sends each user to a county of his own in the same province, so that two of them hardly ever give one number twice.
    """

    def __init__(self, seed: str, *, county: str, lane: str = "") -> None:
        self._random = Random(f"{seed}/{lane}")  # noqa: S311 - invented people, no secret
        self._counties = _counties(county, lane)
        self._numbers: set[str] = set()
        self._phones: set[str] = set()

    def person(
        self, *, today: date, sex: str | None = None, youngest: int = 20, oldest: int = 70, surname: str = ""
    ) -> Person:
        """One more person of an age between `youngest` and `oldest` full years, both included."""
        sex = sex or self._random.choice("12")
        number, born_on = self._id_number(sex, today, youngest, min(oldest, OLDEST))
        return Person(self.name(sex, surname=surname), sex, born_on, number, self.phone())

    def name(self, sex: str, *, surname: str = "") -> str:
        """A surname with one or two characters after it; most have two."""
        pool = _SURNAMES[:_COMMON] if self._random.random() < 0.5 else _SURNAMES
        first = surname or self._random.choice(pool)
        given = _GIVEN_MEN if sex == "1" else _GIVEN_WOMEN
        last = self._random.choice(given)
        if self._random.random() < 0.22:
            return first + last
        middle = self._random.choice(_GENERATION + given)
        return first + middle + last if middle != last else first + last

    def phone(self) -> str:
        """A mobile number nobody has."""
        while True:
            number = f"{PHONE_PREFIX}{self._random.randrange(10**8):08d}"
            if number not in self._phones:
                self._phones.add(number)
                return number

    def _id_number(self, sex: str, today: date, youngest: int, oldest: int) -> tuple[str, date]:
        latest = _years_before(today, youngest)
        earliest = _years_before(today, oldest + 1) + timedelta(days=1)
        days = (latest - earliest).days + 1
        for county in self._counties:
            for _try in range(40):
                born_on = earliest + timedelta(days=self._random.randrange(days))
                first_17 = f"{county}{born_on:%Y%m%d}{self._random.choice(_SEQUENCES[sex])}"
                number = first_17 + check_digit(first_17)
                if number not in self._numbers:
                    self._numbers.add(number)
                    return number, born_on
        raise RuntimeError("Every invented ID number of this age and sex is given out; ask for a wider range of ages.")


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _counties(county: str, lane: str) -> list[str]:
    """The county first, then its neighbours; with a lane, from one of them on."""
    near = sorted(code for code in known_areas() if code[:2] == county[:2] and code != county and code[2:4] != "00")
    every = [county, *near]
    if not lane:
        return every
    start = int.from_bytes(hashlib.sha256(lane.encode()).digest()[:4]) % len(every)
    return every[start:] + every[:start]
