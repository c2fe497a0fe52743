"""Addresses of staff under /sessions/: the calendar and the desk."""

from django.urls import path

from sessions.views import (
    calendar,
    day_acts,
    desk,
    desk_answers,
    desk_booking,
    desk_consent,
    desk_same,
    desk_waitlist,
    late_changes,
    letters,
    reshaping,
    review,
    show,
    sign_off,
    staff_reports,
    undo,
)

# /sessions/calendar/
calendar_urls = [
    path("", calendar.day, name="calendar"),
    path("week/", calendar.week, name="calendar_week"),
    path("events/", calendar.events, name="calendar_events"),
    path("review/", review.review, name="review"),
    path("<slug:public_id>/", calendar.staff_session, name="staff_session"),
    path("<slug:public_id>/why/", show.why, name="why"),
    path("<slug:public_id>/sign-off/", sign_off.sign_off, name="sign_off"),
    path("<slug:public_id>/decline/", sign_off.decline, name="decline"),
    path("<slug:public_id>/reports/add/", staff_reports.add, name="staff_report_add"),
    path("<slug:public_id>/reports/<slug:report_id>/", staff_reports.report, name="staff_report"),
    path("<slug:public_id>/asked-again/", day_acts.asked_again, name="asked_again"),
    path("<slug:public_id>/cancel/", day_acts.staff_cancel, name="staff_cancel"),
    path("<slug:public_id>/change/", reshaping.change, name="change"),
    path("<slug:public_id>/late/", reshaping.late, name="late"),
    path("<slug:public_id>/undo/", undo.staff_undo, name="staff_undo"),
    path("<slug:public_id>/request/", late_changes.answer, name="change_answer"),
    path("<slug:public_id>/tablet/", desk_answers.session_tablet, name="session_tablet"),
    path("<slug:public_id>/ask/", desk_answers.session_ask, name="session_ask"),
    path("<slug:public_id>/paper/", desk_answers.session_paper, name="session_paper"),
    path("<slug:public_id>/<slug:act>/", day_acts.act, name="act"),
]

# /sessions/letters/
letter_urls = [
    path("<str:letter_id>/", letters.letter, name="letter"),
    path("<str:letter_id>/file/", letters.letter_file, name="letter_file"),
    path("<str:letter_id>/accept/", letters.accept, name="letter_accept"),
    path("<str:letter_id>/refuse/", letters.refuse, name="letter_refuse"),
]

# /sessions/desk/
desk_urls = [
    path("", desk.today, name="desk"),
    path("clients/", desk.clients, name="desk_clients"),
    path("clients/add/", desk.add_client, name="desk_client_add"),
    path("clients/<slug:public_id>/", desk.client, name="desk_client"),
    path("clients/<slug:public_id>/contact/", desk.client_contact, name="desk_client_contact"),
    path("clients/<slug:public_id>/hand-over/", desk.client_hand_over, name="desk_client_hand_over"),
    path("clients/<slug:public_id>/tablet/", desk_answers.client_tablet, name="desk_client_tablet"),
    path("clients/<slug:public_id>/ask/", desk_answers.client_ask, name="desk_client_ask"),
    path("clients/<slug:public_id>/withdraw/", desk_consent.withdraw, name="desk_client_withdraw"),
    path("clients/<slug:public_id>/same/", desk_same.same, name="desk_client_same"),
    path("clients/<slug:public_id>/book/", desk_booking.book, name="desk_book"),
    path("waitlist/", desk_waitlist.line, name="desk_waitlist"),
    path("waitlist/<slug:entry_id>/end/", desk_waitlist.end, name="desk_waitlist_end"),
    path("<slug:public_id>/move/", desk_booking.move, name="desk_move"),
    path("<slug:public_id>/cancel/", day_acts.desk_cancel, name="desk_cancel"),
]
