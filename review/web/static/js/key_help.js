// The help dialog: filled from the key map the first time it opens.
import { KEYS, PLACES, actionFor, shownKey } from "./key_map.js";

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function line(entry) {
  const item = element("li");
  item.append(element("span", "", entry.words));
  const keys = element("span");
  for (const part of shownKey(entry.keys[0])) keys.append(element("kbd", "", part), " ");
  item.append(keys);
  return item;
}

function fill(list) {
  for (const [place, title] of Object.entries(PLACES)) {
    const keys = element("ul", "keys");
    keys.append(...KEYS.filter((entry) => entry.in.includes(place)).map(line));
    list.append(element("h3", "menu-title", title), keys);
  }
}

function open() {
  const dialog = document.getElementById("key-help");
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("[data-key-list]");
  if (!list.hasChildNodes()) fill(list);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-key-help]")) open();
});
document.addEventListener("keydown", (event) => {
  if (actionFor(event, "everywhere") !== "help") return;
  event.preventDefault();
  open();
});
