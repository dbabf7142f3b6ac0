"""The sentence that tells a refusal; a missing permission is told together with the roles that have it."""

from django.utils.translation import gettext as _

from kit.refusals import NotPermitted, Refusal
from kit.wording import enumerated
from members.rules.holders import who_may
from members.rules.permissions import Permission


def sentence_of(refusal: Refusal) -> str:
    """Return the sentence for the person, in the language that is active now."""
    needed = refusal.details.get("permission")
    if not isinstance(refusal, NotPermitted) or needed not in list(Permission):
        return refusal.text()
    holders = enumerated(role.label for role in who_may(Permission(str(needed))))
    return _("This needs the permission %(permission)s. These roles have it: %(roles)s.") % {
        "permission": needed,
        "roles": holders,
    }
