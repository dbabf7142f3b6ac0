"""The norms of wording that a new chain begins with: the documents' own (rulebook S10); HQ may change each."""

from dataclasses import dataclass

from inquiries.models.norms import NormKind, Occasion, Strictness


@dataclass(frozen=True, slots=True)
class DefaultNorm:
    """A norm before it is planted."""

    language: str
    phrase: str
    situation: str
    strictness: Strictness
    variants: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    kind: NormKind = NormKind.BANNED
    occasion: Occasion = Occasion.EVERY_MESSAGE


_BLOCK, _WARN = Strictness.BLOCK, Strictness.WARN

# What is planted is headquarters' own text from then on, so it is written in its language and is not translated.
DEFAULT_NORMS: tuple[DefaultNorm, ...] = (
    DefaultNorm(
        "en", "not our business", "When a customer asks about what others do", _BLOCK, ("none of our business",)
    ),
    DefaultNorm("en", "nothing to do with us", "When something went wrong elsewhere", _BLOCK),
    DefaultNorm(
        "en",
        "no way to solve it",
        "When a solution is not known yet",
        _BLOCK,
        ("no way to solve this",),
    ),
    DefaultNorm("en", "whatever", "When a customer has to choose", _WARN),
    DefaultNorm("en", "not clear", "When something has to be looked up first", _WARN, ("no idea",)),
    DefaultNorm("en", "don't know", "When something has to be looked up first", _WARN, ("dont know", "do not know")),
    DefaultNorm("zh-hans", "我们不管", "客户问到其他部门或商家的事", _BLOCK, ("不归我们管", "不关我们的事")),
    DefaultNorm("zh-hans", "跟我们没关系", "问题出在别处时", _BLOCK, ("和我们没关系", "与我们无关")),
    DefaultNorm("zh-hans", "没办法解决", "暂时没有解决办法时", _BLOCK, ("没法解决", "解决不了")),
    DefaultNorm("zh-hans", "随便", "客户需要选择时", _WARN, (), ("随便看看", "随便逛逛", "随便挑")),
    DefaultNorm("zh-hans", "不清楚", "需要查证时", _WARN, (), ("清不清楚",)),
    DefaultNorm("zh-hans", "不知道", "需要查证时", _WARN, (), ("知不知道",)),
    DefaultNorm("zh-hant", "我們不管", "客戶問到其他部門或商家的事", _BLOCK, ("不歸我們管", "不關我們的事")),
    DefaultNorm("zh-hant", "跟我們沒關係", "問題出在別處時", _BLOCK, ("和我們沒關係", "與我們無關")),
    DefaultNorm("zh-hant", "沒辦法解決", "暫時沒有解決辦法時", _BLOCK, ("沒法解決", "解決不了")),
    DefaultNorm("zh-hant", "隨便", "客戶需要選擇時", _WARN, (), ("隨便看看", "隨便逛逛", "隨便挑")),
    DefaultNorm(
        "en",
        "hello",
        "The first answer greets or thanks",
        _WARN,
        (
            "hi",
            "dear",
            "good morning",
            "good afternoon",
            "good evening",
            "welcome",
            "thank you",
            "thanks",
            "please",
            "sorry",
        ),
        kind=NormKind.COURTESY,
        occasion=Occasion.FIRST_ANSWER,
    ),
    # Written for both scripts: which one a text is in can't always be told.
    DefaultNorm(
        "zh-hans",
        "您好",
        "首次回复须使用礼貌用语",
        _WARN,
        ("你好", "请", "請", "谢谢", "謝謝", "感谢", "感謝", "对不起", "對不起", "抱歉", "欢迎", "歡迎"),
        kind=NormKind.COURTESY,
        occasion=Occasion.FIRST_ANSWER,
    ),
)
