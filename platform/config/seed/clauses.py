"""What the standards of the demo's headquarters say: titles, clauses and rules, in every language of the product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.seed.wording import said
from standards.models.texts import ClauseChange, ClauseField, JourneyStep
from standards.rules.asking import Question
from standards.rules.drafts import ClauseDraft
from standards.rules.journey import Step

# The way of a customer through the chain, step by step.
JOURNEY = (
    Step("ARRIVAL", said("Coming in", "进店", "進店")),
    Step("INQUIRY", said("Asking", "咨询", "諮詢")),
    Step("ORDER", said("Ordering", "下单", "下單")),
    Step("DELIVERY", said("Getting the goods", "收货", "收貨")),
    Step("COMPLAINT", said("Complaining", "投诉", "投訴")),
    Step("PAYMENT", said("Paying and refunds", "付款与退款", "付款與退款"), matters=False),
)
# What some stores have, and a clause asks for only there.
QUEUE_SCREEN = "QUEUE_SCREEN"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clause: what it says, its rule, the step of the journey that it is tied to, and what it is about.

    `change` is what its author says that it changes; `questions` are asked of those who read it anew.
    """

    texts: Mapping[str, str]
    rule: Mapping[str, Any]
    step: str
    about: ClauseField
    change: ClauseChange | None = None
    scope: Mapping[str, Sequence[str]] = field(default_factory=dict)
    questions: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A standard as it is drafted: its titles and its clauses."""

    titles: Mapping[str, str]
    clauses: Sequence[Wanted]

    def drafts(self) -> list[ClauseDraft]:
        """Return the clauses as they are typed; the steps of the journey are looked up."""
        steps = dict(JourneyStep.objects.order_by("position").values_list("code", "id"))
        return [
            ClauseDraft(
                number=str(number),
                texts=each.texts,
                rule=each.rule,
                field=each.about,
                journey_step_id=steps[each.step],
                # What customers may read in the service charter: how soon they hear from the store.
                is_public=each.about is ClauseField.TIME_LIMITS,
                change=each.change,
                scope=each.scope,
                questions=each.questions,
            )
            for number, each in enumerate(self.clauses, start=1)
        ]


def _followed(trigger: str, response: str, within: str, share: int, **more: Any) -> dict[str, Any]:
    rule = {"kind": "FOLLOWED_BY", "trigger": trigger, "response": response, "within": within, "share": share}
    return {**rule, **more}


def _asked(text: dict[str, str], right: dict[str, str], *wrong: dict[str, str]) -> Question:
    """Return a question whose second answer is the right one."""
    return Question(text, [wrong[0], right, *wrong[1:]], RIGHT)


# The place of the right answer to each question.
RIGHT = 1
_BY_INSPECTION = {"kind": "BY_INSPECTION"}

_SAME_DAY = Wanted(
    said(
        "Every complaint is looked into on the day it is filed; a grave one may take a day longer.",
        "每一宗投诉都在受理当天调查核实；重大投诉可延长一天。",
        "每一宗投訴都在受理當天調查核實；重大投訴可延長一天。",
    ),
    _followed(
        "COMPLAINT_FILED",
        "INVESTIGATION_RECORDED",
        "SAME_DAY",
        96,
        allowance={"extra": "P1D", "when": {"severity": ["GRAVE"]}},
    ),
    "COMPLAINT",
    ClauseField.TIME_LIMITS,
)
_TOLD_IN_FOUR = Wanted(
    said(
        "The customer is told the solution within four opening hours of its being planned.",
        "处理方案确定后，四个营业小时内告知客户。",
        "處理方案確定後，四個營業小時內告知客戶。",
    ),
    _followed("RESOLUTION_PLANNED", "CUSTOMER_TOLD", "PT4H", 95, time="WORKING"),
    "COMPLAINT",
    ClauseField.COMMUNICATION,
)
_UNIFORM = Wanted(
    said(
        "Everybody at the counter wears the chain's uniform and a name badge.",
        "前台员工一律穿着统一制服并佩戴工牌。",
        "前臺員工一律穿著統一制服並佩戴工牌。",
    ),
    _BY_INSPECTION,
    "ARRIVAL",
    ClauseField.APPEARANCE,
)
_COMPLAINTS = said("How complaints are handled", "投诉处理标准", "投訴處理標準")
COMPLAINTS_FIRST = Text(_COMPLAINTS, (_SAME_DAY, _TOLD_IN_FOUR))
COMPLAINTS_SECOND = Text(_COMPLAINTS, (_SAME_DAY, _TOLD_IN_FOUR, _UNIFORM))
# The third version comes in waves: one clause untouched, one of new substance, one in other words, one that is new.
COMPLAINTS_THIRD = Text(
    _COMPLAINTS,
    (
        _SAME_DAY,
        Wanted(
            said(
                "The customer is told the solution within two opening hours of its being planned.",
                "处理方案确定后，两个营业小时内告知客户。",
                "處理方案確定後，兩個營業小時內告知客戶。",
            ),
            _followed("RESOLUTION_PLANNED", "CUSTOMER_TOLD", "PT2H", 90, time="WORKING"),
            "COMPLAINT",
            ClauseField.COMMUNICATION,
            questions=(
                _asked(
                    said(
                        "A solution is planned at ten. Until when do you tell the customer?",
                        "上午十点确定了处理方案，最迟几点告知客户？",
                        "上午十點確定了處理方案，最遲幾點告知客戶？",
                    ),
                    said("Until noon", "中午十二点", "中午十二點"),
                    said("Until two", "下午两点", "下午兩點"),
                    said("Until the next day", "第二天", "第二天"),
                ),
                _asked(
                    said(
                        "It is planned an hour before closing. When is the time up?",
                        "打烊前一小时确定了方案，时限何时截止？",
                        "打烊前一小時確定了方案，時限何時截止？",
                    ),
                    said("An hour after the next opening", "次日开门后一小时", "次日開門後一小時"),
                    said("When the store closes", "当天打烊时", "當天打烊時"),
                ),
            ),
        ),
        Wanted(
            said(
                "Whoever serves at the counter wears the uniform of the chain, with a name badge.",
                "在前台接待的员工一律穿统一制服、佩戴工牌。",
                "在前臺接待的員工一律穿統一制服、佩戴工牌。",
            ),
            _BY_INSPECTION,
            "ARRIVAL",
            ClauseField.APPEARANCE,
            change=ClauseChange.WORDING,
        ),
        Wanted(
            said(
                "Where there is a queue screen, guests are also called by voice when it fails.",
                "设有叫号屏的门店，屏幕故障时改为人工叫号。",
                "設有叫號屏的門店，螢幕故障時改為人工叫號。",
            ),
            _BY_INSPECTION,
            "ARRIVAL",
            ClauseField.ANTICIPATION,
            scope={"equipment": [QUEUE_SCREEN]},
        ),
    ),
)
_ANSWERS = said("How soon customers are answered", "回复时限标准", "回覆時限標準")
_IN_THREE_MINUTES = Wanted(
    said(
        "A message of a customer is answered within three minutes.",
        "客户的线上消息三分钟内回复。",
        "客戶的線上訊息三分鐘內回覆。",
    ),
    _followed("INQUIRY_OPENED", "INQUIRY_ANSWERED", "PT3M", 90, scope={"channel": ["ONLINE", "EMAIL"]}),
    "INQUIRY",
    ClauseField.TIME_LIMITS,
)
_PAID_OUT = Wanted(
    said(
        "A refund that was granted is paid out within three days.",
        "退款批准后三天内支付给客户。",
        "退款核准後三天內支付給客戶。",
    ),
    _followed("REFUND_GRANTED", "REFUND_EXECUTED", "P3D", 95),
    "PAYMENT",
    ClauseField.TIME_LIMITS,
)
_COURTESY = Wanted(
    said(
        "On the phone we greet, say please and thank you, and never blame another department.",
        "电话用语须有问候、请和谢谢，不得推诿其他部门。",
        "電話用語須有問候、請和謝謝，不得推諉其他部門。",
    ),
    _BY_INSPECTION,
    "INQUIRY",
    ClauseField.COURTESY,
)
ANSWERS = Text(_ANSWERS, (_IN_THREE_MINUTES, _PAID_OUT, _COURTESY))
# A draft of its next version, with another threshold, which is tried on the past first.
ANSWERS_SOONER = Text(
    _ANSWERS,
    (
        Wanted(
            said(
                "A message of a customer is answered within one minute.",
                "客户的线上消息一分钟内回复。",
                "客戶的線上訊息一分鐘內回覆。",
            ),
            _followed("INQUIRY_OPENED", "INQUIRY_ANSWERED", "PT1M", 90, scope={"channel": ["ONLINE", "EMAIL"]}),
            "INQUIRY",
            ClauseField.TIME_LIMITS,
        ),
        _PAID_OUT,
        _COURTESY,
    ),
)
