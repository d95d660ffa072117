// The drawer beside the content. It opens on a finding's page, follows the place in the grid, and never covers a row.

const drawer = () => document.querySelector("[data-drawer]");

export const isOpen = () => Boolean(drawer() && !drawer().hidden);
export const shownUrl = () => (isOpen() ? drawer().dataset.shown : null);

/** Fetches a fragment into the drawer and shows it; a later call overtakes an earlier one. */
export async function show(url) {
  const place = drawer();
  if (!place || !url) return;
  place.hidden = false;
  place.dataset.shown = url;
  await window.htmx.ajax("GET", url, { source: place, target: place, swap: "innerHTML" });
  place.scrollTop = 0;
}

export function close() {
  const place = drawer();
  if (!place) return;
  place.hidden = true;
  place.replaceChildren();
  delete place.dataset.shown;
}

/** Puts the keyboard in the drawer: on the given field, else on the drawer itself. */
export function enter(field) {
  const place = drawer();
  (field ? place?.querySelector(field) : place)?.focus();
}

export const place = drawer;
