"""Addresses under /screening/: step 2 of booking, and a client's own answers."""

from django.urls import path

from screening.views import account, steps

app_name = "screening"

urlpatterns = [
    path("consent/", steps.consent, name="consent"),
    path("again/", steps.again, name="again"),
    path("now/", steps.now, name="now"),
    path("questions/", steps.questions, name="questions"),
    path("today/", steps.today, name="today"),
    path("result/", steps.result, name="result"),
    path("answers/", account.answers, name="answers"),
    path("answers/<str:public_id>/", account.answers_of, name="answers_of"),
    path("answers/<str:public_id>/renew/", account.renew, name="renew"),
    path("answers/<str:public_id>/withdraw/", account.withdraw, name="withdraw"),
]
