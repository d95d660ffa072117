// Every key the service reserves, once. The grid and the viewer act by it and the help dialog shows it.
// A key belongs to one action in one place; a test keeps it so.

export const KEYS = [
  { action: "up", keys: ["ArrowUp"], in: ["grid"], words: "Row above" },
  { action: "down", keys: ["ArrowDown"], in: ["grid"], words: "Row below" },
  { action: "left", keys: ["ArrowLeft"], in: ["grid"], words: "Question before" },
  { action: "right", keys: ["ArrowRight"], in: ["grid"], words: "Question after" },
  { action: "row-start", keys: ["Home"], in: ["grid"], words: "Start of the row" },
  { action: "row-end", keys: ["End"], in: ["grid"], words: "End of the row" },
  { action: "page-up", keys: ["PageUp"], in: ["grid"], words: "A screen up" },
  { action: "page-down", keys: ["PageDown"], in: ["grid"], words: "A screen down" },
  { action: "first", keys: ["Ctrl+Home"], in: ["grid"], words: "First document" },
  { action: "last", keys: ["Ctrl+End"], in: ["grid"], words: "Last loaded document" },
  { action: "open", keys: ["Enter"], in: ["grid"], words: "Open the finding" },
  { action: "peek", keys: [" "], in: ["grid"], words: "Peek, and keep the place" },
  { action: "next", keys: ["n"], in: ["grid", "viewer"], words: "Next unreviewed, or next finding" },
  { action: "previous", keys: ["p"], in: ["grid", "viewer"], words: "Previous one" },
  { action: "accept", keys: ["a"], in: ["grid", "viewer"], words: "Accept" },
  { action: "reject", keys: ["r"], in: ["grid", "viewer"], words: "Reject, with a reason" },
  { action: "edit", keys: ["e"], in: ["grid", "viewer"], words: "Edit" },
  { action: "verify", keys: ["v"], in: ["grid", "viewer"], words: "Verify" },
  { action: "flag", keys: ["f"], in: ["grid", "viewer"], words: "Flag" },
  { action: "comment", keys: ["c"], in: ["grid", "viewer"], words: "Comment" },
  { action: "undo", keys: ["u"], in: ["grid", "viewer"], words: "Undo" },
  { action: "copy-quote", keys: ["y"], in: ["viewer"], words: "Copy quote with citation" },
  { action: "zoom-in", keys: ["+", "="], in: ["viewer"], words: "Larger" },
  { action: "zoom-out", keys: ["-"], in: ["viewer"], words: "Smaller" },
  { action: "fit", keys: ["0"], in: ["viewer"], words: "Fit the width" },
  { action: "word-right", keys: ["Shift+ArrowRight"], in: ["viewer"], words: "Select a word more" },
  { action: "word-left", keys: ["Shift+ArrowLeft"], in: ["viewer"], words: "Select a word less" },
  { action: "line-down", keys: ["Shift+ArrowDown"], in: ["viewer"], words: "Select a line more" },
  { action: "line-up", keys: ["Shift+ArrowUp"], in: ["viewer"], words: "Select a line less" },
  { action: "next-line", keys: ["n"], in: ["backtest"], words: "Next disagreement" },
  { action: "previous-line", keys: ["p"], in: ["backtest"], words: "Previous one" },
  { action: "rule-reader", keys: ["1"], in: ["backtest"], words: "The reader was right" },
  { action: "rule-people", keys: ["2"], in: ["backtest"], words: "The people were right" },
  { action: "rule-both", keys: ["3"], in: ["backtest"], words: "Both were right" },
  { action: "rule-undecided", keys: ["4"], in: ["backtest"], words: "Undecided" },
  { action: "search", keys: ["Ctrl+k"], in: ["everywhere"], words: "Search" },
  { action: "help", keys: ["?"], in: ["everywhere"], words: "This help" },
  { action: "close", keys: ["Escape"], in: ["grid", "viewer"], words: "Close, or drop the selection" },
];

/** How the help groups them: a title, and the places its keys are reserved in. */
export const GROUPS = [
  { title: "Reviewing", in: ["grid", "viewer"] },
  { title: "In the grid", in: ["grid"] },
  { title: "In a document", in: ["viewer"] },
  { title: "In a back-test", in: ["backtest"] },
  { title: "Everywhere", in: ["everywhere"] },
];

const SHOWN = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", " ": "Space", Escape: "Esc" };

/** What a key is called on a keyboard: "Shift+ArrowUp" is ["Shift", "↑"]. */
export function shownKey(key) {
  const parts = key === "+" ? ["+"] : key.split("+");
  return parts.map((part) => SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** The key of an event as the map writes it; Shift only counts with keys that have no other shifted form. */
export function pressedKey(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const control = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  const shift = event.shiftKey && key.length > 1 ? "Shift+" : "";
  return control + shift + key;
}

/** True where a key is text for a field, or where a dialog or menu has the keyboard. */
export function isTyping(event) {
  const target = event.target;
  return Boolean(
    event.isComposing ||
      target.isContentEditable ||
      target.closest?.("input, textarea, select, dialog, [popover]") ||
      document.querySelector("dialog[open]"),
  );
}

/** The action a key press means in a place ("grid", "viewer", "everywhere"), or null. */
export function actionFor(event, place) {
  if (event.altKey) return null;
  const pressed = pressedKey(event);
  if (isTyping(event) && pressed !== "Ctrl+k") return null;
  return KEYS.find((each) => each.in.includes(place) && each.keys.includes(pressed))?.action ?? null;
}
