// Carries files to the server in chunks and goes on where it stopped. Knows addresses and bytes, not the page.

export const CHUNK = 4 * 1024 * 1024; // bytes
const TRIES = 8;
const LONGEST_WAIT = 30000; // milliseconds

/** A refusal that trying again will not change; its message is a sentence for a person. */
export class Refused extends Error {}

const pause = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });

async function bodyOf(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}

/** Sends one request and reads its JSON. Raises Refused for a 4xx that is final, Error for what may pass. */
async function ask(url, options) {
  const answer = await fetch(url, { credentials: "same-origin", ...options });
  const body = await bodyOf(answer);
  if (answer.ok || (answer.status === 409 && "received" in body)) return body;
  const words = body.message ?? "The server did not accept this file.";
  if (answer.status >= 400 && answer.status < 500 && ![408, 425, 429].includes(answer.status)) throw new Refused(words);
  throw new Error(words);
}

/** POSTs JSON and reads JSON; for opening and finishing a delivery. */
export function tell(url, body, headers) {
  return ask(url, { method: "POST", body: JSON.stringify(body), headers: { ...headers, "Content-Type": "application/json" } });
}

/** Tries `step` again after what may pass, waiting longer each time; calls `waiting(sentence)` before each wait. */
async function patiently(step, { signal, waiting }) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await step(attempt);
    } catch (problem) {
      if (problem instanceof Refused || signal?.aborted || attempt + 1 >= TRIES) throw problem;
      waiting?.();
      await pause(Math.min(LONGEST_WAIT, 500 * 2 ** attempt) * (0.75 + Math.random() / 2), signal);
    }
  }
}

/** Sends one file to its upload address. `moved(bytes)` hears of progress; `signal` stops it. */
export async function send(file, url, { headers, signal, moved, waiting }) {
  let received = 0;
  let first = true;
  while (first || received < file.size) {
    first = false;
    received = await patiently(
      async (attempt) => {
        const from = attempt ? (await ask(url, { signal, headers })).received : received;
        if (from >= file.size && file.size) return from;
        const body = file.slice(from, from + CHUNK);
        const query = `${url.includes("?") ? "&" : "?"}offset=${from}`;
        const type = { "Content-Type": "application/octet-stream" };
        return (await ask(url + query, { method: "PUT", body, signal, headers: { ...headers, ...type } })).received;
      },
      { signal, waiting },
    );
    moved(received);
  }
}
