# /mailbox/
from django.urls import path

from massage_booking.outbox import views

app_name = "outbox"

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<str:stem>/", views.mail, name="mail"),
    path("<str:stem>/html/", views.mail_as_it_looks, name="mail_as_it_looks"),
    path("<str:stem>/parts/<int:number>/", views.attachment, name="attachment"),
]
