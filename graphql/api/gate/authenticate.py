"""Who is calling: from a bearer's secret or a session to an actor, asked under the gate's role."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from api.gate.refusals import Unauthenticated
from chains.actor import Actor, Grant
from members.actions.signing_in import ROLES_SEEN
from members.actions.tokens import note_use
from members.actions.visiting import PREFIX as VISIT_PREFIX
from members.models import AccessToken, User, Visit
from members.queries import assignments_of, token_with, visit_with
from members.rules import actors
from members.rules.actors import Given
from members.signin.requests import particulars_of
from stores.queries import stores_in_areas

log = logging.getLogger("onebanner.signin")


def authenticate(request: HttpRequest, *, now: datetime) -> Actor | None:
    """Return who calls, or None for nobody; raises Unauthenticated for a secret that opens nothing here (T03).

    A request that shows a secret is judged by that alone; its cookie is not looked at.
    """
    if "Authorization" in request.headers:
        return _bearer(request, _secret_of(request), now)
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = _user_of_session(request)
    return None if user is None else _person(request, user)


def actor_of(user: User) -> Actor:
    """Return what a user is now, by the assignments and areas of this moment (S10), outside of any request."""
    return actors.person(user.id, _grants_of(assignments_of(user.id)), actors.Request.unknown())


def given_to(request: HttpRequest) -> Sequence[Given]:
    """Return the roles that the caller of this request was found to have."""
    given: Sequence[Given] = getattr(request, "given", ())
    return given


def _secret_of(request: HttpRequest) -> str:
    scheme, _space, secret = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Unauthenticated
    return secret.strip()


def _bearer(request: HttpRequest, secret: str, now: datetime) -> Actor:
    if secret.startswith(VISIT_PREFIX):
        visit = visit_with(secret, now=now)
        return _refuse(request) if visit is None else _visitor(request, visit)
    token = token_with(secret, now=now)
    if token is None:
        return _refuse(request)
    note_use(token=token, now=now)
    return _token(request, token)


def _person(request: HttpRequest, user: User) -> Actor:
    return actors.person(user.id, _remembered_grants(request, user), particulars_of(request, user))


def _token(request: HttpRequest, token: AccessToken) -> Actor:
    particulars = particulars_of(request, token.owner)
    if token.owner is None:
        return actors.service_token(token.id, scopes=token.scopes, store_ids=token.store_ids, request=particulars)
    return actors.personal_token(
        token.id,
        token.owner.id,
        _remembered_grants(request, token.owner),
        scopes=token.scopes,
        store_ids=token.store_ids,
        request=particulars,
    )


def _visitor(request: HttpRequest, visit: Visit) -> Actor:
    if visit.member is None:
        return actors.visiting_operator(visit.visitor_id, visit.id, particulars_of(request))
    return actors.represented(
        visit.member.id,
        _remembered_grants(request, visit.member),
        particulars_of(request, visit.member),
        visit_id=visit.id,
        visitor_id=visit.visitor_id,
    )


def _refuse(request: HttpRequest) -> Actor:
    address = particulars_of(request).address
    log.warning("A secret that opens nothing here was shown.", extra={"address": address})
    raise Unauthenticated


def _user_of_session(request: HttpRequest) -> User | None:
    user = get_user(request)
    if not isinstance(user, User):
        # A cookie of another chain, of a session that was ended, or an old one (T01, T02).
        log.warning("A session that is not known here was shown.", extra={"address": particulars_of(request).address})
        return None
    if request.session.get(ROLES_SEEN, user.roles_epoch) != user.roles_epoch:
        request.session.cycle_key()
        request.session[ROLES_SEEN] = user.roles_epoch
    return user


def _remembered_grants(request: HttpRequest, user: User) -> tuple[Grant, ...]:
    given = assignments_of(user.id)
    request.given = given  # type: ignore[attr-defined]  # for `given_to`: areas do not see assignments to areas
    return _grants_of(given)


def _grants_of(given: Sequence[Given]) -> tuple[Grant, ...]:
    areas = {each.place.area_id for each in given if each.place.area_id is not None}
    return actors.grants_of(given, {area_id: stores_in_areas([area_id]) for area_id in areas})
