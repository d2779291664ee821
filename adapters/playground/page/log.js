// The message list of one conversation: nodes are kept by message id, so that news costs neither focus nor typed text nor the place one was reading.

import { Composer } from "./composer.js";
import { arrange, el } from "./dom.js";
import { remember, restore } from "./fields.js";
import { drawMessage } from "./messages.js";
import { day, dayKey } from "./moments.js";

const TOGETHER = 5 * 60 * 1000; // messages of one person within this time stand under one name
const REPLIES = 3;
export const STEP = 200;

export class MessageLog {
  constructor(pane, conversation) {
    this.pane = pane;
    this.entries = new Map();
    this.separators = new Map();
    this.limit = STEP;
    this.node = el("div", { class: "log", role: "log", tabindex: "0", "aria-label": `Messages in ${conversation.name}` });
    this.earlier = el("button", { type: "button", class: "button button-quiet earlier", onclick: () => this.showEarlier() });
    this.jump = el("button", { type: "button", class: "button jump", onclick: () => this.goToEnd() }, "New messages ↓");
    this.below = el("div", { class: "below" }, this.jump);
    this.below.hidden = true;
    this.stays = true; // whoever reads the newest message goes on reading the newest one
    this.node.addEventListener("scroll", () => this.scrolled());
    this.node.addEventListener("load", () => this.stays && this.toEnd(), true);
    new ResizeObserver(() => this.stays && this.toEnd()).observe(this.node);
  }

  scrolled() {
    if (!this.node.clientHeight) return;
    this.stays = this.isAtEnd();
    if (this.stays) this.below.hidden = true;
  }

  isAtEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 48;
  }

  /** Draw the conversation as it is now. */
  show(conversation) {
    const atEnd = this.fresh !== false || this.isAtEnd();
    const height = this.node.scrollHeight;
    this.conversation = conversation;
    const nodes = this.lay(conversation);
    const hadFocus = document.activeElement;
    arrange(this.node, nodes.length ? [...nodes, this.below] : [this.empty()]);
    if (hadFocus !== document.activeElement && hadFocus?.isConnected) hadFocus.focus({ preventScroll: true });
    if (this.growing) this.node.scrollTop += this.node.scrollHeight - height;
    else if (atEnd) this.toEnd();
    else if (this.newest !== newest(conversation)) this.below.hidden = false; // an answer to a press further up, for instance
    this.newest = newest(conversation);
    this.growing = false;
    this.fresh = false;
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
    this.stays = true;
    this.below.hidden = true;
  }

  goToEnd() {
    this.toEnd();
    this.node.focus({ preventScroll: true });
  }

  empty() {
    this.nothing ??= el("p", { class: "nothing" }, "Nothing has been said here yet. Type / to see what the bot can do.");
    return this.nothing;
  }

  lay(conversation) {
    const known = new Set(conversation.messages.map((message) => message.id));
    const roots = conversation.messages.filter((message) => !isReply(message) || !known.has(message.thread));
    const shown = roots.slice(-this.limit);
    const hidden = roots.length - shown.length + (conversation.earlier || 0);
    const replies = Map.groupBy ? Map.groupBy(conversation.messages.filter(isReply), (one) => one.thread) : grouped(conversation.messages.filter(isReply));
    const nodes = [];
    if (hidden > 0) {
      this.earlier.textContent = `Show earlier messages (${hidden})`;
      nodes.push(this.earlier);
    }
    let before = null;
    let today = "";
    for (const message of shown) {
      const context = this.pane.context(message.id, message.controls);
      const key = dayKey(message.at, context.zone);
      if (key !== today) {
        nodes.push(this.separator(key, day(message.at, context.zone, context.uiLanguage)));
        today = key;
        before = null;
      }
      nodes.push(this.entry(message, replies.get(message.id) || [], follows(before, message)));
      before = (replies.get(message.id) || []).length ? null : message;
    }
    return nodes;
  }

  separator(key, label) {
    if (!this.separators.has(key)) this.separators.set(key, el("div", { class: "day" }, el("span", {})));
    const node = this.separators.get(key);
    if (node.firstChild.textContent !== label) node.firstChild.textContent = label;
    return node;
  }

  entry(message, replies, follow) {
    const entry = this.keep(message);
    entry.node.classList.toggle("entry-follows", follow);
    this.thread(entry, message, replies);
    return entry.node;
  }

  /** The kept node of a message, drawn anew only when the message changed. */
  keep(message) {
    let entry = this.entries.get(message.id);
    if (!entry) {
      entry = { node: el("div", { class: "entry" }), state: {}, opened: new Set(), print: "" };
      this.entries.set(message.id, entry);
    }
    entry.message = message;
    const print = JSON.stringify([message, entry.state, this.pane.eyes()]);
    if (print !== entry.print) this.draw(entry, print);
    return entry;
  }

  draw(entry, print = null) {
    const { message } = entry;
    const kept = entry.article && !entry.accepted ? remember(entry.article) : null;
    const focus = entry.accepted && entry.article ? { ...remember(entry.article), typed: [] } : kept;
    entry.accepted = false;
    const context = { ...this.pane.context(message.id, message.controls, () => entry.article, () => (entry.accepted = true)), opened: entry.opened };
    const article = drawMessage(message, context, this.handle(entry), entry.state);
    if (entry.article) entry.article.replaceWith(article);
    else entry.node.prepend(article);
    entry.article = article;
    entry.print = print ?? JSON.stringify([message, entry.state, this.pane.eyes()]);
    if (focus) restore(article, focus);
  }

  handle(entry) {
    const { pane } = this;
    const id = entry.message.id;
    const change = (state) => {
      Object.assign(entry.state, state);
      this.draw(entry);
    };
    return {
      shortcuts: pane.screen.shortcuts || [],
      pick: (shortcut) => pane.act("pick", { message: id, shortcut }),
      react: (emoji) => pane.act("react", { message: id, emoji }),
      remove: () => pane.act("delete", { message: id }),
      toggleRaw: () => change({ raw: !entry.state.raw }),
      edit: () => {
        change({ editing: true });
        entry.article.querySelector("textarea").focus();
      },
      leaveEdit: () => {
        change({ editing: false });
        entry.article.querySelector("summary")?.focus();
      },
      saveEdit: async (text) => {
        if (await pane.act("edit", { message: id, text })) {
          entry.accepted = true;
          change({ editing: false });
          pane.composer.focus();
        }
      },
      reply: this.threads() && !isReply(entry.message) && !entry.message.private ? () => this.openReply(entry) : null,
    };
  }

  /** Chats on Teams know no threads. */
  threads() {
    return this.pane.platform === "slack" || this.conversation?.kind === "place";
  }

  thread(entry, message, replies) {
    if (!replies.length && !entry.reply) return void entry.thread?.remove();
    entry.thread ??= el("div", { class: "thread", role: "group", "aria-label": "Replies" });
    if (!entry.thread.isConnected) entry.node.append(entry.thread);
    const hidden = entry.allReplies ? 0 : Math.max(0, replies.length - REPLIES);
    entry.more ??= el("button", {
      type: "button",
      class: "button button-quiet",
      onclick: () => {
        entry.allReplies = true;
        this.show(this.conversation);
      },
    });
    entry.more.textContent = `Show ${hidden} earlier ${hidden === 1 ? "reply" : "replies"}`;
    const nodes = replies.slice(hidden).map((reply) => this.keep(reply).node);
    arrange(entry.thread, [...(hidden ? [entry.more] : []), ...nodes, ...(entry.reply ? [entry.reply.node] : [])]);
    return undefined;
  }

  openReply(entry) {
    entry.reply ??= new Composer(this.pane, {
      label: `Reply to ${entry.message.author.name}`,
      send: (text) => this.pane.type(this.conversation.id, text, entry.message.id),
      small: true,
    });
    entry.reply.setCommands([]);
    this.show(this.conversation);
    entry.reply.focus();
  }

  async showEarlier() {
    this.limit += STEP;
    this.growing = true;
    await this.pane.refresh();
    this.node.focus({ preventScroll: true });
  }
}

function newest(conversation) {
  return conversation.messages.filter((message) => !isReply(message)).at(-1)?.id;
}

function isReply(message) {
  return Boolean(message.thread) && message.thread !== message.id;
}

function grouped(messages) {
  const map = new Map();
  for (const message of messages) map.set(message.thread, [...(map.get(message.thread) || []), message]);
  return map;
}

function follows(before, message) {
  if (!before || before.author.id !== message.author.id || before.private || message.private || before.deleted) return false;
  return Math.abs(Date.parse(message.at) - Date.parse(before.at)) < TOGETHER;
}
