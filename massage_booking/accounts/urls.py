"""Addresses under /account/. Signing in, addresses and passkeys are allauth's, under /accounts/."""

from django.urls import path

from massage_booking.accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.home, name="home"),
    path("landing/", views.landing, name="landing"),
    path("details/", views.details, name="details"),
    path("people/add/", views.add_person, name="add_person"),
    path("people/<str:public_id>/", views.person, name="person"),
    path("people/<str:public_id>/hand-over/", views.hand_over, name="hand_over"),
]
