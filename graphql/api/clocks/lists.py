"""The clocks of a thing, for the types of things that are measured."""

from graphql import GraphQLResolveInfo

from api.base.lists import Listed
from api.base.pages import Beneath
from api.clocks.types import ClockType


def clocks_about(subject_type: str) -> Listed:
    """Declare the field `clocks` of a type of things, in pages, asked once for all rows of a level."""
    return _Clocks(subject_type)


class _Clocks(Listed):
    """The clocks that measure something about the things of one type, told by its name instead of a foreign key."""

    is_beneath = True

    def __init__(self, subject_type: str) -> None:
        self.subject_type = subject_type
        super().__init__(
            lambda: ClockType,
            order=("started_at",),
            description="Its clocks, running and stopped, in the order in which they were started.",
        )

    def beneath(self, info: GraphQLResolveInfo, *, is_counted: bool) -> Beneath:
        """Return the clocks that the caller may read, by the things that they measure."""
        rows = ClockType.rows(info).filter(subject_type=self.subject_type)
        return Beneath(rows, "subject_id", (self.subject_type, "clocks"), is_counted)
