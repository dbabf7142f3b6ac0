"""The nouns: users, their assignments, invitations, the tokens of machines, and visits in somebody's place."""

from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from chains.scope import current_chain
from kit.ids import new_id
from members.rules.permissions import REACH_OF, Reach, Role


class UserQuerySet(models.QuerySet["User"]):
    """Users, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor, and whoever is assigned to a store that the actor sees."""
        if actor.audience is Audience.HQ:
            return self
        here = Assignment.objects.filter(user=models.OuterRef("pk"), store_id__in=actor.store_ids)
        return self.filter(models.Exists(here) | Q(id=actor.id))

    def get_by_natural_key(self, email: str | None) -> "User":
        """Return the user with this address, as Django's sign-in asks for it."""
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser):
    """A person's sign-in inside one chain."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=10, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"))
    # Django's own column would be in every read of a user: the hash is in `Password`.
    password = None  # type: ignore[assignment]  # how Django lets a field of an abstract base go
    # What a session was begun under; a session begun under another number is dead.
    sessions_epoch = models.PositiveBigIntegerField(default=0)
    # A session that has seen another number gets a new id before it is used again (A03).
    roles_epoch = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[UserQuerySet] = UserQuerySet.as_manager()  # type: ignore[assignment]  # django-stubs' own idiom

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="an_address_is_kept_in_lower_case")
        ]

    def check_password(self, raw_password: str | None) -> bool:
        """Tell whether this is the user's password, and renew a hash of older making; asked as the gate."""
        kept = Password.objects.filter(user=self)

        def renew(password: str) -> None:
            kept.update(hash=make_password(password))

        return check_password(raw_password, kept.values_list("hash", flat=True).first() or "", renew)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind every session to this chain and this epoch, which each new password moves on (T02, A05)."""
        bound = f"{current_chain().id}:{self.pk}:{self.sessions_epoch}"
        return salted_hmac("members.session", bound, secret=secret, algorithm="sha256").hexdigest()


class Password(models.Model):
    """The hash of a user's password, apart from the user: whoever reads people does not read it (S06)."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="+")
    hash = models.CharField(max_length=128)

    class Meta:
        verbose_name = _("password")
        verbose_name_plural = _("passwords")


class EmailChange(models.Model):
    """A wish to sign in with another address, open until its mailbox confirms it; the secret is in no table."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    former_email = models.EmailField(_("former e-mail address"))
    email = models.EmailField(_("e-mail address"))
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at=None), name="a_user_asks_for_one_address_at_a_time"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="an_asked_address_is_in_lower_case"),
        ]


class Deactivation(models.Model):
    """A time in which a user may not sign in: who ended it, who began it, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    began_at = models.DateTimeField()
    began_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("deactivation")
        verbose_name_plural = _("deactivations")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="a_user_is_deactivated_once_at_a_time"
            )
        ]


def _roles_with(reach: Reach) -> list[str]:
    return [role.value for role in Role if REACH_OF[role] is reach]


# Whom a role holds for, as the database sees it; used for what is given and for what is offered.
_ROLE_FITS_REACH = (
    Q(role__in=_roles_with(Reach.CHAIN), area_id=None, store_id=None)
    | Q(role__in=_roles_with(Reach.AREA), area_id__isnull=False, store_id=None)
    | Q(role__in=_roles_with(Reach.STORE), area_id=None, store_id__isnull=False)
)


class Assignment(models.Model):
    """A role that a user has for the chain, an area or a store; withdrawing it removes the row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=32, choices=Role)
    area_id = models.UUIDField(null=True)
    store_id = models.UUIDField(null=True)
    given_by_id = models.UUIDField(null=True)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store_id", "area_id", "user", "role"],
                nulls_distinct=False,
                name="a_user_has_a_role_once_in_a_place",
            ),
            models.CheckConstraint(condition=_ROLE_FITS_REACH, name="an_assigned_role_fits_its_reach"),
        ]


class InvitationState(models.TextChoices):
    """Where an invitation is in its life."""

    OPEN = "OPEN", _("open")
    ACCEPTED = "ACCEPTED", _("accepted")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
    EXPIRED = "EXPIRED", _("expired")


class Invitation(models.Model):
    """A role offered to whoever reads a mailbox; its secret is in no table, it is derived when the mail is written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=32, choices=Role)
    area_id = models.UUIDField(null=True)
    store_id = models.UUIDField(null=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    invited_by_id = models.UUIDField(null=True)
    invited_at = models.DateTimeField(_("invited"))
    expires_at = models.DateTimeField(_("expires"))
    state = models.CharField(max_length=16, choices=InvitationState, default=InvitationState.OPEN)
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store_id", "area_id", "email", "role"],
                nulls_distinct=False,
                condition=Q(state=InvitationState.OPEN),
                name="a_role_is_offered_to_an_address_once",
            ),
            models.CheckConstraint(condition=_ROLE_FITS_REACH, name="an_offered_role_fits_its_reach"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="an_invited_address_is_in_lower_case"),
        ]


class TokenKind(models.TextChoices):
    """Whose rights a token has."""

    PERSONAL = "PERSONAL", _("Personal: never more than its owner")
    SERVICE = "SERVICE", _("Service: stands alone")


class AccessToken(models.Model):
    """A key for a program; its secret is shown once, and only a digest is kept, in `SecretDigest`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, choices=TokenKind)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(_("name"), max_length=120)
    scopes = ArrayField(models.CharField(max_length=32))
    store_ids: "ArrayField[list[UUID] | None, list[UUID] | None]" = ArrayField(models.UUIDField(), null=True)
    created_by_id = models.UUIDField()
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=TokenKind.PERSONAL, owner__isnull=False) | Q(kind=TokenKind.SERVICE, owner=None),
                name="a_personal_token_has_an_owner",
            )
        ]


class VisitorKind(models.TextChoices):
    """Who visits."""

    OPERATOR = "OPERATOR", _("operator")
    HQ = "HQ", _("HQ")


class Visit(models.Model):
    """A stated time in which an operator looks into the chain, or HQ acts for a member of a store (A12, S12)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visitor_kind = models.CharField(max_length=16, choices=VisitorKind)
    visitor_id = models.UUIDField()
    visitor_name = models.CharField(max_length=120)
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.TextField(_("reason"))
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-began_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(visitor_kind=VisitorKind.HQ, member__isnull=False)
                | Q(visitor_kind=VisitorKind.OPERATOR, member=None),
                name="hq_visits_in_a_members_place",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("began_at")), name="a_visit_ends_after_it_began"),
        ]


class SecretDigest(models.Model):
    """What is kept of the secret of a token or a visit; every audience may add one, only the gate reads them (S06)."""

    # The token's or the visit's own id.
    opens_id = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("digest of a secret")
        verbose_name_plural = _("digests of secrets")
