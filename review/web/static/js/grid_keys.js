// The keyboard in the review grid: one tab stop, arrows between cells, letters for what a reviewer does.
// Rows come in blocks that htmx fetches when they are near; everything here also works on blocks that arrive later.
import * as drawer from "./drawer.js";
import { act, fieldFor } from "./finding_actions.js";
import { actionFor } from "./key_map.js";

const CELL = '[role="gridcell"], [role="rowheader"], [role="columnheader"]';
const FOLLOW_AFTER = 120; // milliseconds of rest before an open drawer follows the place in the grid

const cellsOf = (row) => [...row.children].filter((each) => each.matches(CELL));
const keyOf = (cell) => ({ document: cell.dataset.document, question: cell.dataset.question, role: cell.role });

class ReviewGrid {
  constructor(grid) {
    this.grid = grid;
    this.here = null; // the one cell with tabindex 0
    this.awaited = null; // a move that goes on once the next block is there
    this.adopt();
    grid.addEventListener("keydown", (event) => this.press(event));
    grid.addEventListener("focusin", (event) => this.arrive(event.target));
    grid.addEventListener("click", (event) => this.click(event));
    document.addEventListener("drawer:close", () => this.close());
    document.addEventListener("keydown", (event) => this.pressOutside(event));
    new MutationObserver(() => this.adopt()).observe(grid, { childList: true, subtree: true });
  }

  rows() {
    return [...this.grid.querySelectorAll('[role="row"]')];
  }

  /** Takes new cells in: none is a tab stop but the one we are on, and a swapped cell keeps its focus. */
  adopt() {
    for (const cell of this.grid.querySelectorAll(CELL)) {
      if (!cell.hasAttribute("tabindex")) cell.tabIndex = -1;
    }
    if (this.here && !this.here.isConnected) this.restore();
    if (!this.here) this.stopAt(this.grid.querySelector('[role="gridcell"]') ?? this.grid.querySelector(CELL));
    if (this.awaited) this.resume();
  }

  restore() {
    const { document: file, question, role } = keyOf(this.here);
    const found = [...this.grid.querySelectorAll(`[role="${role}"]`)].find(
      (cell) => cell.dataset.document === file && cell.dataset.question === question,
    );
    this.here = null;
    this.stopAt(found);
    if (found && this.hadFocus && (document.activeElement === document.body || !document.activeElement)) found.focus();
  }

  resume() {
    const { column, from } = this.awaited;
    const rows = this.rows();
    const row = rows[from + 1];
    if (!row) return;
    this.awaited = null;
    this.go(cellsOf(row)[column]);
  }

  stopAt(cell) {
    if (!cell || cell === this.here) return;
    if (this.here) this.here.tabIndex = -1;
    this.here?.closest('[role="row"]')?.classList.remove("is-here");
    cell.tabIndex = 0;
    cell.closest('[role="row"]').classList.add("is-here");
    this.here = cell;
  }

  arrive(target) {
    const cell = target.closest(CELL);
    if (!cell) return;
    this.hadFocus = true;
    this.stopAt(cell);
    if (drawer.isOpen()) this.follow(cell);
  }

  follow(cell) {
    clearTimeout(this.following);
    this.following = setTimeout(() => {
      if (cell.dataset.drawerUrl && cell.dataset.drawerUrl !== drawer.shownUrl()) this.showDrawer(cell);
    }, FOLLOW_AFTER);
  }

  go(cell) {
    if (!cell) return;
    this.stopAt(cell);
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  press(event) {
    const cell = event.target;
    if (!cell.matches(CELL)) return; // a link or menu inside a cell has the keyboard
    const action = actionFor(event, "grid");
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    this.run(action, cell);
  }

  /** Letters also work while the keyboard is in the drawer, on the cell the drawer shows; Escape leaves it. */
  pressOutside(event) {
    if (!drawer.isOpen() || !drawer.place().contains(event.target)) return;
    if (event.key === "Escape") {
      this.close();
      return;
    }
    const action = actionFor(event, "grid");
    const letters = ["accept", "reject", "edit", "verify", "flag", "comment", "undo"];
    if (!letters.includes(action) || !this.here) return;
    event.preventDefault();
    this.run(action, this.here);
  }

  async run(action, cell) {
    if (this.move(action, cell)) return;
    if (action === "open") await this.open(cell);
    else if (action === "peek") await this.peek(cell);
    else if (action === "close") this.close();
    else if (cell.dataset.actionBase) await this.settle(action, cell);
  }

  async settle(action, cell) {
    const url = cell.dataset.drawerUrl;
    const field = ["edit", "comment"].includes(action);
    const ours = await act(cell, action, (name) => this.showField(name, cell));
    if (ours && !field && drawer.shownUrl() === url) await drawer.show(url);
  }

  async showField(action, cell) {
    if (drawer.shownUrl() !== cell.dataset.drawerUrl) await this.showDrawer(cell);
    const field = fieldFor(action, drawer.place());
    const fold = field?.closest("details");
    if (fold) fold.open = true;
    field?.focus();
    field?.select?.();
  }

  async showDrawer(cell) {
    for (const each of this.grid.querySelectorAll('[aria-selected="true"]')) each.removeAttribute("aria-selected");
    cell.setAttribute("aria-selected", "true");
    await drawer.show(cell.dataset.drawerUrl);
    this.here?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  async open(cell) {
    if (!cell.dataset.drawerUrl) {
      cell.querySelector("a, button, summary")?.click();
      return;
    }
    if (drawer.shownUrl() !== cell.dataset.drawerUrl) await this.showDrawer(cell);
    drawer.enter();
  }

  async peek(cell) {
    if (drawer.shownUrl() === cell.dataset.drawerUrl) this.close();
    else if (cell.dataset.drawerUrl) await this.showDrawer(cell);
  }

  close() {
    if (!drawer.isOpen()) return;
    clearTimeout(this.following); // a move just before must not bring back what was closed
    drawer.close();
    for (const each of this.grid.querySelectorAll('[aria-selected="true"]')) each.removeAttribute("aria-selected");
    this.here?.focus({ preventScroll: true });
  }

  click(event) {
    const cell = event.target.closest(CELL);
    const inside = event.target.closest("a, button, summary, input, select, label");
    const opens = inside?.matches("a.cell-value") && !(event.ctrlKey || event.metaKey || event.shiftKey);
    if (!cell || (inside && !opens)) return;
    event.preventDefault(); // without scripts the value is a link to the drawer's page
    this.go(cell);
    if (cell.dataset.drawerUrl && drawer.shownUrl() !== cell.dataset.drawerUrl) this.showDrawer(cell);
  }

  /** Moves when the action is a movement; true when it was one. */
  move(action, cell) {
    const row = cell.closest('[role="row"]');
    const column = cellsOf(row).indexOf(cell);
    const steps = { up: -1, down: 1, "page-up": -this.screen(), "page-down": this.screen() };
    if (action in steps) this.moveRows(row, column, steps[action]);
    else if (action === "left") this.go(cellsOf(row)[column - 1]);
    else if (action === "right") this.go(cellsOf(row)[column + 1]);
    else if (action === "row-start") this.go(cellsOf(row)[0]);
    else if (action === "row-end") this.go(cellsOf(row).at(-1));
    else if (action === "first") this.go(cellsOf(this.rows().find((each) => each.querySelector('[role="gridcell"]')))[0]);
    else if (action === "last") this.go(cellsOf(this.rows().at(-1)).at(-1));
    else if (action === "next" || action === "previous") this.goUnreviewed(cell, action === "next" ? 1 : -1);
    else return false;
    return true;
  }

  screen() {
    const height = this.here?.offsetHeight || 44;
    const port = this.grid.closest("[data-grid-scroll]") ?? document.documentElement;
    return Math.max(1, Math.floor(port.clientHeight / height) - 2);
  }

  moveRows(row, column, step) {
    const rows = this.rows();
    const from = rows.indexOf(row);
    const to = Math.max(0, Math.min(rows.length - 1, from + step));
    if (step > 0 && from === rows.length - 1) this.await(from, column);
    else this.go(cellsOf(rows[to])[column]);
  }

  /** Brings the next block's placeholder near, so that htmx fetches it, and goes on when it is there. */
  await(from, column) {
    const waiting = this.grid.querySelector("[data-block]:not(:has([role='row']))");
    if (!waiting) return;
    this.awaited = { from, column };
    waiting.scrollIntoView({ block: "nearest" });
  }

  goUnreviewed(cell, step) {
    const cells = [...this.grid.querySelectorAll('[role="gridcell"]')];
    for (let at = cells.indexOf(cell) + step; at >= 0 && at < cells.length; at += step) {
      if (cells[at].dataset.finding && cells[at].classList.contains("is-unreviewed")) {
        this.go(cells[at]);
        return;
      }
    }
  }
}

for (const grid of document.querySelectorAll("[data-grid]")) new ReviewGrid(grid);
