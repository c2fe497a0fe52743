// “None of these” and the ticks above it exclude each other: choosing one clears the other. Without this script the
// page says so when it is sent. Hooked by [data-none-group] around one group.
document.addEventListener("change", (event) => {
  const group = event.target.closest?.("[data-none-group]");
  if (!group || !event.target.checked) return;
  const other = { none: 'input[name="ticks"]', ticks: 'input[name="none"]' }[event.target.name];
  if (!other) return;
  for (const box of group.querySelectorAll(other)) {
    if (!box.checked) continue;
    box.checked = false;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
