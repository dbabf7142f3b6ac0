"""Addresses on a chain's host."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("_allauth/browser/v1/", include("members.signin.urls")),
]
