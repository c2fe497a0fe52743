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
    desk_together,
    desk_together_changes,
    desk_waitlist,
    letters,
    money,
    own_booking,
    rearranging,
    review,
    series_desk,
    series_following,
    show,
    sign_off,
    staff_reports,
    staff_wishes,
    takings,
)

# /sessions/calendar/
calendar_urls = [
    path("", calendar.day, name="calendar"),
    path("week/", calendar.week, name="calendar_week"),
    path("events/", calendar.events, name="calendar_events"),
    path("review/", review.review, name="review"),
    path("clients/", own_booking.clients, name="own_clients"),
    path("clients/add/", own_booking.add_client, name="own_client_add"),
    path("clients/<slug:public_id>/book/", own_booking.book, name="own_book"),
    path("clients/<slug:public_id>/book/anyway/", own_booking.book_anyway, name="own_book_anyway"),
    path("walk-in/", own_booking.walk_ins, name="own_walk_ins"),
    path("walk-in/<slug:public_id>/", own_booking.walk_in_of, name="own_walk_in"),
    path("<slug:public_id>/", calendar.staff_session, name="staff_session"),
    path("<slug:public_id>/move/", own_booking.move, name="own_move"),
    path("<slug:public_id>/move/anyway/", own_booking.move_anyway, name="own_move_anyway"),
    path("<slug:public_id>/pay/", money.pay, name="pay"),
    path("<slug:public_id>/pay/<slug:payment_id>/take-back/", money.take_back, name="take_back"),
    path("<slug:public_id>/fee/let-go/", money.waive, name="waive_fee"),
    path("<slug:public_id>/fee/ask/", money.ask_for_fee, name="ask_for_fee"),
    path("<slug:public_id>/why/", show.why, name="why"),
    path("<slug:public_id>/sign-off/", sign_off.sign_off, name="sign_off"),
    path("<slug:public_id>/decline/", sign_off.decline, name="decline"),
    path("<slug:public_id>/reports/add/", staff_reports.add, name="staff_report_add"),
    path("<slug:public_id>/reports/<slug:report_id>/", staff_reports.report, name="staff_report"),
    path("<slug:public_id>/apart/", staff_wishes.own_apart, name="own_apart"),
    path("<slug:public_id>/asked-again/", day_acts.asked_again, name="asked_again"),
    path("<slug:public_id>/cancel/", day_acts.staff_cancel, name="staff_cancel"),
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
    path("clients/<slug:public_id>/wish/", staff_wishes.desk_wish, name="desk_wish"),
    path("clients/<slug:public_id>/apart/", staff_wishes.desk_apart, name="desk_apart"),
    path(
        "clients/<slug:public_id>/apart/<slug:slug>/<slug:side>/end/",
        staff_wishes.desk_apart_end,
        name="desk_apart_end",
    ),
    path("clients/<slug:public_id>/same/", desk_same.same, name="desk_client_same"),
    path("clients/<slug:public_id>/book/", desk_booking.book, name="desk_book"),
    path("clients/<slug:public_id>/book/anyway/", desk_booking.book_anyway, name="desk_book_anyway"),
    path("walk-in/", desk_booking.walk_ins, name="desk_walk_ins"),
    path("walk-in/<slug:public_id>/", desk_booking.walk_in_of, name="desk_walk_in"),
    path("takings/", takings.takings, name="takings"),
    path("takings/csv/", takings.takings_csv, name="takings_csv"),
    path("clients/<slug:public_id>/series/", series_desk.plan, name="desk_client_series"),
    path("together/", desk_together.book, name="desk_together"),
    path("waitlist/", desk_waitlist.line, name="desk_waitlist"),
    path("waitlist/<slug:entry_id>/end/", desk_waitlist.end, name="desk_waitlist_end"),
    path("<slug:public_id>/move/", desk_booking.move, name="desk_move"),
    path("<slug:public_id>/move/anyway/", desk_booking.move_anyway, name="desk_move_anyway"),
    path("<slug:public_id>/cancel/", day_acts.desk_cancel, name="desk_cancel"),
    path("<slug:public_id>/following/", series_following.desk_following, name="desk_following"),
    path("<slug:public_id>/move/both/", desk_together_changes.move, name="desk_move_both"),
    path("<slug:public_id>/cancel/both/", desk_together_changes.cancel, name="desk_cancel_both"),
]

# /sessions/rearrange/
rearrange_urls = [
    path("away/", rearranging.away, name="away"),
    path("outside/", rearranging.outside, name="outside"),
    path("<slug:public_id>/", rearranging.rearranged, name="rearranged"),
]
