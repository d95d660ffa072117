// The help dialog: filled from the key map the first time it opens.
import { GROUPS, KEYS, actionFor, shownKey } from "./key_map.js";

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
  for (const group of GROUPS) {
    const keys = element("ul", "keys");
    keys.append(...KEYS.filter((entry) => String(entry.in) === String(group.in)).map(line));
    list.append(element("h3", "", group.title), keys);
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
