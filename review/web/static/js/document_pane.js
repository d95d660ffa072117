// <document-pane>: the pages of one document. The server's page images lie below; text, marks and selection lie
// over them in one SVG whose unit is the PDF point, so a finding's boxes need no conversion at any zoom.
// At most seven pages are mounted; all others are placeholders of the right height.
import { actionFor } from "./key_map.js";
import { Minimap } from "./minimap.js";
import { drawMarks, drawSelection, drawText, makeOverlay } from "./page_overlay.js";
import { PageWords } from "./page_words.js";
import { WordSelection } from "./word_selection.js";

const MOUNTED = 7;
const KEPT = 40; // pages whose words stay in memory
const POINT = 96 / 72; // CSS pixels
const ZOOMS = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];
const DRAW_AGAIN = 2000; // milliseconds: the server answers without a picture while a page is still being drawn
const DRAW_TRIES = 60;
const WIDEST = 920; // pixels a page takes when it is fitted to a wide pane

class Page {
  constructor(section) {
    this.section = section;
    this.number = Number(section.dataset.page);
    this.width = Number(section.dataset.width);
    this.height = Number(section.dataset.height);
    this.start = Number(section.dataset.start ?? 0);
    this.layers = null; // while mounted
    section.style.aspectRatio = `${this.width} / ${this.height}`;
  }

  mount() {
    this.layers = makeOverlay(this.width, this.height);
    const image = new Image();
    image.alt = "";
    image.className = "page-image";
    image.draggable = false;
    image.addEventListener("load", () => this.section.classList.add("has-image"));
    this.fetchImage(image, 0);
    this.section.replaceChildren(image, this.layers.overlay);
  }

  fetchImage(image, tries) {
    image.addEventListener(
      "error",
      () => {
        if (tries < DRAW_TRIES) setTimeout(() => image.isConnected && this.fetchImage(image, tries + 1), DRAW_AGAIN);
      },
      { once: true },
    );
    image.src = this.section.dataset.imageUrl + (tries ? `#${tries}` : ""); // the same address would not be asked again
  }

  unmount() {
    this.layers = null;
    this.section.classList.remove("has-image");
    this.section.replaceChildren();
  }
}

class DocumentPane extends HTMLElement {
  connectedCallback() {
    this.pages = [...this.querySelectorAll("[data-page]")].map((section) => new Page(section));
    this.words = new Map(); // page number -> PageWords
    this.fetching = new Map();
    this.highlights = [];
    this.current = null; // the finding that is emphasised
    if (!this.hasAttribute("tabindex")) this.tabIndex = 0;
    if (!this.hasAttribute("role")) this.setAttribute("role", "region");
    if (!this.hasAttribute("aria-label")) this.setAttribute("aria-label", "Pages");
    this.selection = new WordSelection(this);
    this.minimap = new Minimap(this, this.pages);
    this.fit();
    this.listen();
    this.loadHighlights();
    this.goToSought();
  }

  disconnectedCallback() {
    this.stop.abort();
    this.sized.disconnect();
    this.minimap.drawing.remove();
  }

  listen() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.addEventListener("scroll", () => this.onceAFrame(), { passive: true, signal });
    this.addEventListener("click", (event) => this.choose(event), { signal });
    document.addEventListener("finding:show", (event) => this.show(event.detail.finding, event.detail.evidence), { signal });
    document.addEventListener("page:show", (event) => this.showPage(Number(event.detail.page)), { signal });
    document.addEventListener("highlights:changed", () => this.loadHighlights(), { signal });
    document.addEventListener("finding:chosen", (event) => this.emphasise(event.detail.finding), { signal });
    document.addEventListener("span:cleared", () => this.selection.forget(), { signal });
    document.addEventListener("keydown", (event) => this.press(event), { signal });
    document.addEventListener("click", (event) => this.command(event.target.closest?.("[data-pane]")?.dataset.pane), { signal });
    this.sized = new ResizeObserver(() => this.resized());
    this.sized.observe(this);
  }

  // --- Size and place ---------------------------------------------------------------------------

  setZoom(zoom) {
    const at = this.currentPage();
    const share = at ? (this.scrollTop - at.section.offsetTop) / (at.section.offsetHeight || 1) : 0;
    this.zoom = zoom;
    for (const page of this.pages) page.section.style.width = `${page.width * POINT * zoom}px`;
    this.tops = this.pages.map((page) => page.section.offsetTop);
    if (at) this.scrollTop = at.section.offsetTop + share * at.section.offsetHeight;
    for (const shown of document.querySelectorAll("[data-pane-zoom]")) shown.textContent = `${Math.round(zoom * 100)} %`;
    this.settle();
  }

  fit() {
    this.fitted = true;
    const widest = Math.max(1, ...this.pages.map((page) => page.width));
    const style = getComputedStyle(this);
    const room = this.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    this.setZoom(Math.max(0.25, Math.min(room, WIDEST) / (widest * POINT)));
  }

  step(direction) {
    this.fitted = false;
    const next = direction > 0 ? ZOOMS.find((zoom) => zoom > this.zoom + 0.01) : ZOOMS.findLast((zoom) => zoom < this.zoom - 0.01);
    if (next) this.setZoom(next);
  }

  resized() {
    if (this.fitted) this.fit();
    else this.setZoom(this.zoom);
  }

  onceAFrame() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = null;
      this.settle();
    });
  }

  /** The page under the middle of the pane. */
  currentPage() {
    if (!this.tops) return null;
    const middle = this.scrollTop + this.clientHeight / 2;
    let [low, high] = [0, this.tops.length - 1];
    while (low < high) {
      const between = (low + high + 1) >> 1;
      if (this.tops[between] <= middle) low = between;
      else high = between - 1;
    }
    return this.pages[low] ?? null;
  }

  /** Mounts the pages around the middle, drops the others, and says where we are. */
  settle() {
    const here = this.currentPage();
    if (!here) return;
    const at = this.pages.indexOf(here);
    const first = Math.max(0, Math.min(at - (MOUNTED >> 1), this.pages.length - MOUNTED));
    const near = new Set(this.pages.slice(first, first + MOUNTED));
    for (const page of this.pages) if (page.layers && !near.has(page)) page.unmount();
    for (const page of near) if (!page.layers) this.mount(page);
    this.minimap.follow();
    if (this.shownPage === here.number) return;
    this.shownPage = here.number;
    for (const shown of document.querySelectorAll("[data-pane-page]")) shown.textContent = here.number;
    this.dispatchEvent(new CustomEvent("page:shown", { bubbles: true, detail: { page: here.number } }));
  }

  async mount(page) {
    page.mount();
    this.drawMarksOn(page);
    const words = await this.fetchWords(page);
    if (!page.layers || !words) return;
    this.drawMarksOn(page);
    drawText(page.layers.text, words);
    drawSelection(page.layers.selection, this.selection.wordsOn(page.number, words.words));
  }

  // --- Words --------------------------------------------------------------------------------------

  wordsOf(number) {
    return this.words.get(number);
  }

  pageOf(number) {
    return this.pages.find((page) => page.number === number);
  }

  async fetchWords(page) {
    if (!page?.section.dataset.wordsUrl) return null;
    if (this.words.has(page.number)) return this.words.get(page.number);
    if (!this.fetching.has(page.number)) this.fetching.set(page.number, this.readWords(page));
    return this.fetching.get(page.number);
  }

  async readWords(page) {
    try {
      const answer = await fetch(page.section.dataset.wordsUrl, { credentials: "same-origin" });
      if (!answer.ok) return null; // the image is shown without its text; asked again when it is next near
      const words = new PageWords(await answer.json(), page.start);
      this.words.set(page.number, words);
      this.forgetFar(page.number);
      return words;
    } catch {
      return null;
    } finally {
      this.fetching.delete(page.number);
    }
  }

  forgetFar(number) {
    if (this.words.size <= KEPT) return;
    const ends = this.selection.ends();
    const free = [...this.words.keys()].filter((each) => !ends || each < ends[0].page || each > ends[1].page);
    free.sort((one, other) => Math.abs(other - number) - Math.abs(one - number));
    if (free.length) this.words.delete(free[0]);
  }

  /** Where a point of the window lies: {page, x, y} in PDF points, on the nearest mounted page. */
  placeAt(clientX, clientY) {
    let best = null;
    for (const page of this.pages) {
      if (!page.layers) continue;
      const box = page.section.getBoundingClientRect();
      const away = Math.max(box.top - clientY, 0, clientY - box.bottom);
      if (!best || away < best.away) best = { page, box, away };
    }
    if (!best) return null;
    const unit = best.page.width / best.box.width;
    return { page: best.page.number, x: (clientX - best.box.left) * unit, y: (clientY - best.box.top) * unit };
  }

  /** Where a selection by keyboard begins: at the current finding when it is in sight, else at the top of the page. */
  firstPlace() {
    const here = this.currentPage();
    const words = here && this.wordsOf(here.number);
    if (!words?.words.length) return null;
    const box = this.marked(this.current)?.boxes.find((each) => each[0] === here.number);
    const index = box ? words.nearest(box[1] + 1, (box[2] + box[4]) / 2).index : 0;
    return { page: here.number, index };
  }

  drawSelections() {
    for (const page of this.pages) {
      const words = page.layers && this.wordsOf(page.number);
      if (words) drawSelection(page.layers.selection, this.selection.wordsOn(page.number, words.words));
    }
  }

  announceSelection() {
    const span = this.selection.span();
    if (span) this.dispatchEvent(new CustomEvent("span:selected", { bubbles: true, detail: span }));
  }

  bringWordIntoView({ page, index }) {
    const word = this.wordsOf(page)?.words[index];
    if (word) this.bringIntoView(page, word.y0, word.y1, false);
  }

  // --- Findings -----------------------------------------------------------------------------------

  async loadHighlights() {
    const inline = document.getElementById(this.dataset.highlights); // json_script writes it
    if (this.dataset.highlightsUrl) {
      const answer = await fetch(this.dataset.highlightsUrl, { credentials: "same-origin" });
      if (answer.ok) this.highlights = await answer.json();
    } else if (inline) this.highlights = JSON.parse(inline.textContent);
    this.drawAllMarks();
    const wanted = this.current ?? this.dataset.finding ?? location.hash.match(/^#finding-(.+)$/)?.[1];
    if (wanted && !this.current) this.choosing(wanted);
  }

  drawMarksOn(page) {
    drawMarks(page.layers.marks, this.highlights, page.number, this.current, this.wordsOf(page.number)?.left ?? 72);
  }

  drawAllMarks() {
    for (const page of this.pages) if (page.layers) this.drawMarksOn(page);
    this.minimap.draw(this.highlights, this.current);
  }

  marked(finding, evidence) {
    const of = this.highlights.filter((highlight) => String(highlight.finding) === String(finding));
    return of.find((highlight) => evidence && String(highlight.evidence) === String(evidence)) ?? of[0];
  }

  /** Another part of the page, or the server after an addition, says which finding is current. */
  emphasise(finding) {
    if (String(finding) === String(this.current)) return;
    this.current = finding;
    this.evidence = undefined;
    this.drawAllMarks();
  }

  /** A link from elsewhere may point at words that are no finding: data-sought-page, -start and -end. */
  async goToSought() {
    const { soughtPage, soughtStart, soughtEnd } = this.dataset;
    const page = this.pageOf(Number(soughtPage));
    if (!page) return;
    this.showPage(page.number);
    const words = soughtStart ? await this.fetchWords(page) : null;
    const first = words?.words.findIndex((word) => word.end > Number(soughtStart)) ?? -1;
    if (first < 0) return;
    const last = words.words.findLastIndex((word) => word.start < Number(soughtEnd));
    this.selection.set({ page: page.number, index: first }, { page: page.number, index: Math.max(first, last) });
    this.bringWordIntoView({ page: page.number, index: first });
    this.announceSelection();
  }

  /** Scrolls to a finding's first box and emphasises all its boxes. */
  show(finding, evidence) {
    const highlight = this.marked(finding, evidence);
    this.current = highlight?.finding ?? finding;
    this.evidence = highlight?.evidence;
    this.drawAllMarks();
    const box = highlight?.boxes[0];
    if (box) this.bringIntoView(box[0], box[2], box[4], true);
  }

  showPage(number) {
    const page = this.pageOf(number);
    if (page) this.scrollTop = page.section.offsetTop - 12;
  }

  bringIntoView(number, y0, y1, centre) {
    const page = this.pageOf(number);
    if (!page) return;
    const unit = page.section.offsetHeight / page.height;
    const [top, foot] = [page.section.offsetTop + y0 * unit, page.section.offsetTop + y1 * unit];
    const inSight = top > this.scrollTop + 40 && foot < this.scrollTop + this.clientHeight - 40;
    if (inSight) return;
    this.scrollTop = centre ? top - this.clientHeight / 3 : top < this.scrollTop + 40 ? top - 80 : foot - this.clientHeight + 80;
    this.settle();
  }

  choosing(finding, evidence) {
    this.show(finding, evidence);
    this.dispatchEvent(new CustomEvent("finding:chosen", { bubbles: true, detail: { finding: this.current, evidence: this.evidence } }));
  }

  choose(event) {
    const group = event.target.closest?.(".mark-group");
    if (group && this.selection.isEmpty) this.choosing(group.dataset.finding, group.dataset.evidence);
  }

  /** The next (1) or previous (-1) mark in page order, from the current one or from what is in sight. */
  walk(step) {
    if (!this.highlights.length) return;
    let at = this.highlights.indexOf(this.marked(this.current, this.evidence));
    if (at < 0) {
      const page = this.currentPage()?.number ?? 1;
      const ahead = this.highlights.findIndex((highlight) => highlight.boxes[0]?.[0] >= page);
      at = step > 0 ? (ahead < 0 ? this.highlights.length : ahead) - 1 : ahead;
    }
    const next = this.highlights[(at + step + this.highlights.length) % this.highlights.length];
    this.choosing(next.finding, next.evidence);
  }

  async copyQuote() {
    const highlight = this.marked(this.current, this.evidence);
    const span = this.selection.span();
    const quote = span?.text ?? highlight?.quote ?? (highlight && (await this.quoteOf(highlight)));
    if (!quote) return;
    const page = span ? this.selection.ends()[0].page : highlight.boxes[0]?.[0];
    const [start, end] = span ? [span.start, span.end] : [highlight.start, highlight.end];
    const characters = start === undefined ? "" : `, characters ${start} to ${end}`;
    const cited = `“${quote}” (${this.dataset.documentName ?? "document"}, page ${page}${characters})`;
    this.dispatchEvent(new CustomEvent("quote:copy", { bubbles: true, detail: { text: cited } }));
  }

  /** The words inside a mark's boxes, when the server did not send the quote itself. */
  async quoteOf(highlight) {
    const parts = [];
    for (const number of new Set(highlight.boxes.map((box) => box[0]))) {
      const words = await this.fetchWords(this.pageOf(number));
      const boxes = highlight.boxes.filter((box) => box[0] === number);
      const inside = words?.words.filter((word) =>
        boxes.some(([, x0, y0, x1, y1]) => {
          const [x, y] = [(word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2];
          return x >= x0 && x <= x1 && y >= y0 && y <= y1;
        }),
      );
      if (inside?.length) parts.push(words.text(inside[0].start, inside.at(-1).end));
    }
    return parts.join("\n");
  }

  // --- Keys and buttons ---------------------------------------------------------------------------

  press(event) {
    const action = actionFor(event, "viewer");
    const selecting = action?.startsWith("word-") || action?.startsWith("line-");
    if (selecting && !this.contains(event.target)) return;
    if (selecting) this.selection.extend(action);
    else if (action === "close") this.selection.clear();
    else if (!this.command({ next: "next-finding", previous: "previous-finding" }[action] ?? action)) return;
    event.preventDefault();
  }

  command(name) {
    if (name === "zoom-in") this.step(1);
    else if (name === "zoom-out") this.step(-1);
    else if (name === "fit") this.fit();
    else if (name === "next-finding") this.walk(1);
    else if (name === "previous-finding") this.walk(-1);
    else if (name === "copy-quote") this.copyQuote();
    else return false;
    return true;
  }
}

customElements.define("document-pane", DocumentPane);
