// The upload page: files and folders gathered in a table, then carried in chunks, a few at a time.
// The form beneath is an ordinary multipart form and works without this.
import { filesOfDrop, filesOfInput } from "./dropped_files.js";
import { say } from "./messages.js";
import { send, tell } from "./upload_transfer.js";

const AT_ONCE = 3;
const NO_BUNDLE = "00000000-0000-0000-0000-000000000000"; // stands for the bundle in data-finish-url
const WORDS = { waiting: "Pending", sending: "Sending", again: "Trying again", sent: "Received", failed: "Failed", stopped: "Cancelled" };
const CHIPS = { waiting: "pending", sending: "running", again: "stale", sent: "ready", failed: "failed", stopped: "pending" };
const ICONS = { waiting: "clock", sending: "running", again: "stale", sent: "check", failed: "alert", stopped: "cross" };

export function shownSize(bytes) {
  // as the list of documents says it afterwards
  const units = ["bytes", "KB", "MB", "GB"];
  let at = 0;
  let size = bytes;
  for (; size >= 1024 && at < units.length - 1; at += 1) size /= 1024;
  return `${at ? size.toFixed(1) : size} ${units[at]}`;
}

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function chip(state) {
  const made = element("span", `chip is-${CHIPS[state]}`);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.icons ?? ""}#${ICONS[state]}`);
  svg.append(use);
  made.append(svg, element("span", "word", WORDS[state]));
  return made;
}

/** One file of the delivery and its line in the table. */
class Line {
  constructor({ file, path }, dropped, left) {
    Object.assign(this, { file, path, received: 0, state: "waiting", stop: new AbortController() });
    this.row = element("tr");
    const name = element("td", "path");
    const slash = path.lastIndexOf("/") + 1;
    name.title = path;
    name.append(element("span", "folder", path.slice(0, slash)), path.slice(slash));
    this.bar = element("progress");
    this.bar.max = Math.max(1, file.size);
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", `Progress of ${path}`);
    this.status = element("td", "state-cell");
    this.remove = element("button", "btn btn-quiet btn-sm", "Remove");
    this.remove.type = "button";
    this.remove.setAttribute("aria-label", `Remove ${path}`);
    this.remove.addEventListener("click", () => dropped(this));
    const [bar, end] = [element("td", "bar-cell"), element("td", "number")];
    bar.append(this.bar);
    this.skip = element("button", "btn btn-quiet btn-sm", "Leave out");
    this.skip.type = "button";
    this.skip.setAttribute("aria-label", `Leave out ${path}`);
    this.skip.addEventListener("click", () => left(this));
    end.append(this.skip, this.remove);
    this.row.append(name, element("td", "number", shownSize(file.size)), bar, this.status, end);
    this.show("waiting");
  }

  show(state, cause = "") {
    this.state = state;
    this.status.replaceChildren(chip(state));
    if (cause) this.status.append(element("div", "small soft", cause));
    this.skip.hidden = state !== "failed";
    this.remove.hidden = state === "sent" || state === "stopped";
    this.remove.textContent = state === "failed" ? "Try again" : state === "waiting" ? "Remove" : "Cancel";
    this.remove.setAttribute("aria-label", `${this.remove.textContent} ${this.path}`);
  }
}

class Upload {
  constructor(form) {
    this.form = form;
    this.lines = [];
    this.started = false;
    this.find();
    this.listen();
    this.refresh();
  }

  find() {
    const find = (name) => this.form.querySelector(`[data-upload-${name}]`);
    this.zone = find("zone");
    this.files = find("files");
    this.folder = find("folder");
    this.list = find("list");
    this.body = find("rows");
    this.summary = find("summary");
    this.total = find("total");
    this.button = find("send");
    this.cancel = find("cancel");
    for (const each of this.form.querySelectorAll("[data-upload-scripted]")) each.hidden = false;
    for (const each of this.form.querySelectorAll("[data-upload-plain]")) each.hidden = true;
  }

  listen() {
    for (const name of ["dragenter", "dragover"]) this.zone.addEventListener(name, (event) => this.over(event, true));
    this.zone.addEventListener("dragleave", (event) => {
      if (!this.zone.contains(event.relatedTarget)) this.over(event, false);
    });
    this.zone.addEventListener("drop", async (event) => {
      this.over(event, false);
      this.add(await filesOfDrop(event.dataTransfer));
    });
    for (const input of [this.files, this.folder]) {
      input?.addEventListener("change", () => {
        this.add(filesOfInput(input));
        input.value = "";
      });
    }
    for (const button of this.form.querySelectorAll("[data-upload-choose]")) {
      button.addEventListener("click", () => (button.dataset.uploadChoose === "folder" ? this.folder : this.files).click());
    }
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.deliver();
    });
    this.cancel?.addEventListener("click", () => this.lines.forEach((line) => this.drop(line)));
    addEventListener("beforeunload", (event) => {
      if (this.lines.some((line) => ["sending", "again"].includes(line.state))) event.preventDefault();
    });
  }

  over(event, yes) {
    event.preventDefault();
    this.zone.classList.toggle("is-over", yes);
  }

  add(found) {
    if (this.started) return;
    const known = new Set(this.lines.map((line) => line.path));
    const lines = found.filter(({ path }) => !known.has(path)).map((each) => new Line(each, (line) => this.drop(line), (line) => this.leaveOut(line)));
    this.lines.push(...lines);
    this.body.append(...lines.map((line) => line.row));
    this.refresh();
  }

  /** What the button at the end of a line does: take it out, stop it, or try a failed one again. */
  drop(line) {
    if (line.state === "failed") {
      line.stop = new AbortController();
      line.show("waiting");
      this.run();
      return;
    }
    if (line.state === "sent") return;
    line.stop.abort(new DOMException("Cancelled", "AbortError"));
    if (!this.started) {
      this.lines.splice(this.lines.indexOf(line), 1);
      line.row.remove();
    } else line.show("stopped");
    this.refresh();
  }

  /** A file that cannot be sent is left behind; the rest of the delivery is then whole. */
  leaveOut(line) {
    line.show("stopped", "Left out");
    this.run();
  }

  get headers() {
    return { "X-CSRFToken": this.form.querySelector('[name="csrfmiddlewaretoken"]')?.value ?? "" };
  }

  async deliver() {
    if (this.started || !this.lines.length) return;
    this.started = true;
    this.refresh();
    const files = this.lines.map((line) => ({ path: line.path, size: line.file.size }));
    try {
      const name = this.form.querySelector('[name="name"]')?.value ?? "";
      this.answer = await tell(this.form.dataset.createUrl, { name, files }, this.headers);
    } catch (problem) {
      this.started = false;
      this.say(problem.message || "The server could not be reached. Try again.", "error");
      this.refresh();
      return;
    }
    this.lines.forEach((line, at) => (line.url = this.answer.uploads[at].url));
    await this.run();
  }

  /** Several carriers take the next waiting line until none is left; then the delivery is finished. */
  async run() {
    if (this.running) return;
    this.running = true;
    this.begun ??= performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.carry()));
    this.running = false;
    this.refresh();
    if (this.lines.every((line) => line.state === "sent" || line.state === "stopped")) await this.finish();
  }

  async carry() {
    for (let line; (line = this.lines.find((each) => each.state === "waiting")); ) {
      line.show("sending");
      try {
        await send(line.file, line.url, {
          headers: this.headers,
          signal: line.stop.signal,
          moved: (bytes) => this.moved(line, bytes),
          waiting: () => line.show("again"),
        });
        line.bar.value = line.bar.max;
        line.show("sent");
      } catch (problem) {
        if (!line.stop.signal.aborted) line.show("failed", problem.message);
      }
      this.refresh();
    }
  }

  moved(line, bytes) {
    line.received = bytes;
    line.bar.value = bytes;
    if (line.state === "again") line.show("sending");
    this.refresh();
  }

  async finish() {
    const bundle = this.answer.bundle;
    const url = this.answer.finish_url ?? this.form.dataset.finishUrl.replace(NO_BUNDLE, bundle);
    try {
      const answer = await tell(url, { bundle }, this.headers);
      const next = answer.url ?? this.form.dataset.doneUrl?.replace(NO_BUNDLE, bundle);
      this.say("Everything was received. Reading begins.", "success");
      this.form.dispatchEvent(new CustomEvent("upload:finished", { bubbles: true, detail: { bundle } }));
      if (next) location.assign(next);
    } catch (problem) {
      this.say(problem.message, "error");
    }
  }

  /** One line beside the whole delivery's progress; what a person must hear is also said aloud. */
  say(sentence, level = "") {
    if (this.summary) this.summary.textContent = sentence;
    if (level) say(sentence, level);
  }

  refresh() {
    const sum = (of) => this.lines.reduce((total, line) => total + of(line), 0);
    const [size, received] = [sum((line) => line.file.size), sum((line) => line.received)];
    const sent = this.lines.filter((line) => line.state === "sent").length;
    const failed = this.lines.filter((line) => line.state === "failed").length;
    this.list.hidden = !this.lines.length;
    this.zone.classList.toggle("is-small", Boolean(this.lines.length));
    this.zone.hidden = this.started; // one delivery at a time: what comes later is the next one
    this.button.disabled = this.started || !this.lines.length;
    if (this.running) this.button.textContent = "Uploading";
    else this.button.textContent = this.lines.length ? `Upload ${this.lines.length} ${this.lines.length === 1 ? "file" : "files"}` : "Upload";
    if (this.cancel) this.cancel.hidden = !this.lines.length || sent === this.lines.length;
    this.total.max = Math.max(1, size);
    this.total.value = received;
    if (!this.started) this.say(`${shownSize(size)} to send.`);
    else if (this.running) this.say(this.pace(sent, received, size, failed));
  }

  /** Done, total, rate and time left, in one line. */
  pace(sent, received, size, failed) {
    const seconds = (performance.now() - this.begun) / 1000;
    const rate = received / Math.max(seconds, 0.1);
    const left = rate ? Math.ceil((size - received) / rate) : 0;
    const time = left > 90 ? `${Math.ceil(left / 60)} minutes left` : `${left} seconds left`;
    const lost = failed ? ` ${failed} failed.` : "";
    return `${sent} of ${this.lines.length} files, ${shownSize(received)} of ${shownSize(size)}, ${shownSize(rate)} a second, ${time}.${lost}`;
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) new Upload(form);
