// Arrow keys in the month: left and right to the next day with free times, up and down within its weekday,
// Home and End within the week, Page Up and Page Down to the months before and after.
const days = (picker) => [...picker.querySelectorAll(".month td a")];
const weekday = (day) => day.closest("td").cellIndex;
const week = (day) => day.closest("tr");

function target(picker, day, key) {
  const all = days(picker);
  const here = all.indexOf(day);
  const below = all.filter((other) => weekday(other) === weekday(day));
  const beside = all.filter((other) => week(other) === week(day));
  return {
    ArrowLeft: all[here - 1],
    ArrowRight: all[here + 1],
    ArrowUp: below[below.indexOf(day) - 1],
    ArrowDown: below[below.indexOf(day) + 1],
    Home: beside[0],
    End: beside.at(-1),
  }[key];
}

document.addEventListener("keydown", (event) => {
  const day = event.target.closest?.("[data-month-picker] .month td a");
  if (!day || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const picker = day.closest("[data-month-picker]");
  const month = { PageUp: "prev", PageDown: "next" }[event.key];
  if (month) {
    event.preventDefault();
    picker.querySelector(`a[rel="${month}"]`)?.click();
    return;
  }
  const next = target(picker, day, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// When htmx has changed the picker in place, focus goes where a loaded page would put it: to the times of a
// chosen day, else to the same arrow between months.
let pressed = "";
document.addEventListener("click", (event) => {
  pressed = event.target.closest?.("[data-month-picker] a[rel]")?.rel ?? "";
});
// A choice beside the month keeps the focus where it is: somebody may still be going through the options.
document.addEventListener("htmx:afterSettle", (event) => {
  const picker = document.querySelector("[data-month-picker]");
  const cause = event.detail.requestConfig;
  if (!picker || cause?.triggeringEvent?.type === "change" || cause?.elt?.closest(".summary")) return;
  const arrow = pressed && picker.querySelector(`a[rel="${pressed}"]`);
  (arrow || picker.querySelector(pressed ? ".month td a" : "#times-head"))?.focus();
});
