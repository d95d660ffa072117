// The keyboard in the result of a back-test: from line to line, and who was right. A swapped line keeps the focus.
import { actionFor } from "./key_map.js";

const LINE = "[data-line]";

const lines = () => [...document.querySelectorAll(LINE)];
const here = () => document.activeElement?.closest(LINE);

function go(step) {
  const all = lines();
  const at = all.indexOf(here());
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const action = actionFor(event, "backtest");
  if (action === "next-line") go(1);
  else if (action === "previous-line") go(-1);
  else if (action?.startsWith("rule-")) {
    const button = here()?.querySelector(`button[name="ruling"][value="${action.slice(5)}"]`);
    if (!button) return;
    button.click();
  } else return;
  event.preventDefault();
});

let swapped = null; // the line that is being replaced while it has the focus
document.addEventListener("htmx:beforeSwap", (event) => {
  swapped = event.detail.target?.contains(document.activeElement) ? event.detail.target.id : null;
});
document.addEventListener("htmx:afterSwap", () => {
  if (swapped) document.getElementById(swapped)?.focus();
  swapped = null;
});
