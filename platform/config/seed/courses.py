"""What the demo's courses teach, in every language of the product (T1, T2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from config.seed.wording import said
from standards.models.texts import Clause
from training.models.courses import CourseSubject, LessonKind
from training.rules.courses import LessonDraft, QuestionDraft

# The place of the right option of every question.
RIGHT = 1


@dataclass(frozen=True, slots=True)
class CourseText:
    """A course as it is drafted; of the lessons that teach a clause, `clauses` names its number by their place."""

    titles: Mapping[str, str]
    subject: CourseSubject
    lessons: Sequence[LessonDraft]
    clauses: Mapping[int, str]
    has_practical_exam: bool = False
    certificate_months: int | None = None

    def written(self, version_id: UUID) -> dict[str, Any]:
        """Return the words of the deed that drafts it; the clauses of a version of a standard are looked up."""
        numbers = dict(Clause.objects.filter(version_id=version_id).order_by().values_list("number", "id"))
        lessons = [
            LessonDraft(
                each.kind,
                each.titles,
                each.texts,
                video_address=each.video_address,
                questions=each.questions,
                pass_percent=each.pass_percent,
                most_attempts=each.most_attempts,
                clause_ids=[numbers[self.clauses[place]]] if place in self.clauses else (),
            )
            for place, each in enumerate(self.lessons)
        ]
        return {
            "titles": self.titles,
            "subject": self.subject,
            "lessons": lessons,
            "has_practical_exam": self.has_practical_exam,
            "certificate_months": self.certificate_months,
        }


def _text(titles: dict[str, str], texts: dict[str, str]) -> LessonDraft:
    return LessonDraft(LessonKind.TEXT, titles, texts)


def _quiz(*questions: QuestionDraft) -> LessonDraft:
    titles = said("What have you learnt?", "学习测验", "學習測驗")
    return LessonDraft(LessonKind.QUIZ, titles, {}, questions=questions, pass_percent=60, most_attempts=3)


def _asked(text: dict[str, str], right: dict[str, str], wrong: dict[str, str]) -> QuestionDraft:
    return QuestionDraft(text, [wrong, right], [RIGHT])


ANSWERING = CourseText(
    said("Answering customers", "客户接待与回复", "客戶接待與回覆"),
    CourseSubject.COMMUNICATION,
    (
        _text(
            said("Within three minutes", "三分钟内回复", "三分鐘內回覆"),
            said(
                "Somebody who writes is waiting with the phone in their hand. Greet them, say what you have "
                "understood, and answer. What you can't answer at once gets a promised time, and you keep it.",
                "客户发来消息，正拿着手机等您。先问候，复述您理解的问题，再回答。不能当场回答的，约定时间并按时答复。",
                "客戶傳來訊息，正拿著手機等您。先問候，複述您理解的問題，再回答。不能當場回答的，約定時間並按時答覆。",
            ),
        ),
        _quiz(
            _asked(
                said(
                    "You don't know the answer. What do you say?",
                    "您不知道答案，怎么说？",
                    "您不知道答案，怎麼說？",
                ),
                said("I will find out and write by five.", "我去核实，五点前答复您。", "我去核實，五點前答覆您。"),
                said("I don't know.", "不知道。", "不知道。"),
            ),
            _asked(
                said("The same question comes a third time.", "同样的问题第三次被问到。", "同樣的問題第三次被問到。"),
                said("Answer as patiently as before", "同样耐心地回答", "同樣耐心地回答"),
                said("Point to your first answer", "请客户看上次的回复", "請客戶看上次的回覆"),
            ),
        ),
    ),
    clauses={0: "1"},
    has_practical_exam=True,
    certificate_months=12,
)
_SAME_DAY = _text(
    said("Looked into on the same day", "当天调查核实", "當天調查核實"),
    said(
        "Take it down at once, in the customer's words. Apologise where the fault is ours, argue about nothing, and "
        "look into it before the day ends: what was seen, what was written, who was there.",
        "当场记录客户的原话。错在我们就道歉，不争辩，当天查清：看到什么，记录怎样，谁在场。",
        "當場記錄客戶的原話。錯在我們就道歉，不爭辯，當天查清：看到什麼，記錄怎樣，誰在場。",
    ),
)
_OF_COMPLAINTS = _quiz(
    _asked(
        said("When is a complaint looked into?", "投诉何时调查？", "投訴何時調查？"),
        said("On the day it is filed", "受理当天", "受理當天"),
        said("When there is time for it", "有空的时候", "有空的時候"),
    ),
    _asked(
        said("Who tells the customer of the solution?", "谁把处理方案告诉客户？", "誰把處理方案告訴客戶？"),
        said("We do, before they ask", "我们主动告知", "我們主動告知"),
        said("Nobody until they ask", "等客户来问", "等客戶來問"),
    ),
)


def _telling(en: str, hans: str, hant: str) -> LessonDraft:
    return _text(
        said("The customer hears of it", "主动告知客户", "主動告知客戶"),
        said(
            f"A solution that nobody knows of solves nothing. Ring or write within {en} opening hours, and say until "
            "when it is done.",
            f"客户不知道的方案等于没有方案。{hans}个营业小时内电话或书面告知，并说明完成的时间。",
            f"客戶不知道的方案等於沒有方案。{hant}個營業小時內電話或書面告知，並說明完成的時間。",
        ),
    )


_HANDLING = said("Handling complaints", "投诉处理", "投訴處理")
HANDLING = CourseText(
    _HANDLING,
    CourseSubject.PROBLEM_SOLVING,
    (_SAME_DAY, _telling("four", "四", "四"), _OF_COMPLAINTS),
    clauses={0: "1", 1: "2"},
    certificate_months=3,
)
# Taught anew when the standard changes (T6).
HANDLING_ANEW = CourseText(
    _HANDLING,
    CourseSubject.PROBLEM_SOLVING,
    (_SAME_DAY, _telling("two", "两", "兩"), _OF_COMPLAINTS),
    clauses={0: "1", 1: "2"},
    certificate_months=3,
)
BRAND = CourseText(
    said("What our name stands for", "我们的品牌", "我們的品牌"),
    CourseSubject.CULTURE,
    (
        LessonDraft(
            LessonKind.VIDEO,
            said("The founder tells", "创始人的话", "創始人的話"),
            {},
            video_address="https://learning.example/founder",
        ),
    ),
    clauses={},
)
