// One platform's half of the stage: who acts, where they look, and what they do.

import { keep, remembered } from "./address.js";
import * as api from "./api.js";
import { Composer } from "./composer.js";
import { confirmed, DialogHost } from "./dialogs.js";
import { arrange, el } from "./dom.js";
import { gather, remember, restore, settle } from "./fields.js";
import { MessageLog } from "./log.js";
import { avatar, drawSurface } from "./messages.js";
import { city, isolated, tag, time } from "./moments.js";
import { newNotices, Toasts } from "./toasts.js";

const HOME = "home";
export const TITLES = { slack: "Slack-like workspace", teams: "Teams-like workspace" };

export class Pane {
  constructor({ root, platform, people, seen, changed }) {
    Object.assign(this, { root, platform, people, seen, changed });
    this.screen = null;
    this.logs = new Map();
    this.drafts = new Map();
    this.opened = new Set();
    this.toasts = new Toasts();
    this.dialogs = new DialogHost(this);
    const { user, place } = remembered(platform);
    this.user = people.some((person) => person.user === user) ? user : people[0]?.user;
    this.place = place;
    this.now = null;
    this.build();
  }

  get person() {
    return this.people.find((person) => person.user === this.user);
  }

  build() {
    const chooser = `acting-${this.platform}`;
    this.acting = el("select", { id: chooser, class: "acting", onchange: () => this.actAs(this.acting.value) }, this.people.map((person) => el("option", { value: person.user })));
    this.acting.value = this.user;
    this.face = el("span", { class: "acting-face" });
    this.about = el("span", { class: "acting-about" });
    this.title = el("h2", { id: `title-${this.platform}`, class: "pane-title" }, TITLES[this.platform]);
    this.list = el("ul", { class: "places" });
    this.heading = el("h3", { class: "place-name", dir: "auto" });
    this.note = el("span", { class: "place-note" });
    this.view = el("div", { class: "view" });
    this.composer = new Composer(this, { label: "Message", send: (text) => this.send(text), attach: (file, text) => this.sendFile(file, text), changed: (text) => this.drafts.set(this.where(), text) });
    this.root.append(
      el("header", { class: "pane-head" }, this.title, el("div", { class: "acting-box" }, this.face, el("label", { for: chooser, class: "acting-label" }, "Acting as"), this.acting, this.about)),
      el("div", { class: "busy-line", "aria-hidden": "true" }),
      el(
        "div",
        { class: "pane-body" },
        el("nav", { class: "side", "aria-label": `Conversations, ${TITLES[this.platform]}` }, this.list),
        el("div", { class: "talk" }, el("div", { class: "place-head" }, this.heading, this.note), this.view, this.composer.node),
      ),
      this.toasts.node,
    );
    this.root.setAttribute("aria-labelledby", this.title.id);
  }

  /** What a drawing depends on beside the message itself. */
  eyes() {
    return [this.user, this.screen?.user.zone, this.screen?.user.language];
  }

  where() {
    return `${this.platform}/${this.user}/${this.place}`;
  }

  /** All that a renderer needs to know; `root` gives the element whose inputs travel with a press. */
  context(surface, controls, root = () => null, accepted = () => {}) {
    const names = new Map(this.people.map((person) => [person.user, person.name]));
    const conversations = this.screen?.conversations || [];
    for (const one of conversations) for (const message of one.messages) names.set(message.author.id, message.author.name);
    return {
      platform: this.platform,
      user: this.user,
      userName: this.screen?.user.name,
      zone: this.screen?.user.zone || this.person?.zone || "UTC",
      language: this.screen?.user.language || "en",
      uiLanguage: "en-GB",
      people: this.people,
      controls: new Map(controls.map((control) => [control.id, control])),
      opened: this.opened,
      errors: {},
      nameOf: (user) => names.get(user) || user,
      placeOf: (id) => conversations.find((one) => one.id === id)?.name || id,
      press: (control, inputs, confirm, button) => this.press(surface, control, inputs, confirm, { button, root: root(), accepted }),
    };
  }

  async actAs(user) {
    this.user = user;
    this.screen = null;
    this.toasts.clear();
    this.logs.clear();
    this.list.replaceChildren(); // a quick click would go to a chat of the person before
    this.dialogs.close();
    this.changed();
    await this.refresh();
  }

  async goTo(place) {
    if (place !== this.place) this.toasts.clear();
    this.place = place;
    if (place === HOME) await this.act("home", {});
    else this.draw();
    if (place !== HOME && matchMedia("(hover: hover)").matches) this.composer.focus();
  }

  /** Fetch the screen and draw it; calls while one is under way are folded into one more. */
  async refresh() {
    if (this.fetching) {
      this.again = true;
      return this.fetching;
    }
    this.fetching = this.fetchAll();
    try {
      await this.fetching;
    } finally {
      this.fetching = null;
    }
    return undefined;
  }

  async fetchAll() {
    do {
      this.again = false;
      const user = this.user;
      try {
        const limit = Math.max(...[...this.logs.values()].map((log) => log.limit), 200);
        const screen = await api.screen(this.platform, user, limit);
        if (user === this.user) this.take(screen);
      } catch (refused) {
        this.say(refused.message);
      }
    } while (this.again);
  }

  take(screen) {
    const before = this.screen?.notices;
    this.screen = screen;
    this.draw();
    this.fresh = before ? newNotices(before, screen.notices) : [];
    for (const notice of this.fresh) this.say(notice.text);
  }

  say(text, kind = "") {
    this.toasts.say(text, this.dialogs.statusPlace, kind);
  }

  /** Do something as the acting person; true when the stage took it. */
  async act(name, words) {
    const user = this.user;
    const busy = setTimeout(() => this.root.classList.add("busy"), 250);
    try {
      const { outcome } = await api.act(name, { platform: this.platform, user, ...words });
      this.fresh = [];
      await this.refresh();
      this.explain(outcome, name);
      return true;
    } catch (refused) {
      this.say(refused.message, "toast-bad");
      await this.refresh();
      return false;
    } finally {
      clearTimeout(busy);
      this.root.classList.remove("busy");
    }
  }

  explain(outcome, name) {
    if (Object.values(this.screen?.dialog?.errors || {}).includes(outcome.error)) return;
    if (name === "type" && !outcome.delivered && !outcome.error) this.say("Only people read this: the platform does not pass it on to the bot. Mention the bot with @, or type / for its commands.");
    const told = (this.screen?.notices || []).slice(-3).some((notice) => notice.text === outcome.error);
    if (outcome.error && !told) this.say(outcome.error, "toast-bad");
  }

  /** Say what stands in the composer; what was refused becomes the draft of the conversation it was meant for. */
  async send(text) {
    const where = this.where();
    this.drafts.delete(where);
    this.logs.get(where)?.toEnd();
    const sent = await this.type(this.place, text);
    if (!sent && !this.drafts.get(where)) this.drafts.set(where, text);
    return sent || where !== this.where();
  }

  /** Send a file into the conversation that is open, with or without words. */
  async sendFile(file, text) {
    const conversation = this.place;
    this.drafts.delete(this.where());
    return this.act("file", { conversation, name: file.name, content: await api.base64(file), text });
  }

  type(conversation, text, thread = null) {
    return this.act("type", { conversation, text, thread });
  }

  async press(surface, control, inputs, confirm, { button, root, accepted }) {
    if (button?.getAttribute("aria-busy") === "true") return;
    if (!(await confirmed(confirm))) return;
    button?.setAttribute("aria-busy", "true");
    const all = root ? gather(root) : {};
    const done = await this.act("press", { surface, control, inputs: { ...all, ...inputs } });
    if (done) {
      accepted();
      if (root && surface === HOME) settle(root);
    }
    button?.removeAttribute("aria-busy");
  }

  draw() {
    if (!this.screen) return;
    this.choosePlace();
    this.drawActing();
    this.drawView();
    this.drawList();
    this.dialogs.show(this.screen.dialog);
    this.changed();
  }

  choosePlace() {
    const { conversations } = this.screen;
    const known = this.place === HOME ? this.platform === "slack" : conversations.some((one) => one.id === this.place);
    if (!known) this.place = (conversations.find((one) => one.kind === "place") || conversations[0])?.id || "";
    keep(this.platform, `${this.user}~${this.place}`);
  }

  /** Show the local times anew; called whenever the clock moves. */
  setNow(now) {
    this.now = now;
    this.drawActing();
  }

  drawActing() {
    if (!this.person || !this.now) return;
    [...this.acting.options].forEach((option, index) => {
      const person = this.people[index];
      const label = `${isolated(person.name)}${person.role === "lead" ? " (lead)" : ""}, ${time(this.now, person.zone, "en-GB")} in ${city(person.zone)}`;
      if (option.textContent !== label) option.textContent = label;
    });
    this.acting.title = this.person.note || "";
    this.about.textContent = this.person.note || "";
    if (this.face.dataset.user !== this.user) {
      this.face.dataset.user = this.user;
      this.face.replaceChildren(avatar({ id: this.user, name: this.person.name, is_bot: false }));
    }
  }

  drawList() {
    const items = this.screen.conversations.map((one) => this.placeItem(one));
    const home = this.platform === "slack" ? [this.item(HOME, "Home", "⌂", 0)] : [];
    const chat = this.screen.conversations.some((one) => one.kind === "chat") ? [] : [this.item(null, "Start the chat with the bot", "+", 0, () => this.act("home", {}))];
    const kept = remember(this.list);
    arrange(this.list, [...items, ...chat, ...home]);
    if (kept.focus) restore(this.list, kept);
  }

  placeItem(one) {
    const unread = one.id === this.place ? 0 : this.seen.count(`${this.platform}/${this.user}/${one.id}`, one, this.user);
    const sign = one.kind === "chat" ? "●" : this.platform === "slack" ? "#" : "≡";
    return this.item(one.id, one.name, one.state === "open" ? sign : "◌", unread);
  }

  item(id, name, sign, unread, act = () => this.goTo(id)) {
    const current = id !== null && id === this.place;
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "place", "aria-current": current ? "page" : null, data: { key: `place-${id}` }, onclick: act },
        el("span", { class: "place-sign", "aria-hidden": "true" }, sign),
        el("span", { class: "place-label", dir: "auto" }, name),
        unread ? el("span", { class: "unread" }, el("span", { class: "visually-hidden" }, `${unread} unread`)) : null,
      ),
    );
  }

  /** How many messages the acting person has not seen. */
  get unread() {
    if (!this.screen) return 0;
    return this.screen.conversations.reduce((sum, one) => sum + (one.id === this.place ? 0 : this.seen.count(`${this.platform}/${this.user}/${one.id}`, one, this.user)), 0);
  }

  drawView() {
    const conversation = this.screen.conversations.find((one) => one.id === this.place);
    const closed = conversation && conversation.state !== "open";
    this.composer.node.hidden = !conversation;
    this.heading.textContent = this.place === HOME ? "Home" : (this.titleOf(conversation) ?? "No conversation yet");
    this.note.textContent = closed ? `This place is ${conversation.state}.` : conversation?.kind === "chat" ? "Your own chat with the bot" : "";
    if (this.place === HOME) this.drawHome();
    else if (conversation) this.drawConversation(conversation, closed);
    else this.view.replaceChildren(el("p", { class: "nothing" }, "There is nothing here yet."));
  }

  titleOf(conversation) {
    const sign = conversation?.kind === "place" && this.platform === "slack" ? "#" : "";
    return conversation && `${sign}${conversation.name.replace(/^#/, "")}`;
  }

  drawConversation(conversation, closed) {
    const where = this.where();
    const log = this.logs.get(where) || new MessageLog(this, conversation);
    this.logs.set(where, log);
    const switched = log.node.parentNode !== this.view;
    log.node.setAttribute("lang", tag(this.screen.user.language));
    log.show(conversation);
    if (switched) {
      this.view.replaceChildren(log.node);
      log.toEnd();
      this.composer.text = this.drafts.get(where) || "";
    }
    this.composer.setLabel(`Message ${this.titleOf(conversation)}`);
    const mentionable = conversation.kind === "place" ? this.mentionable(conversation) : [];
    this.composer.setCommands(this.commandsFor(conversation, mentionable[0]), mentionable);
    this.composer.setBeginnings(this.screen.anywhere || [], (shortcut) => this.act("begin", { conversation: this.place, shortcut }));
    this.composer.setFiles(conversation.kind === "chat");
    this.composer.setEnabled(!closed);
    this.seen.look(where, conversation);
  }

  /** In a place on Teams the bot hears a command only when it is mentioned. */
  commandsFor(conversation, bot) {
    if (this.platform === "slack" || conversation.kind === "chat" || !bot) return this.screen.commands;
    return this.screen.commands.map((command) => ({ ...command, insert: `${bot.name} ${command.name}` }));
  }

  /** Everybody whom one can mention: the people of the platform, and those who have spoken here, the bot first. */
  mentionable(conversation) {
    const authors = conversation.messages.map((message) => message.author);
    const bots = [...authors, ...this.screen.conversations.flatMap((one) => one.messages.map((message) => message.author))].filter((one) => one.is_bot);
    const chat = this.screen.conversations.find((one) => one.kind === "chat");
    const bot = bots[0]?.name || chat?.name;
    const names = [bot, ...this.people.filter((person) => person.user !== this.user).map((person) => person.name)].filter(Boolean);
    return [...new Set(names)].map((name) => ({ name: `@${name}`, hint: "", about: name === bot ? "the bot" : "" }));
  }

  drawHome() {
    const { home } = this.screen;
    const print = JSON.stringify([home, this.eyes()]);
    const old = this.view.firstElementChild;
    if (old?.classList.contains("home") && this.homePrint === print) return;
    this.homePrint = print;
    const node = el("div", { class: "home", tabindex: "0", role: "group", "aria-label": "Home", lang: tag(this.screen.user.language) });
    const context = home ? this.context(HOME, home.controls, () => node) : null;
    node.append(...(home ? drawSurface(home.drawn, context) : [el("p", { class: "nothing" }, "The bot has not published a home tab for this person yet.")]));
    const kept = old?.classList.contains("home") ? [remember(old), old.scrollTop] : null;
    this.view.replaceChildren(node);
    if (kept) {
      restore(node, kept[0]);
      node.scrollTop = kept[1];
    }
  }
}
