"""Standards of the demo that bind no store: a draft, one submitted, one approved, one that was tried and given up."""

from config.seed.clauses import Text, Wanted
from config.seed.wording import said
from standards.models.texts import ClauseField

# How many complaints come of how many orders (S2): a share of each month.
DRAFT = Text(
    said("How few complaints there are", "月度投诉率标准", "月度投訴率標準"),
    (
        Wanted(
            said(
                "Of a hundred orders of a month at most one leads to a complaint.",
                "每月每一百张订单，投诉不超过一宗。",
                "每月每一百張訂單，投訴不超過一宗。",
            ),
            {
                "kind": "SHARE",
                "of": {"event": "COMPLAINT_FILED"},
                "among": {"event": "ORDER_PLACED"},
                "window": "MONTH",
                "at_most": 1,
            },
            "COMPLAINT",
            ClauseField.CUSTOMER_FEEDBACK,
        ),
        Wanted(
            said(
                "What goes wrong on the way is settled and explained to the customer within two days.",
                "物流异常两天内解决并向客户说明。",
                "物流異常兩天內解決並向客戶說明。",
            ),
            {
                "kind": "FOLLOWED_BY",
                "trigger": "SHIPMENT_EXCEPTION_RAISED",
                "response": "SHIPMENT_EXCEPTION_SETTLED",
                "within": "P2D",
                "share": 90,
            },
            "DELIVERY",
            ClauseField.FLOW,
        ),
    ),
)
SUBMITTED = Text(
    said("Changes of orders", "订单变更标准", "訂單變更標準"),
    (
        Wanted(
            said(
                "A change of an order is confirmed or declined within an hour.",
                "订单变更一小时内确认或婉拒。",
                "訂單變更一小時內確認或婉拒。",
            ),
            {
                "kind": "FOLLOWED_BY",
                "trigger": "ORDER_CHANGE_REQUESTED",
                "response": "ORDER_CHANGE_CONFIRMED",
                "within": "PT1H",
                "share": 85,
            },
            "ORDER",
            ClauseField.ADAPTABILITY,
        ),
    ),
)
APPROVED = Text(
    said("Goods leave in time", "发货时限标准", "發貨時限標準"),
    (
        Wanted(
            said(
                "Goods of an order that was placed are shipped within two days.",
                "订单下单后两天内发货。",
                "訂單下單後兩天內發貨。",
            ),
            {
                "kind": "FOLLOWED_BY",
                "trigger": "ORDER_PLACED",
                "response": "LINES_SHIPPED",
                "within": "P2D",
                "share": 90,
                "scope": {"source": ["PHONE", "WEB_SHOP"]},
            },
            "DELIVERY",
            ClauseField.TIME_LIMITS,
        ),
    ),
)
# What was tried at one store, could not be kept, and was taken back (S3, S7).
GIVEN_UP = Text(
    said("The phone within the first ring", "电话首声接听标准", "電話首聲接聽標準"),
    (
        Wanted(
            said(
                "A call is answered within the first ring, at most three seconds.",
                "来电在第一声铃响内接听，最多三秒。",
                "來電在第一聲鈴響內接聽，最多三秒。",
            ),
            {
                "kind": "FOLLOWED_BY",
                "trigger": "INQUIRY_OPENED",
                "response": "INQUIRY_ANSWERED",
                "within": "PT3S",
                "share": 95,
                "scope": {"channel": ["PHONE"]},
            },
            "INQUIRY",
            ClauseField.TIME_LIMITS,
        ),
    ),
)
