// The clock of the domain: where it stands, and winding it.

import { act } from "./api.js";
import { el } from "./dom.js";
import { city, full, isolated, time } from "./moments.js";

export class Clock {
  constructor(root, say) {
    this.say = say;
    this.faces = [];
    this.now = null;
    this.face = el("time", { class: "clock-now" });
    this.locals = el("span", { class: "clock-locals" });
    this.progress = el("progress", { max: "1", value: "0", "aria-label": "Winding the clock" });
    this.target = el("span", { class: "clock-target" });
    this.stop = el("button", { type: "button", class: "button button-danger", onclick: () => this.wind("clock/stop", {}) }, "Stop");
    this.winding = el("div", { class: "clock-winding" }, this.progress, this.target, this.stop);
    this.winding.hidden = true;
    this.buttons = [
      ["+1 hour", { by: "hour" }],
      ["+1 day", { by: "day" }],
      ["+1 week", { by: "week" }],
      ["To the end of the challenge", { by: "end" }],
    ].map(([label, words]) => el("button", { type: "button", class: "button", onclick: () => this.wind("clock", words) }, label));
    this.bar = el("div", { class: "clock-buttons" }, this.buttons);
    this.status = el("span", { class: "visually-hidden", role: "status" });
    root.append(el("div", { class: "clock-face" }, this.face, this.locals), this.bar, this.winding, this.status);
  }

  /** The people whose local time is shown beside UTC: [{name, zone}]. */
  setFaces(faces) {
    this.faces = faces;
    this.draw();
  }

  /** Take over what the stage says about the clock. */
  update({ now, winding, failure }) {
    const was = this.state?.winding;
    this.state = { now, winding, failure };
    if (failure && this.failed !== failure) this.say(failure);
    this.failed = failure;
    if (was && !winding) this.status.textContent = `The clock stands at ${full(now, "UTC", "en-GB")} UTC.`;
    this.draw();
  }

  draw() {
    if (!this.state) return;
    const { now, winding } = this.state;
    this.face.dateTime = now;
    this.face.textContent = `${full(now, "UTC", "en-GB")} UTC`;
    const locals = this.faces.map(({ name, zone }) => `${time(now, zone, "en-GB")} for ${isolated(name)} (${city(zone)})`);
    this.locals.textContent = [...new Set(locals)].join(" · ");
    for (const button of this.buttons) button.disabled = Boolean(winding);
    const heldFocus = this.bar.contains(document.activeElement) || this.winding.contains(document.activeElement);
    this.bar.hidden = Boolean(winding);
    this.winding.hidden = !winding;
    if (winding) this.drawProgress(now, winding);
    if (heldFocus && !this.bar.parentNode.contains(document.activeElement)) (winding ? this.stop : this.buttons[0]).focus();
  }

  drawProgress(now, winding) {
    const from = Date.parse(winding.from);
    const span = Math.max(1, Date.parse(winding.to) - from);
    this.progress.value = Math.min(1, Math.max(0, (Date.parse(now) - from) / span));
    this.target.textContent = `winding to ${full(winding.to, "UTC", "en-GB")}`;
  }

  async wind(what, words) {
    const held = document.activeElement;
    try {
      this.update(await act(what, words));
      if (held && !held.offsetParent) (this.state.winding ? this.stop : this.buttons[0]).focus();
    } catch (refused) {
      this.say(refused.message);
    }
  }
}
