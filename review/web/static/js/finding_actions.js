// What a person does to a finding by key, in the grid and in the viewer alike. The element that stands for the finding
// carries data-action-base; an action is a POST to that base + "accept/", answered with the element's new HTML.

const POSTED = ["accept", "verify", "flag", "undo"];
const FIELDS = { edit: "[data-edit-value]", comment: "[data-comment]" };

/** Posts one action for a finding's element and swaps the answer over it. Resolves when it has settled. */
export async function post(element, verb, values = {}) {
  const base = element.dataset.actionBase;
  if (!base) return;
  await window.htmx.ajax("POST", `${base}${verb}/`, { source: element, target: element, swap: "outerHTML", values });
}

/** Asks for a reason in the page's reason dialog; null when the person thinks better of it. */
export function askReason() {
  const dialog = document.querySelector("[data-reason-dialog]");
  if (!dialog) return Promise.resolve("");
  const note = dialog.querySelector('[name="note"]');
  note.value = "";
  dialog.returnValue = "cancel";
  dialog.showModal();
  note.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "reject" ? note.value.trim() : null), { once: true });
  });
}

/** The field of the drawer (or of the finding's own element) that an action works in. */
export function fieldFor(action, place) {
  return place?.querySelector(FIELDS[action]) ?? null;
}

/** Runs an action by its name. `showField(action)` brings up the field of edit and comment. True when it was ours. */
export async function act(element, action, showField) {
  if (POSTED.includes(action)) await post(element, action);
  else if (action === "reject") {
    const note = await askReason();
    if (note !== null) await post(element, "reject", { note });
  } else if (action in FIELDS) await showField(action);
  else return false;
  return true;
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest?.("[data-reason-choice]");
  if (!choice) return;
  const dialog = choice.closest("dialog");
  dialog.querySelector('[name="note"]').value = choice.textContent.trim();
  dialog.close("reject");
});
document.addEventListener("click", (event) => {
  event.target.closest?.("[data-close-dialog]")?.closest("dialog").close("cancel");
});
