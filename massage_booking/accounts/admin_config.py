"""The admin with our own door."""

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    """Stand in for `django.contrib.admin` in INSTALLED_APPS."""

    default_site = "massage_booking.accounts.admin_site.HouseAdminSite"
