"""A session of a series and all that follow, moved by as much: what is proposed for each, and moving them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.http import HttpRequest
from django.utils.http import urlencode

from massage_booking.core.errors import Refused
from massage_booking.core.ids import new_public_id
from massage_booking.studio import selectors as studio_selectors
from sessions.domain.series import State, Wanted
from sessions.forms.series import SAME, FollowingForm, read_picks, write_picks
from sessions.models import MassageSession
from sessions.selectors import series_of, who
from sessions.selectors.series import Planning
from sessions.selectors.series_rows import Asked, Item
from sessions.services import record, series_changes
from sessions.services.series_changes import By, NewTime
from sessions.views import series_words
from sessions.views.series_sent import Sent
from therapists.models import Therapist

WHERE: Final = ("day", "time", "therapist")


@dataclass(frozen=True)
class Shift(Sent):
    """What somebody wants of a session and those after it, as an address or a form says it."""

    data: Mapping[str, Any]
    session: MassageSession
    now: datetime
    page: str
    by_desk: bool = False
    may_hear: bool = True

    @cached_property
    def studio(self) -> Any:
        return studio_selectors.require()

    @cached_property
    def sessions(self) -> list[MassageSession]:
        """The session and those after it that can be changed; of a form that was sent, those that it showed."""
        found = series_of.following(self.session, now=self.now)
        shown = str(self.data.get("ids", ""))
        if shown and shown != self._ids(found):
            raise Refused("changed_meanwhile")
        return found

    @staticmethod
    def _ids(sessions: list[MassageSession]) -> str:
        return ",".join(session.public_id for session in sessions)

    @cached_property
    def form(self) -> FollowingForm:
        first = next(iter(self.sessions), self.session)
        local = first.starts_at.astimezone(self.studio.tz)
        usual = {"day": local.date().isoformat(), "time": local.strftime("%H:%M"), "therapist": SAME}
        said = {name: self.data[name] for name in WHERE if name in self.data}
        people = who.offered_to(client=self.session.client, service=self.session.service, day=local.date())
        return FollowingForm(
            {**usual, **said},
            givers=people,
            today=self.now.astimezone(self.studio.tz).date(),
            grid_minutes=self.studio.grid_minutes,
        )

    @property
    def is_asked(self) -> bool:
        return "day" in self.data

    def _on_the_wall(self, session: MassageSession) -> Wanted:
        local = session.starts_at.astimezone(self.studio.tz)
        return Wanted(local.date(), local.hour * 60 + local.minute)

    def _therapist(self, session: MassageSession) -> Therapist | None:
        slug = self.form.cleaned_data["therapist"]
        return session.therapist if slug == SAME else self.form.givers.get(slug)

    @cached_property
    def planning(self) -> Planning | None:
        """What is proposed, None while nothing was asked for that can be read."""
        if not self.is_asked or not self.form.is_valid() or not self.sessions:
            return None
        where = self.form.cleaned_data
        first = self._on_the_wall(self.sessions[0])
        by = first.until(Wanted(where["day"], where["time"].hour * 60 + where["time"].minute))
        if not by and where["therapist"] == SAME:
            return None
        series, client = self.session.series, self.session.client
        assert series is not None and client is not None
        return Planning(
            Asked(
                client=client,
                items=tuple(
                    Item(self._on_the_wall(one).shifted(by), one.service, self._therapist(one), one)
                    for one in self.sessions
                ),
                interval_days=series.interval_days,
                now=self.now,
                by_desk=self.by_desk,
                picks=read_picks(self.data, len(self.sessions)),
            )
        )

    @property
    def wish(self) -> dict[str, str]:
        return {name: str(self.form[name].value() or "") for name in WHERE}

    @property
    def address(self) -> str:
        planning = self.planning
        picks = write_picks(planning.asked.picks) if planning else {}
        return f"{self.page}?{urlencode({**self.wish, **picks})}"

    def context(self, *, sentence: str = "") -> dict[str, Any]:
        """Return what the page shows."""
        planning = self.planning
        context: dict[str, Any] = {
            "session": self.session,
            "client": self.session.client,
            "sessions": self.sessions,
            "form": self.form,
            "page": self.page,
            "sentence": sentence,
            "by_desk": self.by_desk,
            "key": new_public_id(),
            "ids": self._ids(self.sessions),
            "nothing_new": self.is_asked and self.form.is_valid() and planning is None,
            "moves": True,
        }
        if planning is not None:
            context |= {
                "lines": series_words.lines_of(
                    planning, opened=self.opened, by_desk=self.by_desk, may_hear=self.may_hear, moves=True
                ),
                "wish": [*self.wish.items(), ("ids", self._ids(self.sessions))],
                "mode": self.mode,
                "count": sum(row.has_time for row in planning.rows),
                "all_fit": all(row.state is State.FITS for row in planning.rows),
            }
        return context

    # -- acting

    @property
    def digest(self) -> str:
        names = [*WHERE, "ids", "mode", "act", *(name for name in self.data if name.startswith("date-"))]
        said = {name: str(self.data.get(name, "")) for name in names}
        return record.digest_of({**said, "session": self.session.pk})

    def _by(self, request: HttpRequest) -> By:
        return By(request.user, "desk" if self.by_desk else "client")  # type: ignore[arg-type]

    def move(self, request: HttpRequest) -> list[MassageSession]:
        """Move what was chosen, in one act. Raises what `series_changes.move` raises."""
        moves = [
            NewTime(row.item.session, row.time.starts_at, row.time.therapist)
            for row in self.chosen()
            if row.item.session is not None and row.time is not None
        ]
        return series_changes.move(
            moves=[one for one in moves if not _is_there(one)],
            by=self._by(request),
            now=self.now,
            form_key=self.key,
            form_digest=self.digest,
        )

    def cancel(self, request: HttpRequest) -> list[MassageSession]:
        """Cancel the session and all that follow. Raises what `series_changes.cancel` raises."""
        return series_changes.cancel(
            sessions=self.sessions,
            by=self._by(request),
            now=self.now,
            form_key=self.key,
            form_digest=self.digest,
        )


def _is_there(one: NewTime) -> bool:
    """Say whether a session is at its new time already."""
    stays_with = one.therapist is None or one.therapist.pk == one.session.therapist_id
    return stays_with and one.session.starts_at == one.starts_at
