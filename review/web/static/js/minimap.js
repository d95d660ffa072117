// The narrow column beside the pages: where in the whole document the findings lie, and where the reader is.
import { hueOf, svg } from "./page_overlay.js";

const WIDTH = 14;
const TALL = 1000; // units for the whole document

export class Minimap {
  constructor(pane, pages) {
    this.pane = pane;
    this.pages = pages;
    this.drawing = svg("svg", { class: "minimap", viewBox: `0 0 ${WIDTH} ${TALL}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    this.here = svg("rect", { class: "here", x: 0, width: WIDTH, y: 0, height: 0, rx: 2 });
    this.lines = svg("g");
    this.drawing.append(this.here, this.lines);
    pane.after(this.drawing);
    this.drawing.addEventListener("click", (event) => this.go(event));
    const total = pages.reduce((sum, page) => sum + page.height, 0) || 1;
    let before = 0;
    this.begins = pages.map((page) => {
      const at = before;
      before += page.height;
      return { top: (at / total) * TALL, unit: TALL / total };
    });
  }

  draw(highlights, currentFinding) {
    const places = new Map(this.pages.map((page, at) => [page.number, this.begins[at]]));
    const lines = highlights.flatMap((highlight) => {
      const [page, , y0] = highlight.boxes[0] ?? [];
      const place = places.get(page);
      if (!place) return [];
      const current = highlight.finding === currentFinding;
      const size = current ? 8 : 4;
      const shape = { x: current ? 0 : 2, width: current ? WIDTH : WIDTH - 4, y: place.top + y0 * place.unit - size / 2, height: size };
      return [svg("rect", { ...shape, class: `mark-line hue-${hueOf(highlight)}${current ? " is-current" : ""}` })];
    });
    this.lines.replaceChildren(...lines);
  }

  follow() {
    const whole = this.pane.scrollHeight || 1;
    this.here.setAttribute("y", (this.pane.scrollTop / whole) * TALL);
    this.here.setAttribute("height", Math.max(6, (this.pane.clientHeight / whole) * TALL));
  }

  go(event) {
    const box = this.drawing.getBoundingClientRect();
    const share = (event.clientY - box.top) / box.height;
    this.pane.scrollTop = share * this.pane.scrollHeight - this.pane.clientHeight / 2;
  }
}
