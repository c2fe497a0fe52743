"""What a real worker and a real Redis-protocol server get to see: ticks, and nothing that anybody said."""

from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings

from massage_booking.core import clock
from massage_booking.outbox.models import Message, MessageStatus
from screening import services
from screening.wishes import Wishes
from sessions.models import MassageSession
from tests import cast, real
from tests.outbox import sink as mail_sink
from tests.sessions import canaries

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]


def everything_in(server: "redis.Redis[bytes]") -> str:
    """Return all keys and values of the server, whatever their kind."""
    found = []
    for key in server.scan_iter():
        kind = server.type(key)
        value = {
            b"string": lambda key: server.get(key),
            b"list": lambda key: server.lrange(key, 0, -1),
            b"hash": lambda key: server.hgetall(key),
            b"set": lambda key: server.smembers(key),
            b"zset": lambda key: server.zrange(key, 0, -1),
        }.get(kind, lambda key: None)(key)
        found.append(f"{key!r} {value!r}")
    return "\n".join(found)


def test_no_word_told_in_confidence_passes_through_redis_or_a_mail(tmp_path: Path) -> None:
    house, now = cast.make_house(), clock.now()
    cast.answer(house.nadia, canaries.ROWS, now=now)
    services.keep_wishes(client=house.nadia, wanted=Wishes(hurts=("neck",), words=canaries.WORDS[0]), now=now)
    Message.objects.create(
        key="booked:1", kind="booked", recipient="nadia@example.com", due_at=now, created_at=now,
        subject_id=_session(house).pk,
    )  # fmt: skip
    seen = []
    server = redis.Redis.from_url(str(_url()))
    with mail_sink.running() as sink:
        environment = real.environment(tmp_path, EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(sink.port))
        with real.processes("worker", "beat", logs=tmp_path / "log", environment=environment) as family:

            def sent() -> bool:
                seen.append(everything_in(server))
                return Message.objects.filter(key="booked:1", status=MessageStatus.SENT).exists()

            real.wait_until(sent, family=family)
    seen += [file.read_text(errors="replace") for file in (tmp_path / "log").rglob("*") if file.is_file()]
    seen += [str(letter) for letter in sink.mails]
    seen.append(everything_in(server))

    assert any("celery" in text or "mail" in text for text in seen)
    assert [word for text in seen for word in (*canaries.WORDS, *canaries.ROWS) if word in text.lower()] == []


def _url() -> str:
    return str(settings.REDIS_URL)


def _session(house: cast.House) -> MassageSession:
    starts_at = (clock.now() + timedelta(days=7)).replace(hour=12, minute=0, second=0, microsecond=0)
    while starts_at.weekday() > 4:
        starts_at += timedelta(days=1)
    return cast.book(house, starts_at=starts_at, now=clock.now())
