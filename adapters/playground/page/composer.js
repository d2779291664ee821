// Where one types: Enter sends, and what begins with a slash is completed from the platform's commands.

import { el, icon, uniqueId } from "./dom.js";

const SEND = "M3 10 17 4l-4 13-3-6-7-1Zm7 1 3-3";
const ATTACH = "M14 6 8 12a2 2 0 0 0 3 3l6-6a4 4 0 0 0-6-6l-6 6a6 6 0 0 0 8 8l5-5";
const PLUS = "M10 4v12M4 10h12";
const LARGEST_FILE = 8 * 2 ** 20;

function beginnings() {
  const sign = el("summary", { class: "begin", "aria-label": "Shortcuts", title: "Shortcuts" }, icon(PLUS));
  const node = el("details", { class: "menu" }, sign, el("div", { class: "menu-list" }));
  node.hidden = true;
  return node;
}

export class Composer {
  constructor(pane, { label, send, attach = null, changed = () => {}, small = false }) {
    this.pane = pane;
    this.send = send;
    this.attach = attach;
    this.changed = changed;
    this.commands = [];
    this.mentions = [];
    this.begins = 0;
    this.matches = [];
    this.active = 0;
    const list = uniqueId("commands");
    const input = uniqueId("composer");
    this.label = el("label", { class: "visually-hidden", for: input }, label);
    this.list = el("ul", { class: "completion", role: "listbox", id: list, "aria-label": "Suggestions" });
    this.list.hidden = true;
    this.input = el("textarea", {
      id: input,
      rows: "1",
      dir: "auto",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": list,
      "aria-haspopup": "listbox",
      autocomplete: "off",
      spellcheck: "true",
      placeholder: label,
    });
    this.button = el("button", { class: "send", "aria-label": "Send", title: "Send (Enter)" }, icon(SEND));
    this.file = el("input", { type: "file", class: "visually-hidden", tabindex: "-1", "aria-hidden": "true", onchange: () => this.sendFile() });
    this.clip = el("button", { type: "button", class: "attach", "aria-label": "Send a file", title: "Send a file", onclick: () => this.file.click() }, icon(ATTACH));
    this.clip.hidden = true;
    this.begin = beginnings();
    this.node = el("form", { class: small ? "composer composer-small" : "composer" }, this.label, this.list, this.input, this.file, this.begin, this.clip, this.button);
    this.listenTo();
  }

  listenTo() {
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("input", () => {
      this.active = 0;
      this.changed(this.text);
      this.complete();
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("focus", () => this.complete());
  }

  focus() {
    this.input.focus();
  }

  get text() {
    return this.input.value;
  }

  set text(value) {
    this.input.value = value;
  }

  setCommands(commands, mentions = []) {
    this.commands = commands;
    this.mentions = mentions;
  }

  setLabel(label) {
    this.label.textContent = label;
    this.input.placeholder = label;
  }

  setEnabled(enabled) {
    this.input.disabled = !enabled;
    this.button.disabled = !enabled;
    this.clip.disabled = !enabled;
  }

  /** What can be begun from anywhere, as the platform offers it beside what one writes. */
  setBeginnings(offered, begin) {
    const print = JSON.stringify(offered);
    this.begin.hidden = !offered.length;
    if (this.begin.dataset.print === print) return;
    this.begin.dataset.print = print;
    const item = (one) => {
      const go = (event) => {
        event.currentTarget.closest("details").removeAttribute("open");
        begin(one.id);
      };
      return el("button", { type: "button", class: "menu-item", data: { key: `begin-${one.id}` }, onclick: go }, one.label);
    };
    this.begin.querySelector(".menu-list").replaceChildren(...offered.map(item));
  }

  /** Files go to the bot in one's own chat. */
  setFiles(possible) {
    this.clip.hidden = !possible;
  }

  /** Send the chosen file, with what is typed as its words. */
  async sendFile() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    if (file.size > LARGEST_FILE) {
      this.pane.say(`${file.name} is larger than ${LARGEST_FILE / 2 ** 20} MB.`, "toast-bad");
      return;
    }
    const text = this.text;
    this.text = "";
    const sent = await this.attach(file, text);
    if (!sent && !this.text) this.text = text;
  }

  async submit() {
    const text = this.text;
    if (!text.trim() || this.input.disabled) return;
    this.text = "";
    this.close();
    const sent = await this.send(text);
    if (!sent && !this.text) this.text = text; // what was typed is never lost
  }

  key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) this.move(event.key === "ArrowDown" ? 1 : -1);
    else if (open && event.key === "Escape") this.close();
    else if (open && event.key === "Tab" && !event.shiftKey) this.accept(this.matches[this.active]);
    else if (open && event.key === "Enter" && !event.shiftKey) this.choose(this.matches[this.active]);
    else if (event.key === "Enter" && !event.shiftKey) this.node.requestSubmit();
    else return;
    event.preventDefault();
  }

  move(step) {
    this.active = (this.active + step + this.matches.length) % this.matches.length;
    this.draw();
  }

  /** Enter completes what was begun, and sends what was written out. */
  choose(command) {
    const written = this.text.slice(this.begins).replace(/^\//, "") === command.name.replace(/^\//, "");
    if (!written) return this.accept(command);
    this.text = `${this.text.slice(0, this.begins)}${command.insert ?? command.name}`;
    return this.node.requestSubmit();
  }

  accept(command) {
    this.text = `${this.text.slice(0, this.begins)}${command.insert ?? command.name} `;
    this.changed(this.text);
    this.close();
    this.input.setSelectionRange(this.text.length, this.text.length);
    this.input.focus();
  }

  complete() {
    const typed = this.text;
    const command = /^\/(\S*)$/.exec(typed);
    const mention = /(?:^|\s)@([^@\n]{0,40})$/.exec(typed);
    this.begins = mention && !command ? typed.lastIndexOf("@") : 0;
    const begun = (names, start) => names.filter((one) => one.name.replace(/^[/@]/, "").toLowerCase().startsWith(start.toLowerCase()));
    if (command) this.matches = begun(this.commands, command[1]);
    else this.matches = mention && this.input.selectionStart === typed.length ? begun(this.mentions, mention[1]) : [];
    if (!this.matches.length) this.close();
    else this.draw();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  draw() {
    const options = this.matches.map((command, index) => {
      const node = el(
        "li",
        { role: "option", id: `${this.list.id}-${index}`, "aria-selected": String(index === this.active) },
        el("span", { class: "command" }, command.name, command.hint ? el("span", { class: "command-hint", dir: "auto" }, ` ${command.hint}`) : null),
        command.about ? el("span", { class: "command-about", dir: "auto" }, command.about) : null,
      );
      node.addEventListener("mousedown", (event) => {
        event.preventDefault(); // keeps the focus in the text
        this.accept(command);
      });
      return node;
    });
    this.list.replaceChildren(...options);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.setAttribute("aria-activedescendant", options[this.active].id);
    options[this.active].scrollIntoView({ block: "nearest" });
  }
}
