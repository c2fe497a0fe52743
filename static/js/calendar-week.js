// The week as a grid, where there is room for seven columns; the list under it stays for everybody else.
// Times come as the studio's wall shows them, without an offset, so that no browser moves them into its own zone.
const grid = document.querySelector("[data-week]");
const roomy = window.matchMedia("(min-width: 62em)");

const part = (name, text) => {
  const element = document.createElement(name === "who" ? "b" : "span");
  element.className = `week-${name}`;
  element.textContent = text;
  return element;
};

// What stands in the box of a session: a real link over the whole of it, so that it opens like any other.
function inside({ event }) {
  const told = event.extendedProps;
  if (told.off) return told.off === "Not working" ? { domNodes: [] } : { domNodes: [part("off-word", told.off)] };
  const clock = `${Number(told.start.slice(11, 13))}${told.start.slice(13, 16)}`;
  const box = document.createElement(told.url ? "a" : "div");
  if (told.url) box.href = told.url;
  box.className = "week-box";
  box.append(part("time", clock), " ", part("who", told.who), part("limits", told.limits || told.what), part("word", told.word));
  return { domNodes: [box] };
}

// The library calls its grid a table without the cells of one; the list of the same week reads better aloud.
function plain() {
  for (const name of ["role", "aria-colindex", "aria-rowindex", "aria-colcount", "aria-rowcount"]) {
    grid.querySelectorAll(`[${name}]`).forEach((element) => element.removeAttribute(name));
  }
}

async function load(first, last) {
  const answer = await fetch(`${grid.dataset.events}?first=${first}&last=${last}`, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// The hours to show: those of work (8 to 18 where there are none), widened to what there is.
function hours({ events, opens, closes }) {
  const starts = events.map((event) => Number(event.start.slice(11, 13)));
  const ends = events.map((event) => (event.end.slice(0, 10) > event.start.slice(0, 10) ? 24 : Number(event.end.slice(11, 13)) + 1));
  const written = (hour) => `${String(Math.min(hour, 24)).padStart(2, "0")}:00:00`;
  return { slotMinTime: written(Math.min(opens ?? 8, ...starts)), slotMaxTime: written(Math.max(closes ?? 18, ...ends)) };
}

// Time without work lies behind the sessions, drawn as on the day's page.
function behind(off) {
  return {
    start: off.start,
    end: off.end,
    title: off.word,
    display: "background",
    classNames: ["week-off"],
    extendedProps: { off: off.word },
  };
}

function shown(event) {
  return {
    start: event.start,
    end: event.end,
    title: [event.who, event.what, event.limits, event.word].filter(Boolean).join(", "),
    classNames: [`week-${event.state}`],
    extendedProps: event,
  };
}

function draw(week) {
  grid.hidden = false;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone === grid.dataset.zone;
  EventCalendar.create(grid, {
    view: "timeGridWeek",
    date: grid.dataset.first,
    firstDay: 1,
    headerToolbar: { start: "", center: "", end: "" },
    allDaySlot: false,
    editable: false,
    nowIndicator: here,
    slotEventOverlap: false,
    slotHeight: 36,
    locale: document.documentElement.lang,
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "short" },
    slotLabelFormat: (time) => `${time.getHours()}:${String(time.getMinutes()).padStart(2, "0")}`,
    ...hours(week),
    events: [...week.off.map(behind), ...week.events.map(shown)],
    eventContent: inside,
    viewDidMount: plain,
    eventAllUpdated: plain,
  });
  document.documentElement.classList.add("has-week-grid");
}

if (grid && roomy.matches && window.EventCalendar) {
  // Without an answer the list stays as it is.
  load(grid.dataset.first, grid.dataset.last).then(draw, () => {});
}
