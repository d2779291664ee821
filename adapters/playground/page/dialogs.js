// Modals and task modules in a real <dialog>: the browser keeps the focus inside, errors stand at their fields, nothing typed is lost.

import { el, uniqueId } from "./dom.js";
import { gather, remember, restore } from "./fields.js";
import { drawSurface } from "./messages.js";

export class DialogHost {
  constructor(pane) {
    this.pane = pane;
    this.shown = null;
  }

  /** Show the dialog of the screen, or none. */
  show(dialog) {
    if (!dialog) return this.close();
    if (this.shown && this.shown.id !== dialog.id) this.close();
    const print = JSON.stringify(dialog);
    if (!this.shown) this.open(dialog);
    else if (this.shown.print !== print) this.draw(dialog);
    this.shown.print = print;
    return undefined;
  }

  /** Where a toast is to be read while the rest of the page is out of reach. */
  get statusPlace() {
    return this.shown?.status ?? null;
  }

  open(dialog) {
    const title = uniqueId("dialog-title");
    const node = el("dialog", { class: `dialog dialog-${this.pane.platform}`, "aria-labelledby": title });
    const form = el("form", { novalidate: true });
    const status = el("div", { class: "dialog-status", role: "status" });
    node.append(form);
    document.body.append(node);
    this.shown = { id: dialog.id, node, form, status, title, opened: new Set(), before: document.activeElement };
    node.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.dismiss();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.draw(dialog);
    node.showModal();
    this.firstField()?.focus();
  }

  firstField() {
    return this.shown.form.querySelector("[aria-invalid=true], .dialog-body input, .dialog-body select, .dialog-body textarea, .dialog-body button");
  }

  draw(dialog) {
    const { form, title, status, opened } = this.shown;
    const kept = remember(form);
    const errors = dialog.errors || {};
    const context = { ...this.pane.context(dialog.id, dialog.controls, () => form), errors, opened };
    const body = el("div", { class: "dialog-body", tabindex: "-1" }, drawSurface(dialog.drawn, context));
    const told = errors[""] && body.textContent.includes(errors[""].split("\n")[0]); // a card says it in its own words
    const sentence = errors[""] && !told ? el("p", { class: "form-error", role: "alert" }, errors[""]) : null;
    form.replaceChildren(
      el(
        "header",
        { class: "dialog-head" },
        el("h2", { id: title, dir: "auto" }, dialog.title || "Dialog"),
        el("button", { type: "button", class: "tool", "aria-label": "Close", data: { key: "close" }, onclick: () => this.dismiss() }, "✕"),
      ),
      body,
      ...[sentence, status].filter(Boolean),
      this.foot(dialog),
    );
    restore(form, kept);
    const names = JSON.stringify(errors);
    if (Object.keys(errors).length && names !== this.shown.errors) form.querySelector("[aria-invalid=true]")?.focus();
    this.shown.errors = names;
  }

  foot(dialog) {
    const close = dialog.body?.close?.text || "Cancel";
    return el(
      "footer",
      { class: "dialog-foot" },
      el("button", { type: "button", class: "button", data: { key: "cancel" }, onclick: () => this.dismiss() }, close),
      dialog.submit && !this.ownActions(dialog) ? el("button", { class: "button button-primary", data: { key: "submit" } }, dialog.submit) : null,
    );
  }

  /** A card in a dialog brings its own buttons. */
  ownActions(dialog) {
    return this.pane.platform === "teams" && dialog.controls.some((control) => control.kind === "button" && control.label === dialog.submit);
  }

  async submit() {
    const shown = this.shown;
    if (!shown || shown.busy) return;
    shown.busy = true;
    shown.form.setAttribute("aria-busy", "true");
    await this.pane.act("submit", { dialog: shown.id, values: gather(shown.form) });
    shown.busy = false;
    shown.form.removeAttribute("aria-busy");
  }

  async dismiss() {
    if (this.shown) await this.pane.act("dismiss", { dialog: this.shown.id });
  }

  close() {
    if (!this.shown) return;
    const { node, before } = this.shown;
    this.shown = null;
    node.close();
    node.remove();
    if (before?.isConnected) before.focus();
    else this.pane.composer.focus();
  }
}

/** Ask before something that a button wants confirmed; resolves to whether it may go on. */
export function confirmed(question) {
  if (!question) return Promise.resolve(true);
  const text = (part, otherwise) => part?.text || otherwise;
  const title = uniqueId("confirm-title");
  const yes = el("button", { value: "yes", class: question.style === "danger" ? "button button-danger" : "button button-primary" }, text(question.confirm, "Yes"));
  const no = el("button", { value: "no", class: "button" }, text(question.deny, "Cancel"));
  const node = el(
    "dialog",
    { class: "dialog dialog-small", "aria-labelledby": title },
    el("div", { class: "dialog-head" }, el("h2", { id: title, dir: "auto" }, text(question.title, "Are you sure?"))),
    el("div", { class: "dialog-body", dir: "auto" }, text(question.text, "")),
    el("div", { class: "dialog-foot" }, no, yes),
  );
  document.body.append(node);
  node.showModal();
  return new Promise((resolve) => {
    const done = (answer) => {
      node.close();
      node.remove();
      resolve(answer);
    };
    yes.addEventListener("click", () => done(true));
    no.addEventListener("click", () => done(false));
    node.addEventListener("cancel", () => done(false));
  });
}
