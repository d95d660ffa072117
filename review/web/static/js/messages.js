// Short notices in the #messages region, which assistive technology reads aloud.

const ICONS = { success: "check-circle", warning: "alert", error: "alert", info: "info" };
const SHOWN_FOR = 6000; // milliseconds; errors stay until they are dismissed

function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(namespace, "use");
  use.setAttribute("href", `${document.body.dataset.icons ?? ""}#${name}`);
  svg.append(use);
  return svg;
}

/** Show one sentence; level is info, success, warning or error. */
export function say(text, level = "info") {
  const region = document.getElementById("messages");
  if (!region) return;
  const notice = document.createElement("div");
  notice.className = `message is-${level}`;
  notice.dataset.message = "";
  const words = document.createElement("span");
  words.textContent = text;
  const dismiss = document.createElement("button");
  dismiss.className = "btn btn-quiet btn-sm btn-icon";
  dismiss.type = "button";
  dismiss.dataset.dismiss = "";
  dismiss.setAttribute("aria-label", "Dismiss");
  dismiss.append(icon("cross"));
  notice.append(icon(ICONS[level]), words, dismiss);
  region.append(notice);
}

function leave(notice) {
  if (notice.matches(":hover, :focus-within")) setTimeout(() => leave(notice), SHOWN_FOR);
  else notice.remove();
}

function watch(notice) {
  if (notice.nodeType === 1 && !notice.matches(".is-error, .is-warning")) {
    setTimeout(() => leave(notice), SHOWN_FOR);
  }
}

const region = document.getElementById("messages");
if (region) {
  [...region.children].forEach(watch);
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(watch))).observe(
    region,
    { childList: true },
  );
}
document.addEventListener("click", (event) => {
  event.target.closest?.("[data-dismiss]")?.closest("[data-message]")?.remove();
});
