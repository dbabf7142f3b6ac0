"""The letters that people get: each is written inside the chain's scope and sent outside of it."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from chains.scope import current_chain
from members.models import Invitation, User
from members.rules.happenings import Happening
from members.signin.keys import invitation_secret, reset_key


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


def notice_letter(user: User, happening: Happening) -> Letter:
    """Return the letter that tells somebody what has happened to their sign-in."""
    names = {"name": user.name, "chain": current_chain().name, "link": _link("/password/{}", "forgotten")}
    with override(user.language):
        subject, story = _NOTICES[happening]()
        text = _(
            "Dear %(name)s,\n\n%(story)s\n\nIf this was not you, choose a new password now:\n%(link)s\n\n%(chain)s"
        )
        return Letter(to=user.email, subject=subject, text=text % {**names, "story": story})


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
}
NOTICES = frozenset(_NOTICES)


def _link(path: str, key: str) -> str:
    domain = current_chain().domains.get(is_primary=True).domain
    return settings.ONEBANNER_LINK.format(host=domain) + path.format(quote(key))
