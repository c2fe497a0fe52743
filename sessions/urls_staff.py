"""Addresses of staff under /sessions/: the calendar and the desk."""

from django.urls import path

from sessions.views import calendar, day_acts, desk, desk_booking

# /sessions/calendar/
calendar_urls = [
    path("", calendar.day, name="calendar"),
    path("week/", calendar.week, name="calendar_week"),
    path("events/", calendar.events, name="calendar_events"),
    path("<slug:public_id>/", calendar.staff_session, name="staff_session"),
    path("<slug:public_id>/asked-again/", day_acts.asked_again, name="asked_again"),
    path("<slug:public_id>/cancel/", day_acts.staff_cancel, name="staff_cancel"),
    path("<slug:public_id>/<slug:act>/", day_acts.act, name="act"),
]

# /sessions/desk/
desk_urls = [
    path("", desk.today, name="desk"),
    path("clients/", desk.clients, name="desk_clients"),
    path("clients/add/", desk.add_client, name="desk_client_add"),
    path("clients/<slug:public_id>/", desk.client, name="desk_client"),
    path("clients/<slug:public_id>/contact/", desk.client_contact, name="desk_client_contact"),
    path("clients/<slug:public_id>/book/", desk_booking.book, name="desk_book"),
    path("<slug:public_id>/move/", desk_booking.move, name="desk_move"),
    path("<slug:public_id>/cancel/", day_acts.desk_cancel, name="desk_cancel"),
]
