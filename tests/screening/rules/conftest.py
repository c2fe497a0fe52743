"""Rules on the workbench: the packaged files, and a draft made from them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import User
from screening.models import RuleVersion
from screening.rulework.files import RuleFiles
from screening.services import rules as drafts
from tests import cast


@pytest.fixture
def published(db: Any) -> RuleVersion:
    return RuleVersion.objects.get(status="published")


@pytest.fixture
def files(published: RuleVersion) -> RuleFiles:
    return RuleFiles.of(published)


@pytest.fixture
def draft(published: RuleVersion, files: RuleFiles) -> RuleVersion:
    return drafts.new_draft(files=files, base=published, label="summer", note="", by=None, now=cast.NOW)


@pytest.fixture
def admin(house: cast.House, monday: Any, sign_in: Callable[[User], Browser]) -> Browser:
    return sign_in(house.admin)
