// Saves a form marked data-save-as-you-go a moment after each change, so that nothing is lost when the page closes.
// The answer carries the new revision; a disagreement with another window is only told, never resolved here.
const WAIT = 1500;

for (const form of document.querySelectorAll("form[data-save-as-you-go]")) {
  const status = form.querySelector("[data-save-status]");
  const revision = form.elements.revision;
  let timer = 0;
  let running = null;

  const say = (words) => {
    if (status) status.textContent = words;
  };
  const save = async () => {
    if (form.dataset.sent) return;
    const data = new FormData(form);
    data.set("saving", "1");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const saved = await answer.json();
      revision.value = saved.revision;
      say(saved.look_again ? "Saved. Some of this was changed in another window too: you will see it when you go on." : "Saved");
    } catch {
      say("Not saved yet. It will be when you go on.");
    }
  };
  form.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      await running;
      running = save();
      await running;
      running = null;
    }, WAIT);
  });
  // A saving under way would make this form look like one from another window: let it finish first.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault();
    const submitter = event.submitter;
    running.then(() => {
      running = null;
      form.requestSubmit(submitter);
    });
  });
}
