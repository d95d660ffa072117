// Draws on one page, in PDF points: its text, the marks of its findings, the selection. Knows no scrolling.
import { lineBoxes } from "./page_words.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const HUES = 8;
const BASELINE = 0.24; // of a line's height, from its foot

/** An SVG element with attributes; never a style attribute, which the security policy forbids. */
export function svg(name, attributes = {}, text = "") {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

/** The colour of a clause type: the same everywhere in one document. */
export function hueOf(highlight) {
  if (Number.isInteger(highlight.hue)) return highlight.hue % HUES;
  let sum = 0;
  for (const character of highlight.clause ?? "") sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return sum % HUES;
}

/** An empty overlay for a page: layers for text, marks and selection, from back to front. */
export function makeOverlay(width, height) {
  const overlay = svg("svg", { class: "page-overlay", viewBox: `0 0 ${width} ${height}` });
  const [text, marks, selection] = ["text-layer", "mark-layer", "selection-layer"].map((name) => svg("g", { class: name }));
  marks.setAttribute("aria-hidden", "true");
  overlay.append(marks, selection, text);
  return { overlay, text, marks, selection };
}

export function drawText(layer, pageWords) {
  const lines = pageWords.lines().map((words) => {
    const [first, last] = [words[0], words.at(-1)];
    const top = Math.min(...words.map((word) => word.y0));
    const foot = Math.max(...words.map((word) => word.y1));
    const height = Math.max(1, foot - top);
    const content = words.map((word) => pageWords.text(word.start, word.end)).join(" ");
    return svg(
      "text",
      {
        x: first.x0,
        y: foot - height * BASELINE,
        "font-size": (height * 0.82).toFixed(2),
        textLength: Math.max(1, last.x1 - first.x0),
        lengthAdjust: "spacingAndGlyphs",
      },
      content,
    );
  });
  layer.replaceChildren(...lines);
}

function markGroup(highlight, boxes, current, tickAt) {
  const hidden = highlight.state === "rejected" ? " is-rejected" : highlight.state === "possible" ? " is-possible" : highlight.state === "warning" ? " is-warned" : "";
  const group = svg("g", {
    class: `mark-group hue-${hueOf(highlight)}${hidden}${current ? " is-current" : ""}`,
    "data-finding": highlight.finding,
    "data-evidence": highlight.evidence ?? "",
  });
  for (const [x0, y0, x1, y1] of boxes) {
    group.append(
      svg("rect", { class: "mark-box", x: x0 - 1, y: y0 - 1, width: x1 - x0 + 2, height: y1 - y0 + 2, rx: 1.5 }),
      svg("line", { class: "mark-rule", x1: x0, x2: x1, y1: y1 + 1, y2: y1 + 1 }),
    );
  }
  if (tickAt) {
    const [x, y] = tickAt;
    group.append(
      svg("circle", { class: "mark-tick", cx: x, cy: y, r: 7 }),
      svg("text", { class: "mark-number", x, y: y + 2.9 }, String(highlight.tick)),
    );
  }
  return group;
}

/** Draws the marks of one page. A tick stands in the margin, left of `textLeft`, at the height of the mark's first box. */
export function drawMarks(layer, highlights, page, currentFinding, textLeft) {
  const taken = [];
  const groups = highlights.map((highlight) => {
    const boxes = highlight.boxes.filter((box) => box[0] === page).map((box) => box.slice(1));
    if (!boxes.length) return null;
    let tickAt = null;
    if (highlight.boxes[0][0] === page) {
      const y = (boxes[0][1] + boxes[0][3]) / 2;
      let x = Math.max(9, textLeft - 16);
      while (x > 9 && taken.some((other) => Math.hypot(other[0] - x, other[1] - y) < 14)) x = Math.max(9, x - 15);
      tickAt = [x, y];
      taken.push(tickAt);
    }
    return markGroup(highlight, boxes, highlight.finding === currentFinding, tickAt);
  });
  layer.replaceChildren(...groups.filter(Boolean));
}

export function drawSelection(layer, words) {
  layer.replaceChildren(
    ...lineBoxes(words).map(([x0, y0, x1, y1]) =>
      svg("rect", { class: "selection-box", x: x0 - 1, y: y0 - 1, width: x1 - x0 + 2, height: y1 - y0 + 2 }),
    ),
  );
}
