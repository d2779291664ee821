// Slack's own markup: <@U1>, <!date^…>, <https://…|label>, *bold*, _italic_, ~struck~, `code`, ``` blocks ```, > quotes and lines that begin with a bullet.

import { el, link } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { pattern } from "./moments.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

function plain(text) {
  return withEmoji(text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]));
}

/** Someone's name as a mention. */
export function mention(user, context) {
  const mine = user === context.user;
  return el("span", { class: mine ? "mention mention-me" : "mention", dir: "auto" }, `@${context.nameOf(user)}`);
}

function angle(inside, context) {
  const [head, ...rest] = inside.split("|");
  const label = rest.join("|");
  if (head.startsWith("@")) return mention(head.slice(1), context);
  if (head.startsWith("#")) return el("span", { class: "mention" }, `#${plain(label) || context.placeOf(head.slice(1))}`);
  if (head.startsWith("!date^")) return date(head, label, context);
  if (head.startsWith("!subteam^")) return el("span", { class: "mention" }, plain(label) || "@group");
  if (head.startsWith("!")) return el("span", { class: "mention" }, `@${head.slice(1)}`);
  return link(plain(head), plain(label) || plain(head).replace(/^mailto:/, ""));
}

function date(head, fallback, context) {
  const [, seconds, text, address] = head.split("^");
  const filled = pattern(Number(seconds), text || "", context.zone, context.language) ?? plain(fallback);
  const node = el("time", { title: plain(fallback) }, filled);
  return address ? link(address, node) : node;
}

// Marks count only at the edge of a word, as on the platform: 2*3*4 and snake_case_names stay as they are.
const INLINE =
  /(?<code>`[^`\n]+`)|(?<angle><[^<>\n]+>)|(?<![\p{L}\p{N}])(?:(?<bold>\*(?!\s)[^*\n]+(?<!\s)\*)|(?<italic>_(?!\s)[^_\n]+(?<!\s)_)|(?<struck>~(?!\s)[^~\n]+(?<!\s)~))(?![\p{L}\p{N}])/u;

function inline(text, context) {
  const nodes = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    if (found.index > 0) nodes.push(plain(rest.slice(0, found.index)));
    const { code, angle: inside, bold, italic, struck } = found.groups;
    if (code) nodes.push(el("code", {}, plain(code.slice(1, -1))));
    else if (inside) nodes.push(angle(inside.slice(1, -1), context));
    else if (bold) nodes.push(el("strong", {}, inline(bold.slice(1, -1), context)));
    else if (italic) nodes.push(el("em", {}, inline(italic.slice(1, -1), context)));
    else if (struck) nodes.push(el("s", {}, inline(struck.slice(1, -1), context)));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest) nodes.push(plain(rest));
  return nodes;
}

const KINDS = [
  ["quote", /^(?:&gt;|>)\s?(.*)$/],
  ["bullets", /^\s*[•◦▪-]\s+(.*)$/],
  ["numbers", /^\s*(?:\d+)[.)]\s+(.*)$/],
];

function kindOf(line) {
  for (const [kind, shape] of KINDS) {
    const found = shape.exec(line);
    if (found) return [kind, found[1]];
  }
  return ["lines", line];
}

function paragraph(kind, lines, context) {
  if (kind === "bullets") return el("ul", { dir: "auto" }, lines.map((line) => el("li", { dir: "auto" }, inline(line, context))));
  if (kind === "numbers") {
    const start = lines.first || 1;
    return el("ol", { dir: "auto", start: start > 1 ? start : null }, lines.map((line) => el("li", { dir: "auto" }, inline(line, context))));
  }
  const body = lines.map((line, index) => [index ? el("br") : null, inline(line, context)]);
  return el(kind === "quote" ? "blockquote" : "p", { dir: "auto" }, body);
}

function paragraphs(text, context) {
  const nodes = [];
  let kind = null;
  let lines = [];
  const flush = () => {
    if (lines.length && (kind !== "lines" || lines.some((line) => line.trim()))) nodes.push(paragraph(kind, lines, context));
    lines = [];
  };
  for (const raw of text.split("\n")) {
    const [found, line] = kindOf(raw);
    if (found !== kind) {
      flush();
      kind = found;
      if (found === "numbers") lines.first = Number.parseInt(raw.trim(), 10);
    }
    lines.push(line);
  }
  flush();
  return nodes;
}

/** Render a mrkdwn text as paragraphs, lists, quotes and code. */
export function mrkdwn(text, context) {
  const nodes = [];
  String(text ?? "").split("```").forEach((part, index, all) => {
    const closed = index % 2 === 1 && index < all.length - 1;
    if (closed) nodes.push(el("pre", { tabindex: "0" }, el("code", {}, plain(part.replace(/^\n|\n$/g, "")))));
    else nodes.push(...paragraphs(index % 2 === 1 ? `\`\`\`${part}` : part, context));
  });
  return nodes;
}

/** Render a text object: mrkdwn, or plain text whose emoji names count. */
export function textObject(object, context) {
  if (!object) return [];
  if (typeof object === "string") return [withEmoji(object)];
  if (object.type === "mrkdwn") return mrkdwn(object.text, context);
  const text = object.emoji === false ? object.text : withEmoji(object.text ?? "");
  return [el("span", { class: "plain", dir: "auto" }, text)];
}
