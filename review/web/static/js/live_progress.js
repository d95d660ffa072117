// Keeps progress on a page live: an EventSource at data-events-url, and polling of data-poll-url where that fails.
// An event named "progress" carries {"done": 3, "total": 20, ...}; one named "close" ends the stream for good.

const POLL_EVERY = 5000; // milliseconds
const TRIES = 3; // broken streams in a row before polling begins

/** Writes the figures of one event into the elements of a place that name them. */
function write(place, figures) {
  for (const [name, value] of Object.entries(figures)) {
    const named = (attribute) => place.querySelectorAll(`[${attribute}="${CSS.escape(name)}"]`);
    for (const element of named("data-progress-text")) element.textContent = inWords(value);
    for (const element of named("data-progress-value")) element.value = value ?? 0;
    for (const element of named("data-progress-max")) element.max = Math.max(1, value ?? 1);
    for (const element of named("data-progress-hidden-when")) element.hidden = Boolean(value);
    for (const element of named("data-progress-shown-when")) element.hidden = !value;
    for (const element of named("data-progress-refresh")) refresh(element, value);
  }
}

/** Numbers with the commas that the server writes. */
function inWords(value) {
  return typeof value === "number" ? value.toLocaleString("en-GB") : (value ?? "");
}

/** Asks htmx to fetch an element again when the figure it depends on has changed. */
function refresh(element, value) {
  const before = element.dataset.progressSeen;
  element.dataset.progressSeen = String(value);
  if (before !== undefined && before !== String(value)) window.htmx.trigger(element, "progress:changed");
}

class LiveProgress {
  constructor(place) {
    this.place = place;
    this.broken = 0;
    this.listen();
    addEventListener("pagehide", () => this.stop());
  }

  listen() {
    if (!window.EventSource || !this.place.dataset.eventsUrl) {
      this.poll();
      return;
    }
    this.source = new EventSource(this.place.dataset.eventsUrl);
    this.source.addEventListener("progress", (event) => {
      this.broken = 0;
      write(this.place, JSON.parse(event.data));
    });
    this.source.addEventListener("close", () => this.finish());
    this.source.addEventListener("error", () => this.fail());
  }

  fail() {
    this.broken += 1;
    if (this.broken < TRIES && this.source.readyState !== EventSource.CLOSED) return; // the browser tries again
    this.source.close();
    this.poll();
  }

  poll() {
    if (!this.place.dataset.pollUrl || this.timer) return;
    this.timer = setInterval(() => this.fetch(), POLL_EVERY);
  }

  async fetch() {
    if (!this.place.isConnected || this.place.querySelector("[data-progress-closed]")) {
      this.finish();
      return;
    }
    await window.htmx.ajax("GET", this.place.dataset.pollUrl, { source: this.place, target: this.place, swap: "innerHTML" });
  }

  stop() {
    this.source?.close();
    clearInterval(this.timer);
  }

  finish() {
    this.stop();
    this.place.dispatchEvent(new CustomEvent("progress:closed", { bubbles: true }));
    if (this.place.dataset.doneUrl) location.assign(this.place.dataset.doneUrl);
  }
}

const LIVE = "[data-events-url], [data-poll-url]";
const known = new WeakSet();
function begin(root) {
  for (const place of root.querySelectorAll(LIVE)) {
    if (known.has(place)) continue;
    known.add(place);
    new LiveProgress(place);
  }
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentElement ?? document));
