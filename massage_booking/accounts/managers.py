from typing import Any

from django.contrib.auth.base_user import BaseUserManager


class UserManager(BaseUserManager[Any]):
    """Users sign in with an e-mail address, kept in lower case."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> Any:
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)  # None: an unusable one, codes by mail do
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> Any:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(email=(username or "").strip().lower())
