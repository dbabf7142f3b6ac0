"""Addresses on the public host, where our operators work."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from api.operators.endpoint import operator_endpoint
from config.pages import graphiql

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/graphiql")),
    path("graphql/", operator_endpoint),
    path("graphiql", graphiql),
]
