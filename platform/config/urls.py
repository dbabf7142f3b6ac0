"""Addresses on a chain's host."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from api.gate.endpoint import chain_endpoint
from config.files import send_file, take_file
from config.pages import graphiql, web_app
from config.papers import paper

# The web app's routes; each is the same page, which reads the address itself.
_ACCOUNT = r"account/(?:mfa|passkeys|password|email(?:/[\w.-]+)?)"
PAGES = rf"^(?:sign-in|password/forgotten|password/reset/[\w-]+|invitation/[\w:.-]+|survey/[\w-]+|charter|{_ACCOUNT})?$"

urlpatterns: list[URLPattern | URLResolver] = [
    path("_allauth/browser/v1/", include("members.signin.urls")),
    path("graphql/", chain_endpoint),
    path("graphiql", graphiql),
    path("files/", take_file),
    path("files/<str:link>", send_file),
    path("media/papers/<str:link>", paper),
    re_path(PAGES, web_app),
]
