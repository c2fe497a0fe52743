"""Addresses under /screening/: step 2 of booking, and a client's own answers."""

from django.urls import path

from screening.views import account, changes, consent, export, kiosk, letters, paper, reask, steps, wishes

app_name = "screening"

urlpatterns = [
    path("consent/", consent.consent, name="consent"),
    path("again/", changes.again, name="again"),
    path("still/", changes.still, name="still"),
    path("changed/", changes.changed, name="changed"),
    path("reask/", reask.reask, name="reask"),
    path("now/", steps.now, name="now"),
    path("questions/", steps.questions, name="questions"),
    path("today/", steps.today, name="today"),
    path("result/", steps.result, name="result"),
    path("kiosk/", kiosk.enter, name="kiosk"),
    path("kiosk/stop/", kiosk.stop, name="kiosk_stop"),
    path("kiosk/done/", kiosk.done, name="kiosk_done"),
    path("paper/done/", paper.done, name="paper_done"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<str:public_id>/", letters.letters_of, name="letters_of"),
    path("letters/<str:public_id>/form/", letters.form, name="letter_form"),
    path("letters/<str:public_id>/form.pdf", letters.form_pdf, name="letter_form_pdf"),
    path("letters/<str:public_id>/send/", letters.upload, name="letter_send"),
    path("letters/<str:public_id>/<str:letter_id>/file/", letters.file, name="letter_file"),
    path("letters/<str:public_id>/<str:letter_id>/withdraw/", letters.take_back, name="letter_withdraw"),
    path("wishes/<str:public_id>/", wishes.wishes, name="wishes"),
    path("answers/", account.answers, name="answers"),
    path("answers/<str:public_id>/", account.answers_of, name="answers_of"),
    path("answers/<str:public_id>/tell/", account.tell, name="tell"),
    path("answers/<str:public_id>/renew/", account.renew, name="renew"),
    path("answers/<str:public_id>/withdraw/", account.withdraw, name="withdraw"),
    path("answers/<str:public_id>/guardian/", account.guardian, name="guardian"),
    path("answers/<str:public_id>/export/", export.export, name="export"),
]
