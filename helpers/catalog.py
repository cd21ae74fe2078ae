"""The course as one table: each lesson's number, name, title, minutes, what comes before it, and its claims.

Everything that has to know which lessons there are asks here: the build, the tests, the command line. The
files follow from it: lesson 12 is `lessons/12_aiohttp_download.ipynb`, its source and its teacher's edition
are `solutions/12_aiohttp_download.md` and `.ipynb`.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """One lesson. `minutes` is the time a learner needs; `claims` are the numbers of the article's statements
    that the lesson teaches, each the tag `claim-N` of the cell that puts it to the test; `exercises` are the
    ids of its exercises, such as `12.1`.
    """

    number: int
    name: str
    title: str
    minutes: int
    prerequisites: tuple[int, ...] = ()
    claims: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The name that all the lesson's files share, such as `12_aiohttp_download`."""
        return f"{self.number:02}_{self.name}"


LESSONS = (
    Lesson(0, "start_here", "Start here", 45, exercises=("00.1",)),
    Lesson(
        1,
        "why_async_io",
        "Why asynchronous I/O",
        60,
        prerequisites=(0,),
        claims=tuple(str(number) for number in range(1, 21)),
        exercises=("01.1", "01.2", "01.3", "01.4"),
    ),
    Lesson(
        2,
        "callbacks",
        "Callbacks",
        60,
        prerequisites=(0,),
        claims=("24", "25", "26", "27", "28", "29", "30", "31"),
        exercises=("02.1", "02.2", "02.3", "02.4"),
    ),
    Lesson(
        3,
        "observers",
        "Observers, and a Future",
        60,
        prerequisites=(0,),
        claims=("32", "33", "34", "35", "36"),
        exercises=("03.1", "03.2", "03.3", "03.4", "03.5"),
    ),
    Lesson(
        4,
        "generators_and_coroutines",
        "Generators and coroutines",
        60,
        prerequisites=(0,),
        claims=("37", "38", "39", "40"),
        exercises=("04.1", "04.2", "04.3", "04.4", "04.5"),
    ),
    Lesson(
        5,
        "tasks_futures_events",
        "Tasks, futures and events",
        75,
        prerequisites=(0,),
        claims=("21", "22", "23", "41", "42", "70c", "70d", "70e"),
        exercises=("05.1", "05.2", "05.3", "05.4"),
    ),
    Lesson(
        6,
        "shared_memory",
        "Shared memory",
        60,
        prerequisites=(0,),
        claims=("43", "44", "45", "46", "47", "48", "49"),
        exercises=("06.1", "06.2", "06.3", "06.4", "06.5"),
    ),
    Lesson(
        7,
        "locks",
        "Locks",
        70,
        prerequisites=(0,),
        claims=("50", "51", "52", "53", "54", "55"),
        exercises=("07.1", "07.2", "07.3", "07.4"),
    ),
    Lesson(
        8,
        "condition_variables",
        "Condition variables",
        60,
        prerequisites=(0, 7),
        claims=("15", "16", "56", "57", "58"),
        exercises=("08.1", "08.2", "08.3", "08.4"),
    ),
    Lesson(
        9,
        "non_blocking_sockets",
        "Non-blocking sockets",
        60,
        prerequisites=(0,),
        claims=("59", "60", "61", "62"),
        exercises=("09.1", "09.2", "09.3", "09.4"),
    ),
    Lesson(
        10,
        "epoll_and_selectors",
        "epoll and selectors",
        75,
        prerequisites=(0, 5, 9),
        claims=("7", "8", "9", "10", "63", "64", "65"),
        exercises=("10.1", "10.2", "10.3", "10.4"),
    ),
    Lesson(
        11,
        "completion_io",
        "Completion I/O",
        60,
        prerequisites=(0, 5),
        claims=("21", "63", "66", "67"),
        exercises=("11.1", "11.2", "11.3", "11.4"),
    ),
    Lesson(
        12,
        "aiohttp_download",
        "Downloading many files with aiohttp",
        90,
        prerequisites=(0,),
        claims=("68", "69", "70a", "70b", "70c", "70d", "70e", "71", "72", "73", "74"),
        exercises=("12.1", "12.2", "12.3", "12.4", "12.5"),
    ),
    Lesson(
        13,
        "aiohttp_post",
        "Posting JSON, forms and files with aiohttp",
        90,
        prerequisites=(0, 12),
        claims=("75", "76", "77", "78"),
        exercises=("13.1", "13.2", "13.3", "13.4"),
    ),
    Lesson(
        14,
        "capstone",
        "The capstone: crawl, download, report",
        90,
        prerequisites=(0, 12, 13),
        exercises=("14.1", "14.2", "14.3", "14.4", "14.5"),
    ),
)


def find(numbers: Sequence[str]) -> tuple[Lesson, ...]:
    """The lessons with these numbers (`"7"` or `"07"`), all of them where none is given.

    Raises ValueError, saying which numbers there are, for anything else.
    """
    by_number = {lesson.number: lesson for lesson in LESSONS}
    found = {}
    for text in numbers:
        if not text.isdecimal() or int(text) not in by_number:
            there_are = ", ".join(f"{number:02}" for number in by_number)
            raise ValueError(f"There is no lesson {text!r}. There are: {there_are}.")
        found[int(text)] = by_number[int(text)]
    return tuple(found.values()) or LESSONS
