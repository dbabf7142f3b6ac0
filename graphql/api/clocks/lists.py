"""The clocks of a thing, for the types of things that are measured."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from api.base.keyset import Order
from api.base.lists import Listed, is_counted
from api.base.pages import Asked, Page, page_beneath
from api.clocks.types import ClockType
from clocks.models import Clock


def clocks_about(subject_type: str) -> Listed:
    """Declare the field `clocks` of a type of things, in pages, asked once for all rows of a level."""
    return _Clocks(subject_type)


class _Clocks(Listed):
    """The clocks that measure something about the things of one type, told by its name instead of a foreign key."""

    def __init__(self, subject_type: str) -> None:
        self.subject_type = subject_type
        super().__init__(
            lambda: ClockType,
            order=("started_at",),
            description="Its clocks, running and stopped, in the order in which they were started.",
        )

    def wrap_resolve(self, parent_resolver: Any) -> Callable[..., Page]:
        """Return a resolver that makes a page of a thing's clocks."""
        order = Order.by(Clock, self.order_by)

        def resolve(root: Any, info: GraphQLResolveInfo, **paging: Any) -> Page:
            rows = ClockType.rows(info).filter(subject_type=self.subject_type)
            asked = Asked(**{name: paging.get(name) for name in ("first", "after", "last", "before")})
            return page_beneath(
                root,
                rows,
                column="subject_id",
                asked=asked,
                order=order,
                key=(self.subject_type, "clocks"),
                is_counted=is_counted(info),
            )

        return resolve
