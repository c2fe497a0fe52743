"""What a person does at each step of booking, in the words on the page."""

from playwright.sync_api import Locator, Page


def press(where: Page | Locator, name: str) -> None:
    """Press a button and wait for the page it leads to."""
    where.get_by_role("button", name=name).first.click()
    page = where if isinstance(where, Page) else where.page
    page.wait_for_load_state()


def tick(page: Page, label: str, *, number: int = 0) -> None:
    """Tick a box or choose an option by its words."""
    page.locator("label", has_text=label).nth(number).click()


def pick_first_day(page: Page, *, skip: int = 3) -> None:
    """Choose a day a little ahead, so that the questions about today are not asked; the next month if need be."""
    days = page.locator("table.month a")
    if days.count() <= skip:
        turn_to_next_month(page)
    choose_day(page, min(skip, days.count() - 1))


def turn_to_next_month(page: Page) -> None:
    """Press the arrow, and wait until the month that it names is there: it is changed in place, nothing is loaded."""
    arrow = page.locator("a[rel=next]")
    month = arrow.get_attribute("aria-label") or ""
    arrow.click()
    page.locator("#month-name", has_text=month).wait_for()


def choose_day(page: Page, number: int) -> None:
    """Choose a day of the month that has times, and wait until its times are there."""
    day = page.locator("table.month a").nth(number)
    words = (day.get_attribute("aria-label") or "").split(",")[0]
    day.click()
    page.locator(f"table.month a[aria-current=date][aria-label^='{words}']").wait_for()
    page.locator("button.time").first.wait_for()


def keep_first_time(page: Page) -> str:
    """Press the first time of the day; return what it said."""
    time = page.locator("button.time").first
    words = time.inner_text().split("\n")[0].strip()
    time.click()
    page.wait_for_load_state()
    return words


def say_who(page: Page, *, born: str = "1985-03-14", whom: str = "Myself") -> None:
    page.get_by_text(whom, exact=True).first.click()
    page.locator("input[name=date_of_birth]").fill(born)
    press(page, "Next")


def consent(page: Page) -> None:
    tick(page, "Yes, you may keep my health answers")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def nothing_right_now(page: Page) -> None:
    press(page, "None of these")


def answer_questions(page: Page, ticks: dict[str, str] | None = None) -> None:
    """Tick rows with their answers; every part without a tick gets its “none of these”."""
    for row, answer in (ticks or {}).items():
        tick(page, row)
        page.locator("fieldset, .follow-up").get_by_text(answer, exact=True).first.click()
    for part in page.locator("section.question-group").all():
        if part.locator(".choices input[type=checkbox]:checked").count() == 0:
            part.locator("label", has_text="None of these").click()
    press(page, "That is everything")


def sign(page: Page, *, name: str, email: str) -> None:
    """Fill in the last step and book."""
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=phone]").fill("087 555 0199")
    page.locator("label[for=id_accepts]").click()
    press(page, "Book this session")
