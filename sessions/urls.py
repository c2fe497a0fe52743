"""Addresses under /sessions/. The words come first; what is none of them may be a session's public id."""

from django.urls import include, path

from sessions.urls_staff import calendar_urls, desk_urls
from sessions.views import booked, confirm, find, flow, ics, manage, nudge, plan

app_name = "sessions"

# /sessions/nudge/, /sessions/nudges/: links of mails that propose times
nudge_urls = [
    path("nudge/<str:token>/", nudge.nudge, name="nudge"),
    path("nudges/stop/<str:token>/", nudge.stop, name="nudge_stop"),
]

# /sessions/manage/<token>/: the link of a mail stands in for signing in
manage_urls = [
    path("", manage.detail, name="manage"),
    path("move/", manage.move, name="manage_move"),
    path("cancel/", manage.cancel, name="manage_cancel"),
    path("calendar.ics", ics.calendar_file, name="manage_ics"),
    path("plan/", plan.of_session, name="manage_plan"),
]

# /sessions/<public_id>/: the same pages for whoever is signed in
own_urls = [
    path("", manage.detail, name="detail"),
    path("move/", manage.move, name="move"),
    path("cancel/", manage.cancel, name="cancel"),
    path("booked/", booked.booked, name="booked"),
    path("calendar.ics", ics.calendar_file, name="ics"),
    path("plan/", plan.accept, name="plan_accept"),
    path("rhythm/", plan.of_session, name="rhythm"),
]

urlpatterns = [
    path("find/", find.find, name="find"),
    path("hold/", find.hold, name="hold"),
    path("hold/longer/", find.extend, name="extend"),
    path("book/", flow.book, name="book"),
    path("time/", flow.time, name="time"),
    path("confirm/", confirm.confirm, name="confirm"),
    path("plan/", plan.plan, name="plan"),
    path("plan/<slug:client_id>/", plan.plan, name="plan"),
    *nudge_urls,
    path("calendar/", include(calendar_urls)),
    path("desk/", include(desk_urls)),
    path("manage/<str:token>/", include(manage_urls)),
    path("<slug:public_id>/", include(own_urls)),
]
