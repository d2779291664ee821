// One message as one person sees it.

import { activity } from "./adaptivecard.js";
import { blockKit } from "./blockkit.js";
import { add, el, icon, picture } from "./dom.js";
import { emoji, QUICK } from "./emoji.js";
import { field } from "./fields.js";
import { full, tag, time } from "./moments.js";

const DOTS = "M4 10h.01M10 10h.01M16 10h.01";

/** Draw what a platform's surface holds. */
export function drawSurface(drawn, context) {
  return context.platform === "slack" ? blockKit(drawn, context) : activity(drawn, context);
}

/** A coloured tile with somebody's initials; the bot has its own sign. */
export function avatar(author) {
  if (author.is_bot) return el("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, el("img", { src: "/page/icon.svg", alt: "" }));
  const words = author.name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const initials = [words[0] || "?", words.length > 1 ? words.at(-1) : ""].map((word) => [...word][0] || "").join("");
  const hue = [...author.id].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) % 997, 7) % 8;
  return el("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, initials.toLocaleUpperCase());
}

/** Draw a message; `handle` has what can be done with it, `state` what is open in it. */
export function drawMessage(message, context, handle, state) {
  const { author } = message;
  const mine = author.id === context.user;
  const names = ["message", mine && "message-mine", message.private && "message-private", message.deleted && "message-deleted", author.is_bot && "message-bot"];
  const clock = time(message.at, context.zone, context.uiLanguage);
  return el(
    "article",
    { class: names.filter(Boolean).join(" "), "aria-label": `${author.name}, ${clock}`, data: { id: message.id } },
    avatar(author),
    el(
      "div",
      { class: "message-main" },
      head(message, context, clock),
      state.editing && !message.deleted ? editor(message, context, handle) : body(message, context),
      files(message),
      reactions(message, context, handle),
      state.raw ? raw(message) : null,
    ),
    toolbar(message, context, handle, state, mine),
  );
}

function head(message, context, clock) {
  const stamp = el("time", { datetime: message.at, title: full(message.at, context.zone, context.uiLanguage) }, clock);
  return el(
    "div",
    { class: "message-head" },
    el("span", { class: "author", dir: "auto" }, message.author.name),
    message.author.is_bot ? el("span", { class: "tag" }, "App") : null,
    stamp,
    message.edited && !message.deleted ? el("span", { class: "mark" }, "edited") : null,
    message.pinned && !message.deleted ? el("span", { class: "mark" }, "pinned") : null,
    message.private ? el("span", { class: "only-you" }, "Only visible to you") : null,
  );
}

function body(message, context) {
  if (message.deleted) return el("div", { class: "message-body gone" }, "This message was deleted.");
  const node = el("div", { class: "message-body", lang: message.author.is_bot ? tag(context.language) : null });
  return add(node, drawSurface(message.drawn, { ...context, typed: !message.author.is_bot }));
}

function files(message) {
  if (message.deleted || !message.files.length) return null;
  return el(
    "ul",
    { class: "files" },
    message.files.map((file) => el("li", { class: "file" }, isPicture(file) ? picture(file.url, file.alt || file.name) : null, fileLine(file))),
  );
}

function isPicture(file) {
  return /\.(?:png|jpe?g|gif|webp|svg)$/i.test(file.name || "") || /^data:image\//i.test(file.url || "");
}

function fileLine(file) {
  const size = file.size ? ` · ${Math.max(1, Math.round(file.size / 1024))} KB` : "";
  const name = file.name || "File";
  const near = /^https?:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(file.url || "");
  return el("span", { class: "file-line" }, near ? el("a", { href: file.url, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, name) : name, size);
}

function reactions(message, context, handle) {
  if (message.deleted || !message.reactions.length) return null;
  const chips = message.reactions.map((one) => {
    const name = one.name ?? one.emoji ?? one.type ?? "";
    const users = one.users || [];
    const count = one.count ?? users.length ?? 1;
    const pressed = users.includes(context.user);
    const label = `${name.replaceAll("_", " ")}, ${count}${users.length ? `: ${users.map(context.nameOf).join(", ")}` : ""}`;
    return el(
      "button",
      { type: "button", class: "reaction", "aria-pressed": String(pressed), "aria-label": label, title: label, data: { key: `reaction-${name}` }, onclick: () => handle.react(name) },
      el("span", { "aria-hidden": "true" }, emoji(name)),
      ` ${count}`,
    );
  });
  return el("div", { class: "reactions" }, chips);
}

function raw(message) {
  return el("pre", { class: "raw", tabindex: "0", "aria-label": "Raw JSON of this message", dir: "ltr" }, el("code", {}, JSON.stringify(message.body, null, 2)));
}

function toolbar(message, context, handle, state, mine) {
  const about = `message of ${message.author.name}`;
  const json = el(
    "button",
    { type: "button", class: "tool", "aria-expanded": String(Boolean(state.raw)), "aria-label": `Raw JSON of the ${about}`, title: "Raw JSON", data: { key: "raw" }, onclick: handle.toggleRaw },
    "{ }",
  );
  if (message.deleted) return el("div", { class: "toolbar" }, json);
  return el("div", { class: "toolbar" }, json, menu(about, context, handle, mine, message));
}

function menu(about, context, handle, mine, message) {
  const item = (label, act, key, danger = false) =>
    el("button", { type: "button", class: danger ? "menu-item menu-danger" : "menu-item", data: { key }, onclick: (event) => leave(event, act) }, label);
  const quick = QUICK[context.platform].map((name) =>
    el("button", { type: "button", class: "quick", "aria-label": `React with ${name.replaceAll("_", " ")}`, onclick: (event) => leave(event, () => handle.react(name)) }, emoji(name)),
  );
  return el(
    "details",
    { class: "menu", data: { key: "menu" } },
    el("summary", { class: "tool", "aria-label": `Actions for the ${about}`, title: "More actions" }, icon(DOTS)),
    el(
      "div",
      { class: "menu-list" },
      message.private ? null : el("div", { class: "quick-row" }, quick),
      handle.reply ? item("Reply in thread", handle.reply, "reply") : null,
      message.private ? null : handle.shortcuts?.map((one) => item(one.label, () => handle.pick(one.id), `pick-${one.id}`)),
      mine ? item("Edit", handle.edit, "edit") : null,
      mine ? el("button", { type: "button", class: "menu-item menu-danger", data: { key: "delete" }, onclick: (event) => twice(event, handle.remove) }, "Delete") : null,
      item("Raw JSON", handle.toggleRaw, "raw-item"),
    ),
  );
}

// Deleting asks again in the same place, so that neither a slip nor another window is in the way.
function twice(event, act) {
  const button = event.currentTarget;
  if (button.dataset.sure) return leave(event, act);
  button.dataset.sure = "yes";
  button.textContent = "Really delete?";
  return undefined;
}

function leave(event, act) {
  event.currentTarget.closest("details").removeAttribute("open");
  act();
}

/** The text as its writer typed it: Slack keeps ids and entities in it. */
function typedAgain(message, context) {
  if (context.platform !== "slack") return message.text;
  const plain = message.text.replace(/<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g, (_whole, sign, target, label) => {
    if (sign === "@") return `@${context.nameOf(target)}`;
    if (sign === "#") return `#${label || context.placeOf(target)}`;
    return sign === "!" ? `@${target}` : target;
  });
  return plain.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

function editor(message, context, handle) {
  const input = el("textarea", { class: "input", rows: "3", dir: "auto", data: { key: "editor" } });
  input.value = typedAgain(message, context);
  const form = el(
    "form",
    { class: "edit" },
    field({ name: "edited", label: "Edit your message", hidden: true, input }),
    el("div", { class: "actions" }, el("button", { class: "button button-primary" }, "Save"), el("button", { type: "button", class: "button", onclick: handle.leaveEdit }, "Cancel")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    handle.saveEdit(input.value);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") handle.leaveEdit();
    if (event.key === "Enter" && !event.shiftKey && event.target === input && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  return form;
}
