from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "massage_booking.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from massage_booking.accounts import adapter  # noqa: F401 - its receiver stamps every sign-in
