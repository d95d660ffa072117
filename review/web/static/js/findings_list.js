// The findings beside the pages: choosing one moves the pages, choosing a mark on a page moves the list, and the keys
// of a reviewer act on the current one. Also fills the form that makes a finding of a selection.
import { act, fieldFor } from "./finding_actions.js";
import { actionFor } from "./key_map.js";

const ITEM = "[data-finding]";

class FindingsList {
  constructor(list) {
    this.list = list;
    list.addEventListener("click", (event) => this.choose(event));
    document.addEventListener("finding:chosen", (event) => this.follow(event.detail.finding));
    document.addEventListener("keydown", (event) => this.press(event));
    new MutationObserver(() => this.restore()).observe(list, { childList: true, subtree: true });
    this.current = list.querySelector(`${ITEM}[aria-current="true"]`)?.dataset.finding ?? null;
  }

  item(finding) {
    return finding ? this.list.querySelector(`[data-finding="${CSS.escape(finding)}"]`) : null;
  }

  /** A swapped item comes back without its emphasis. */
  restore() {
    const item = this.item(this.current);
    if (item && item.getAttribute("aria-current") !== "true") item.setAttribute("aria-current", "true");
  }

  choose(event) {
    const item = event.target.closest(ITEM);
    if (!item || event.target.closest("button:not(.finding-open), input, select, textarea, summary, form")) return;
    const link = event.target.closest("a:not(.finding-open)");
    if (link) return;
    event.preventDefault(); // without scripts the item is a link to the page
    this.follow(item.dataset.finding, false);
    document.dispatchEvent(new CustomEvent("finding:show", { detail: { finding: item.dataset.finding } }));
  }

  follow(finding, scroll = true) {
    this.item(this.current)?.removeAttribute("aria-current");
    this.current = String(finding);
    const item = this.item(this.current);
    if (!item) return;
    const fold = item.closest("details:not([open])");
    if (fold) fold.open = true;
    item.setAttribute("aria-current", "true");
    if (scroll) item.scrollIntoView({ block: "nearest" });
  }

  async press(event) {
    const action = actionFor(event, "viewer");
    const item = this.item(this.current);
    if (!action || !item?.dataset.actionBase) return;
    if (!["accept", "reject", "edit", "verify", "flag", "comment", "undo"].includes(action)) return;
    event.preventDefault();
    await act(item, action, (name) => this.showField(name, item));
    if (!["edit", "comment"].includes(action)) document.dispatchEvent(new CustomEvent("highlights:changed"));
  }

  /** Edit and comment: in the item when it holds the field, else in the drawer's or dialog's fragment it points at. */
  async showField(action, item) {
    const target = document.querySelector("[data-finding-fields]") ?? item;
    if (!fieldFor(action, target) && item.dataset.drawerUrl) {
      await window.htmx.ajax("GET", item.dataset.drawerUrl, { source: target, target, swap: "innerHTML" });
      target.hidden = false;
    }
    const field = fieldFor(action, target);
    for (let fold = field?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    field?.focus();
    field?.select?.();
  }
}

for (const list of document.querySelectorAll("[data-findings-list]")) new FindingsList(list);

// --- "Add finding" from a selection ------------------------------------------------------------------

const spanForm = () => document.querySelector("form[data-span-form]");
const setField = (form, name, value) => {
  const field = form.querySelector(`[name="${name}"]`);
  if (field) field.value = value;
};

document.addEventListener("span:selected", (event) => {
  const form = spanForm();
  if (!form) return;
  setField(form, "start", event.detail.start);
  setField(form, "end", event.detail.end);
  const words = form.querySelector("[data-span-text]");
  if (words) words.textContent = event.detail.text;
  form.hidden = false;
});
document.addEventListener("drawer:close", () => {
  const fields = document.querySelector("[data-finding-fields]");
  if (!fields) return;
  fields.hidden = true;
  fields.replaceChildren();
});
document.addEventListener("span:cleared", () => {
  const form = spanForm();
  if (form) form.hidden = true;
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-show-page]");
  if (!link) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("page:show", { detail: { page: link.dataset.showPage } }));
});
