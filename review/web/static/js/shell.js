// Around every page: menus that close, Ctrl-K, copied quotes, and plain words when a request fails.
import "./key_help.js";
import { actionFor } from "./key_map.js";
import { say } from "./messages.js";

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest?.("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.activeElement?.closest("details[data-menu][open]");
    closeMenus();
    menu?.querySelector("summary").focus();
  }
  if (actionFor(event, "everywhere") === "search") {
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  }
});

/** Copies text where the clipboard is open to pages, and through a copy event where it is not (plain HTTP). */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const put = (event) => {
      event.preventDefault();
      event.clipboardData.setData("text/plain", text);
    };
    document.addEventListener("copy", put, { once: true, capture: true });
    const copied = document.execCommand("copy");
    document.removeEventListener("copy", put, { capture: true });
    return copied;
  }
}

async function copyQuote(text) {
  const copied = await copy(text);
  say(copied ? "The quote is copied with its citation." : "The browser did not allow copying.", copied ? "success" : "warning");
}

document.addEventListener("quote:copy", (event) => copyQuote(event.detail.text));
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy-quote]");
  if (button) copyQuote(`“${button.dataset.quote}”${button.dataset.citation ? ` (${button.dataset.citation})` : ""}`);
  const close = event.target.closest?.("[data-close-drawer]");
  if (close) document.dispatchEvent(new CustomEvent("drawer:close"));
});

const REFUSED = {
  401: "You are signed out. Sign in again; nothing you saved is lost.",
  403: "You are not allowed to do that here.",
  404: "This is no longer here, or it is not yours to see.",
  409: "Someone else settled this first. The page shows how it stands once it is opened again.",
  413: "That is larger than this service accepts.",
  429: "Too many requests at once. Wait a moment and try again.",
};

/** What the server says of a refusal: a sentence in X-Engross-Sentence or JSON, else ours for the status. */
function sentence(request) {
  const said = request.getResponseHeader("X-Engross-Sentence");
  return said ? decodeURIComponent(said) : (REFUSED[request.status] ?? "The service could not do that. It has been recorded; try again.");
}

document.addEventListener("htmx:responseError", (event) => say(sentence(event.detail.xhr), "error"));
document.addEventListener("htmx:sendError", () => say("The service could not be reached. Nothing was changed; try again.", "error"));
document.addEventListener("htmx:timeout", () => say("The service did not answer in time. Try again.", "error"));
