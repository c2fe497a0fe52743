"""The tags of the house write what templates rely on."""

import re
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

from massage_booking.core.templatetags import house


def written(source: str, **context: object) -> str:
    return Template("{% load house %}" + source).render(Context(context))


def test_a_name_is_set_with_its_first_word_upright() -> None:
    assert written("{% wordmark name %}", name="Still <b> Water") == "Still <i>&lt;b&gt; Water</i>"
    assert written("{% wordmark name %}", name="Stillwater") == "Stillwater"


def test_an_icon_is_silent() -> None:
    assert re.match(r'<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"', written('{% icon "check" %}'))


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(KeyError):
        written('{% icon "no-such-sign" %}')


def test_states_and_outcomes_have_a_word() -> None:
    assert written('{% state_badge "no_show" %}') == '<span class="badge state-no-show num">No-show</span>'
    assert (
        written('{% state_badge "held" "Held until 14:32" %}')
        == '<span class="badge state-held num">Held until 14:32</span>'
    )
    assert written('{% outcome_badge "modify" %}').endswith("</svg> With limits</span>")


def test_the_body_map_marks_areas_and_only_those() -> None:
    picture = written('{% body_map avoid=areas label="Not the <legs>" %}', areas=["legs"])

    assert set(re.findall(r'class="area is-avoid" data-area="([a-z_]+)"', picture)) == {"legs"}
    assert 'aria-label="Not the &lt;legs&gt;"' in picture
    assert "<title" not in picture
    assert "<pattern" in picture
    assert "<pattern" not in written("{% body_map patterns=False %}")


def test_times_are_grouped_by_the_studios_clock() -> None:
    hours = [{"starts_at": datetime(2026, 7, 9, hour, 30, tzinfo=UTC)} for hour in (8, 11, 16)]
    with timezone.override("Europe/Dublin"):
        groups = [(part, len(items)) for part, items in house.parts_of_day(hours)]

    assert groups == [("Morning", 1), ("Afternoon", 1), ("Evening", 1)]


def test_a_number_can_be_dialled() -> None:
    assert house.tel("+353 (0)20 912 0144") == "tel:+353209120144"
    assert house.tel("020 912 0144") == "tel:0209120144"
