"""bin/bench words: what it costs to look for 20,000 sensitive words in a message, beside two plain ways to do it: one
regular expression of all of them, and a loop of `in`. Those two see only the exact spelling."""

import argparse
import random
import re
import time
from collections.abc import Callable
from itertools import cycle, islice

from bench.kit.report import Report, p95
from chat.words import Matcher, Word

SYLLABLES = re.findall("..", "bacedofuguhijokalumenipoquristuvowexylza")
PART_OF_MANY = {"ass", "cum", "hell", "nig", "tit"}  # "hello everybody": a hit that has to be looked at, and is none
CHARACTERS = "的一是在有人这中大国来上个到说们为子和你地出会也时要就可以对生能而那得于着下自之年过发后作里"
SAID = {
    "English": (
        "hello everybody, good evening from the other side of the world",
        "can you play that song again please? it was lovely!",
        "what camera do you use, the picture is so sharp today",
        "lol that was so funny, I nearly spilled my tea over the keyboard",
    ),
    "Chinese": (
        "主播晚上好，今天的画面真清楚，声音也特别好听，辛苦了，大家快来点个关注吧",
        "刚刚那首歌能不能再唱一遍？我妈妈也在旁边听，她说很喜欢你的声音，哈哈哈哈",
        "這個直播間的氣氛真好，第一次來就不想走了，明天還會開播嗎？請問是幾點開始呢",
        "我从上海来看你直播，网络有点卡，换了清晰度以后就流畅多了，谢谢主播的提醒",
    ),
    "disguised": (
        "you are such a b.a.d.w.o.r.d and everybody in here knows it, ｂａｄｗｏｒｄ!",
        "他说的敏*感*词大家都懂，不用再说 敏 感 詞 了吧，真的没有意思，换个话题好不好",
    ),
}


def main() -> None:
    options = arguments()
    words = make_words(options.words)
    lengths = [len(text) for texts in SAID.values() for text in texts]
    sizes = f"messages of {min(lengths)} to {max(lengths)} characters"
    report = Report("words", f"{len(words):,} words, half of them Chinese; {sizes}")
    started = time.perf_counter()
    matcher = Matcher(words)
    report.add("making the list ready", (time.perf_counter() - started) * 1000, "ms")
    for kind, texts in SAID.items():
        compare(report, kind, texts, words, matcher, options.messages)
    report.show()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench words", description=__doc__)
    parser.add_argument("--words", type=int, default=20_000, help="in the list (20,000)")
    parser.add_argument("--messages", type=int, default=50_000, help="of each kind (50,000)")
    parser.add_argument("--quick", action="store_true", help="200 messages of each kind: does it run at all?")
    options = parser.parse_args()
    options.messages = 200 if options.quick else options.messages
    return options


def make_words(count: int) -> list[Word]:
    """The same list each time: made-up Latin words of two to four syllables, Chinese ones of two to four characters."""
    dice = random.Random(20_000)
    texts = {"badword", "敏感词", *PART_OF_MANY}
    while len(texts) < count // 2:
        texts.add("".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))))
    while len(texts) < count:
        texts.add("".join(dice.choices(CHARACTERS, k=dice.choice((3, 3, 4, 4, 2)))))
    return [Word(text, "other", "mask") for text in sorted(texts)]


def compare(report: Report, kind: str, texts: tuple, words: list[Word], matcher: Matcher, messages: int) -> None:
    spellings = [word.text for word in words]
    pattern = re.compile("|".join(map(re.escape, spellings)))
    ours = timed(matcher.check, texts, messages)
    expression = timed(pattern.search, texts, max(messages // 500, 20))
    loop = timed(lambda text: [word for word in spellings if word in text], texts, max(messages // 500, 20))
    report.add(f"{kind}, ours, median", sorted(ours)[len(ours) // 2], "us")
    report.add(f"{kind}, ours, p95", p95(ours), "us")
    report.add(f"{kind}, one regular expression, median", sorted(expression)[len(expression) // 2], "us")
    report.add(f"{kind}, a loop of in, median", sorted(loop)[len(loop) // 2], "us")
    report.add(f"{kind}, with words found", sum(bool(matcher.check(text).words) for text in texts), f"of {len(texts)}")


def timed(check: Callable[[str], object], texts: tuple[str, ...], times: int) -> list[float]:
    """Microseconds of each of so many checks."""
    for text in texts:
        check(text)  # the first of each character is looked up once
    took = []
    for text in islice(cycle(texts), times):
        started = time.perf_counter_ns()
        check(text)
        took.append((time.perf_counter_ns() - started) / 1000)
    return took


if __name__ == "__main__":
    main()
