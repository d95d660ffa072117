// A selection of whole words in the pane, by mouse or by Shift and arrows, also across pages.
// Knows page numbers and word indexes; the pane gives it words and draws what it asks for.

const NEAR = 24; // PDF points: a drag that begins farther from any word selects nothing
const EDGE = 32; // pixels from the pane's edge where a drag scrolls

const before = (one, other) => one.page < other.page || (one.page === other.page && one.index <= other.index);

export class WordSelection {
  constructor(pane) {
    this.pane = pane;
    this.anchor = null; // {page, index}
    this.focus = null;
    pane.addEventListener("pointerdown", (event) => this.down(event));
    pane.addEventListener("pointermove", (event) => this.drag(event));
    pane.addEventListener("pointerup", (event) => this.up(event));
    pane.addEventListener("dblclick", (event) => this.word(event));
    document.addEventListener("copy", (event) => this.copy(event));
  }

  get isEmpty() {
    return !this.anchor;
  }

  /** First and last word in reading order, or null. */
  ends() {
    if (this.isEmpty) return null;
    return before(this.anchor, this.focus) ? [this.anchor, this.focus] : [this.focus, this.anchor];
  }

  /** The selected words of one page. */
  wordsOn(page, words) {
    const ends = this.ends();
    if (!ends || page < ends[0].page || page > ends[1].page) return [];
    const from = page === ends[0].page ? ends[0].index : 0;
    const to = page === ends[1].page ? ends[1].index : words.length - 1;
    return words.slice(from, to + 1);
  }

  /** {start, end, text}: document offsets in code points and the exact characters between them. */
  span() {
    const ends = this.ends();
    if (!ends) return null;
    const [first, last] = ends.map(({ page, index }) => this.pane.wordsOf(page)?.words[index]);
    if (!first || !last) return null;
    let text = "";
    for (let page = ends[0].page; page <= ends[1].page; page += 1) text += this.pane.wordsOf(page)?.text(first.start, last.end) ?? "";
    return { start: first.start, end: last.end, text };
  }

  under(event) {
    const place = this.pane.placeAt(event.clientX, event.clientY);
    if (!place) return null;
    const nearest = this.pane.wordsOf(place.page)?.nearest(place.x, place.y);
    return nearest && nearest.index >= 0 ? { page: place.page, ...nearest } : null;
  }

  down(event) {
    if (event.button !== 0 || !event.target.closest?.(".page-overlay")) return;
    const found = this.under(event);
    this.began = found && found.distance < NEAR ? { found, x: event.clientX, y: event.clientY } : null;
    this.dragging = false;
  }

  drag(event) {
    if (!this.began) return;
    const far = Math.hypot(event.clientX - this.began.x, event.clientY - this.began.y) > 4;
    if (!this.dragging && !far) return;
    if (!this.dragging) this.pane.setPointerCapture(event.pointerId);
    this.dragging = true;
    this.scrollNearEdge(event.clientY);
    const found = this.under(event);
    if (found) this.set(this.began.found, found);
  }

  scrollNearEdge(y) {
    const box = this.pane.getBoundingClientRect();
    if (y > box.bottom - EDGE) this.pane.scrollTop += 16;
    else if (y < box.top + EDGE) this.pane.scrollTop -= 16;
  }

  up(event) {
    const dragged = this.dragging;
    this.began = null;
    this.dragging = false;
    if (dragged) this.pane.announceSelection();
    else if (event.button === 0 && event.target.closest?.(".page-overlay")) this.clear();
  }

  word(event) {
    const found = this.under(event);
    if (!found || found.distance > NEAR) return;
    this.set(found, found);
    this.pane.announceSelection();
  }

  /** Moves the far end by one word or line: action is word-right, word-left, line-down or line-up. */
  extend(action) {
    const from = this.focus ?? this.pane.firstPlace();
    if (!from) return;
    const to = this.isEmpty ? from : this.step(from, action);
    if (!to) return;
    this.set(this.anchor ?? from, to);
    this.pane.bringWordIntoView(to);
    this.pane.announceSelection();
  }

  step({ page, index }, action) {
    const forward = action === "word-right" || action === "line-down";
    const here = this.pane.wordsOf(page);
    const next = action.startsWith("word") ? index + (forward ? 1 : -1) : here.acrossLine(index, forward ? 1 : -1);
    if (next >= 0 && next < here.words.length) return { page, index: next };
    const beside = this.pane.wordsOf(page + (forward ? 1 : -1));
    if (!beside?.words.length) return null;
    return { page: page + (forward ? 1 : -1), index: forward ? 0 : beside.words.length - 1 };
  }

  set(anchor, focus) {
    this.anchor = { page: anchor.page, index: anchor.index };
    this.focus = { page: focus.page, index: focus.index };
    this.pane.drawSelections();
  }

  forget() {
    this.anchor = this.focus = null;
    this.pane.drawSelections();
  }

  clear() {
    if (this.isEmpty) return;
    this.forget();
    this.pane.dispatchEvent(new CustomEvent("span:cleared", { bubbles: true }));
  }

  copy(event) {
    const span = this.span();
    if (!span || event.defaultPrevented || event.target.closest?.("input, textarea")) return;
    event.clipboardData.setData("text/plain", span.text);
    event.preventDefault();
  }
}
