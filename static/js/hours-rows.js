// The working week: without this, each day ends with one empty row. With it, empty rows stay away until "Add
// hours" is pressed, and a row is removed with its own button. What is sent stays the same form.
const empty = (block) => [...block.querySelectorAll("input")].every((input) => !input.value);
const rows = (day) => [...day.querySelectorAll("[data-block]")];

function tidy(day) {
  for (const block of rows(day)) block.hidden = empty(block) && !block.hasAttribute("data-open");
}

function add(day) {
  const waiting = rows(day).find((block) => block.hidden);
  const block = waiting ?? fresh(day);
  block.setAttribute("data-open", "");
  block.hidden = false;
  block.querySelector("input").focus();
}

function fresh(day) {
  const total = day.querySelector("[name$='-TOTAL_FORMS']");
  const copy = day.querySelector("template").content.firstElementChild.cloneNode(true);
  for (const part of copy.querySelectorAll("[id], [name], [for]")) {
    for (const name of ["id", "name", "for"]) {
      const value = part.getAttribute(name);
      if (value) part.setAttribute(name, value.replace("__prefix__", total.value));
    }
  }
  total.value = Number(total.value) + 1;
  copy.querySelector("[data-remove]").hidden = false;
  day.querySelector("[data-blocks]").append(copy);
  return copy;
}

function remove(day, block) {
  for (const input of block.querySelectorAll("input")) input.value = "";
  block.querySelectorAll(".invalid-feedback").forEach((error) => error.remove());
  block.removeAttribute("data-open");
  block.hidden = true;
  day.querySelector("[data-add]").focus();
}

for (const day of document.querySelectorAll("[data-hours] [data-day]")) {
  day.querySelectorAll("[data-add], [data-remove]").forEach((button) => { button.hidden = false; });
  tidy(day);
  day.addEventListener("click", (event) => {
    if (event.target.closest("[data-add]")) add(day);
    const block = event.target.closest("[data-remove]")?.closest("[data-block]");
    if (block) remove(day, block);
  });
}
