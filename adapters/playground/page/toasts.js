// What the platform itself tells a person, for a while, in a corner; a screen reader hears it.

import { el } from "./dom.js";

const STAY = 9000;

export class Toasts {
  constructor() {
    this.node = el("div", { class: "toasts", role: "status" });
  }

  /** Forget what was said: somebody else looks, or elsewhere. */
  clear() {
    this.node.replaceChildren();
  }

  /** Say something here, or in another live region. */
  say(text, place = null, kind = "") {
    const close = el("button", { type: "button", class: "tool", "aria-label": "Dismiss" }, "✕");
    const toast = el("div", { class: `toast ${kind}` }, el("span", { dir: "auto" }, text), close);
    close.addEventListener("click", () => toast.remove());
    const home = place || this.node;
    for (const old of home.querySelectorAll(".toast > span")) if (old.textContent === text) old.parentNode.remove();
    home.append(toast);
    let timer = setTimeout(() => toast.remove(), STAY);
    for (const event of ["mouseenter", "focusin"]) toast.addEventListener(event, () => clearTimeout(timer));
    for (const event of ["mouseleave", "focusout"]) {
      toast.addEventListener(event, () => {
        clearTimeout(timer);
        timer = setTimeout(() => toast.remove(), STAY);
      });
    }
  }
}

/** The notices that were not there before; only the newest twenty are kept, so old ones fall out at the front. */
export function newNotices(before, now) {
  const key = (notice) => `${notice.at}|${notice.text}`;
  const old = before.map(key);
  const fresh = now.map(key);
  for (let overlap = Math.min(old.length, fresh.length); overlap >= 0; overlap -= 1) {
    if (old.slice(old.length - overlap).every((one, index) => one === fresh[index])) return now.slice(overlap);
  }
  return now;
}
