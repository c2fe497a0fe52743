"""Addresses under /sessions/. The words come first; what is none of them may be a session's public id."""

from django.urls import include, path

from sessions.urls_staff import calendar_urls, desk_urls, letter_urls, rearrange_urls
from sessions.views import (
    answer_first,
    booked,
    confirm,
    day_questions,
    feeling,
    find,
    flow,
    ics,
    late_changes,
    manage,
    moving,
    nudge,
    plan,
    series,
    series_following,
    together,
    together_changes,
    together_confirm,
    together_time,
    undo,
    waitlist,
    wishes,
)

app_name = "sessions"

# /sessions/nudge/, /sessions/nudges/: links of mails that propose times
nudge_urls = [
    path("nudge/<str:token>/", nudge.nudge, name="nudge"),
    path("nudges/stop/<str:token>/", nudge.stop, name="nudge_stop"),
]

# /sessions/waitlist/: who waits for a time, and the link that offers one
waitlist_urls = [
    path("", waitlist.waitlist, name="waitlist"),
    path("<slug:entry_id>/end/", waitlist.end, name="waitlist_end"),
    path("offer/<str:token>/", waitlist.offered_time, name="waitlist_offer"),
]

# /sessions/together/: two people at the same time
together_urls = [
    path("", together.together_step, name="together"),
    path("time/", together_time.together_time, name="together_time"),
    path("hold/", together_time.together_hold, name="together_hold"),
    path("confirm/", together_confirm.together_confirm, name="together_confirm"),
]

# /sessions/manage/<token>/: the link of a mail stands in for signing in
manage_urls = [
    path("", manage.detail, name="manage"),
    path("move/", moving.move, name="manage_move"),
    path("cancel/", manage.cancel, name="manage_cancel"),
    path("move/both/", together_changes.move_both, name="manage_move_both"),
    path("cancel/both/", together_changes.cancel_both, name="manage_cancel_both"),
    path("undo/", undo.undo, name="manage_undo"),
    path("change/withdraw/", late_changes.withdraw, name="manage_change_withdraw"),
    path("today/", day_questions.today, name="manage_today"),
    path("calendar.ics", ics.calendar_file, name="manage_ics"),
    path("plan/", plan.of_session, name="manage_plan"),
    path("feeling/", feeling.feeling, name="manage_feeling"),
]

# /sessions/<public_id>/: the same pages for whoever is signed in
own_urls = [
    path("", manage.detail, name="detail"),
    path("move/", moving.move, name="move"),
    path("cancel/", manage.cancel, name="cancel"),
    path("move/both/", together_changes.move_both, name="move_both"),
    path("cancel/both/", together_changes.cancel_both, name="cancel_both"),
    path("undo/", undo.undo, name="undo"),
    path("change/withdraw/", late_changes.withdraw, name="change_withdraw"),
    path("today/", day_questions.today, name="today"),
    path("answer/", day_questions.answer, name="answer"),
    path("booked/", booked.booked, name="booked"),
    path("calendar.ics", ics.calendar_file, name="ics"),
    path("plan/", plan.accept, name="plan_accept"),
    path("feeling/", feeling.feeling, name="feeling"),
    path("rhythm/", plan.of_session, name="rhythm"),
    path("following/", series_following.following, name="following"),
]

urlpatterns = [
    path("find/", find.find, name="find"),
    path("hold/", find.hold, name="hold"),
    path("hold/longer/", find.extend, name="extend"),
    path("book/", flow.book, name="book"),
    path("time/", flow.time, name="time"),
    path("confirm/", confirm.confirm, name="confirm"),
    path("together/", include(together_urls)),
    path("plan/", plan.plan, name="plan"),
    path("plan/<slug:client_id>/", plan.plan, name="plan"),
    path("plan/<slug:client_id>/series/", series.plan, name="series_plan"),
    path("series/again/", series.again, name="series_again"),
    path("series/<slug:series_id>/", series.series, name="series"),
    path("series/<slug:series_id>/calendar.ics", series.calendar_file, name="series_ics"),
    *nudge_urls,
    path("with-whom/<slug:client_id>/", wishes.with_whom, name="with_whom"),
    path("with-whom/<slug:client_id>/apart/", wishes.apart, name="apart"),
    path("with-whom/<slug:client_id>/apart/<slug:slug>/end/", wishes.apart_end, name="apart_end"),
    path("waitlist/", include(waitlist_urls)),
    path("answer/<str:token>/", answer_first.answer_first, name="answer_first"),
    path("calendar/", include(calendar_urls)),
    path("desk/", include(desk_urls)),
    path("letters/", include(letter_urls)),
    path("rearrange/", include(rearrange_urls)),
    path("manage/<str:token>/", include(manage_urls)),
    path("<slug:public_id>/", include(own_urls)),
]
