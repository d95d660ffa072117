// The words of one page and where they stand. Offsets are code points of the whole document, boxes are PDF points.

/** One page as fetched from data-words-url: {"words": [[start, end, x0, y0, x1, y1, line], ...], "content", "start"?}. */
export class PageWords {
  constructor(fetched, pageStart) {
    this.start = fetched.start ?? pageStart;
    this.characters = Array.from(fetched.content); // by code point: a UTF-16 index is not an offset of ours
    this.words = fetched.words.map(([start, end, x0, y0, x1, y1, line]) => ({ start, end, x0, y0, x1, y1, line }));
  }

  /** The exact text between two document offsets, as far as it lies on this page. */
  text(start, end) {
    return this.characters.slice(Math.max(0, start - this.start), Math.max(0, end - this.start)).join("");
  }

  /** Where the text of the page begins on the left, in PDF points. */
  get left() {
    return this.words.reduce((least, word) => Math.min(least, word.x0), 72);
  }

  /** Words by line, in reading order: [[word, ...], ...]. */
  lines() {
    const lines = [];
    let last = null;
    for (const word of this.words) {
      if (word.line === last) lines.at(-1).push(word);
      else lines.push([word]);
      last = word.line;
    }
    return lines;
  }

  /** The index of the word nearest to a point, and how far it is; a line counts as nearer than a column. */
  nearest(x, y) {
    let best = { index: -1, distance: Infinity };
    this.words.forEach((word, index) => {
      const across = Math.max(word.x0 - x, 0, x - word.x1);
      const down = Math.max(word.y0 - y, 0, y - word.y1);
      const distance = Math.hypot(across, 4 * down);
      if (distance < best.distance) best = { index, distance };
    });
    return best;
  }

  /** The word one line above (-1) or below (1) that stands most nearly under the given one; -1 when there is none. */
  acrossLine(index, step) {
    const from = this.words[index];
    let at = index;
    while (this.words[at] && this.words[at].line === from.line) at += step;
    const line = this.words[at]?.line;
    if (line === undefined) return -1;
    const middle = (from.x0 + from.x1) / 2;
    let best = -1;
    for (; this.words[at]?.line === line; at += step) {
      const off = Math.abs((this.words[at].x0 + this.words[at].x1) / 2 - middle);
      if (best < 0 || off < Math.abs((this.words[best].x0 + this.words[best].x1) / 2 - middle)) best = at;
    }
    return best;
  }
}

/** The boxes of a run of words, one for each line: [[x0, y0, x1, y1], ...]. */
export function lineBoxes(words) {
  const boxes = [];
  let line = null;
  for (const word of words) {
    if (word.line !== line) boxes.push([word.x0, word.y0, word.x1, word.y1]);
    else {
      const box = boxes.at(-1);
      boxes[boxes.length - 1] = [Math.min(box[0], word.x0), Math.min(box[1], word.y0), Math.max(box[2], word.x1), Math.max(box[3], word.y1)];
    }
    line = word.line;
  }
  return boxes;
}
