// The drawing of the body is a second way to tick the list beside it. Inside [data-body-map], check boxes carry an
// area as their value and paths of the drawing carry it as data-area; data-body-map names the mark: hurts, work or avoid.
function show(map) {
  for (const box of map.querySelectorAll('input[type="checkbox"]')) {
    for (const path of map.querySelectorAll(`[data-area="${CSS.escape(box.value)}"]`)) {
      path.classList.toggle(`is-${map.dataset.bodyMap || "hurts"}`, box.checked);
    }
  }
}

document.addEventListener("click", (event) => {
  const area = event.target.closest?.("[data-body-map] [data-area]");
  if (!area) return;
  const map = area.closest("[data-body-map]");
  map.querySelector(`input[type="checkbox"][value="${CSS.escape(area.dataset.area)}"]`)?.click();
});
document.addEventListener("change", (event) => {
  const map = event.target.closest?.("[data-body-map]");
  if (map) show(map);
});
document.querySelectorAll("[data-body-map]").forEach(show);
