// The drawing of the body is a second way to tick the list beside it. Inside [data-body-map], check boxes carry an
// area as their value and paths of the drawing carry it as data-area. A box marks its area as its data-mark says, or as
// data-body-map does: hurts, work or avoid. Radio buttons with data-map-tool choose the mark that the drawing sets.
//
// With the keyboard the drawing is one stop: arrow keys move from area to area, Enter and Space mark. Left and right of
// an area are one mark, so that only one of them takes the focus.
const MARKS = ["hurts", "work", "avoid"];
const NEXT = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

const boxesOf = (map) => [...map.querySelectorAll('input[type="checkbox"]')];
const markOf = (map, box) => box.dataset.mark || map.dataset.bodyMap || "hurts";
const toolOf = (map) => map.querySelector("[data-map-tool]:checked")?.value || map.dataset.bodyMap || "hurts";
const boxFor = (map, area) => boxesOf(map).find((box) => box.value === area && markOf(map, box) === toolOf(map));
const stopsOf = (map) => [...map.querySelectorAll('[data-area][role="button"]')];

// The words of an area stand in the list: of its label, or of its row.
function nameOf(map, area) {
  const row = map.querySelector(`[data-area-name="${CSS.escape(area)}"]`);
  const box = boxesOf(map).find((one) => one.value === area);
  return (row || box?.labels[0])?.textContent.trim() || area;
}

function markName(map, mark) {
  const tool = map.querySelector(`[data-map-tool][value="${mark}"]`);
  return tool?.labels[0].textContent.trim().toLowerCase() || "";
}

function show(map) {
  const set = boxesOf(map).filter((box) => box.checked);
  for (const path of map.querySelectorAll("[data-area]")) {
    const area = path.dataset.area;
    const marks = MARKS.filter((mark) => set.some((box) => box.value === area && markOf(map, box) === mark));
    for (const mark of MARKS) path.classList.toggle(`is-${mark}`, marks.at(-1) === mark);
    if (path.getAttribute("role") !== "button") continue;
    const said = marks.map((mark) => markName(map, mark)).filter(Boolean);
    path.setAttribute("aria-label", [nameOf(map, area), path.dataset.view, ...said].join(", "));
    path.setAttribute("aria-pressed", String(marks.includes(toolOf(map))));
  }
}

function makeStops(map) {
  const seen = new Set();
  for (const drawing of map.querySelectorAll("svg")) {
    drawing.setAttribute("role", "group");
    drawing.setAttribute("aria-label", "Body map, front and back. Arrow keys move, Space marks.");
  }
  for (const path of map.querySelectorAll("svg [data-area]")) {
    const place = `${path.dataset.view} ${path.dataset.area}`;
    if (seen.has(place) || !boxesOf(map).some((box) => box.value === path.dataset.area)) {
      path.setAttribute("aria-hidden", "true");
      continue;
    }
    path.setAttribute("role", "button");
    path.setAttribute("tabindex", seen.size ? "-1" : "0");
    seen.add(place);
  }
}

function move(map, from, key) {
  const stops = stopsOf(map);
  const last = stops.length - 1;
  const at = { Home: 0, End: last }[key] ?? (stops.indexOf(from) + NEXT[key] + stops.length) % stops.length;
  for (const stop of stops) stop.setAttribute("tabindex", stop === stops[at] ? "0" : "-1");
  stops[at].focus();
}

document.addEventListener("click", (event) => {
  const area = event.target.closest?.("[data-body-map] svg [data-area]");
  const map = area?.closest("[data-body-map]");
  if (map) boxFor(map, area.dataset.area)?.click();
});
document.addEventListener("keydown", (event) => {
  const area = event.target.closest?.('[data-body-map] svg [data-area][role="button"]');
  const map = area?.closest("[data-body-map]");
  if (!map || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key in NEXT || event.key === "Home" || event.key === "End") move(map, area, event.key);
  else if (event.key === "Enter" || event.key === " ") boxFor(map, area.dataset.area)?.click();
  else return;
  event.preventDefault();
});
document.addEventListener("change", (event) => {
  const map = event.target.closest?.("[data-body-map]");
  if (map) show(map);
});
for (const map of document.querySelectorAll("[data-body-map]")) {
  makeStops(map);
  for (const tools of map.querySelectorAll("[data-map-tools]")) tools.hidden = false;
  show(map);
}
