"""The letters that people get: each is written inside the chain's scope and sent outside of it."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from chains.scope import current_chain
from members.models import EmailChange, Invitation, User
from members.rules.happenings import Happening
from members.rules.own_address import CONFIRM_WITHIN
from members.signin.keys import email_change_secret, invitation_secret, reset_key


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one address."""

    to: str
    subject: str
    text: str

    def send(self) -> None:
        """Hand the letter over to the mail server; raises what that raises, so that the job is tried again."""
        EmailMessage(subject=self.subject, body=self.text, to=[self.to]).send()


def invitation_letter(invitation: Invitation) -> Letter:
    """Return the letter that carries an invitation's secret."""
    with override(invitation.language):
        names = {
            "chain": current_chain().name,
            "role": invitation.get_role_display(),
            "link": _link("/invitation/{}", invitation_secret(invitation.id)),
            "until": f"{invitation.expires_at:%Y-%m-%d}",
        }
        subject = _("%(chain)s invites you as: %(role)s") % names
        text = _(
            "%(chain)s invites you to work with OneBanner as: %(role)s.\n\n"
            "Accept until %(until)s:\n%(link)s\n\n"
            "If you do not know why you get this, ignore it."
        )
        return Letter(to=invitation.email, subject=subject, text=text % names)


def reset_letter(user: User) -> Letter:
    """Return the letter that carries the key of a password reset."""
    names = {
        "name": user.name,
        "chain": current_chain().name,
        "link": _link("/password/reset/{}", reset_key(user)),
        "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
    }
    with override(user.language):
        subject = _("A new password for %(chain)s") % names
        text = _(
            "Dear %(name)s,\n\n"
            "somebody, hopefully you, asked for a new password. Choose it within %(minutes)s minutes:\n%(link)s\n\n"
            "If it was not you, nothing has changed and you need do nothing."
        )
        return Letter(to=user.email, subject=subject, text=text % names)


def email_change_letter(change: EmailChange) -> Letter:
    """Return the letter to a new address; whoever shows what it carries reads that mailbox."""
    names = {
        "name": change.user.name,
        "chain": current_chain().name,
        "link": _link("/account/email/{}", email_change_secret(change)),
        "minutes": int(CONFIRM_WITHIN.total_seconds()) // 60,
    }
    with override(change.user.language):
        subject = _("Confirm your address for %(chain)s") % names
        text = _(
            "Dear %(name)s,\n\n"
            "somebody, hopefully you, wants to sign in to %(chain)s with this e-mail address from now on. "
            "Confirm it within %(minutes)s minutes:\n%(link)s\n\n"
            "If it was not you, ignore this: nothing has changed."
        )
        return Letter(to=change.email, subject=subject, text=text % names)


def notice_letter(user: User, happening: Happening, *, to: str | None = None) -> Letter:
    """Return the letter that tells somebody, at the own or at a former address, what has happened to their sign-in."""
    names = {"name": user.name, "chain": current_chain().name, "link": _link("/password/{}", "forgotten")}
    with override(user.language):
        subject, story = _NOTICES[happening]()
        text = _(
            "Dear %(name)s,\n\n%(story)s\n\nIf this was not you, choose a new password now:\n%(link)s\n\n%(chain)s"
        )
        return Letter(to=to or user.email, subject=subject, text=text % {**names, "story": story})


_NOTICES: dict[Happening, Callable[[], tuple[str, str]]] = {
    Happening.SIGN_IN_LOCKED: lambda: (
        _("Too many failed sign-ins"),
        _("somebody entered a wrong password for you several times. Sign-in by password is closed for 15 minutes."),
    ),
    Happening.PASSWORD_CHANGED: lambda: (
        _("Your password was changed"),
        _("your password was changed, and all your other sessions were ended."),
    ),
    Happening.PASSWORD_RESET: lambda: (
        _("Your password was reset"),
        _("a new password was set for you by the link in a mail, and all your sessions were ended."),
    ),
    Happening.SECOND_FACTOR_CHANGED: lambda: (
        _("Your second factor was changed"),
        _("a second factor of your sign-in was added, renewed or removed, and all your other sessions were ended."),
    ),
    Happening.EMAIL_CHANGE_ASKED: lambda: (
        _("Another e-mail address was asked for"),
        _(
            "somebody who has shown to be you wants to sign in with another e-mail address. Nothing changes until "
            "it is confirmed by a mail to that address, and a new password prevents it."
        ),
    ),
    Happening.EMAIL_CHANGED: lambda: (
        _("Your e-mail address was changed"),
        _(
            "from now on another e-mail address is used for your sign-in, and mails go there. If you did not want "
            "that, turn to your headquarters at once."
        ),
    ),
}
ADDRESS_NOTICES = frozenset({Happening.EMAIL_CHANGE_ASKED, Happening.EMAIL_CHANGED})
NOTICES = frozenset(_NOTICES) - ADDRESS_NOTICES


def link_to(path: str) -> str:
    """Return the address of a page of the chain's, for whoever reads a letter."""
    domain = current_chain().domains.get(is_primary=True).domain
    return settings.ONEBANNER_LINK.format(host=domain) + path


def _link(path: str, key: str) -> str:
    return link_to(path.format(quote(key)))
