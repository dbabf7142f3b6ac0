"""The mutation that gives the address of a complaint's closing form."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf
from api.base.scalars import DateTime
from api.complaints.types import ComplaintType
from chains.actor import Actor
from complaints.actions.printing import print_closing_form


class PrintClosingForm(Deed):
    """Ask for the closing form of a complaint that has come to its end, as a PDF in your language.

    Its address is yours alone and good for some minutes. Each reading is written into the journal.
    """

    class Input:
        complaint_id = IdOf("Complaint", required=True, description="The complaint.")

    complaint = graphene.Field(ComplaintType, description="The complaint.")
    url = graphene.String(description="The path of the PDF on this host: get it with the same sign-in or token.")
    expires_at = DateTime(description="Until when that address is good.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, complaint_id: UUID) -> dict[str, Any]:
        """Ask for a closing form."""
        complaint, link = print_closing_form(actor=actor, complaint_id=complaint_id, now=now)
        return {"complaint": complaint, "url": link.path, "expires_at": link.expires_at}


class PrintingMutation(graphene.ObjectType):
    """Deeds that print what is known of a complaint."""

    print_closing_form = PrintClosingForm.mounted()
