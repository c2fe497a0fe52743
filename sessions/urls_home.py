"""Addresses at the root of the site."""

from django.urls import path

from sessions.views import home

urlpatterns = [
    path("", home.home, name="home"),
]
