// Slack's rich_text block: text that is structured already.

import { el, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { pattern } from "./moments.js";
import { mention } from "./mrkdwn.js";

/** Render a rich_text block. */
export function richText(block, context) {
  return el("div", { class: "prose" }, grouped(block.elements || [], context));
}

// A nested list is a list with a greater indent that follows; a screen reader wants it inside its item.
function grouped(elements, context) {
  const nodes = [];
  const stack = [];
  for (const part of elements) {
    if (part.type !== "rich_text_list") {
      stack.length = 0;
      nodes.push(structure(part, context));
      continue;
    }
    const indent = part.indent || 0;
    while (stack.length && stack.at(-1).indent >= indent) stack.pop();
    const node = list(part, context);
    const parent = stack.at(-1)?.node.lastElementChild;
    if (parent) parent.append(node);
    else nodes.push(node);
    stack.push({ indent, node });
  }
  return nodes;
}

function structure(part, context) {
  const body = (part.elements || []).map((leaf) => inline(leaf, context));
  if (part.type === "rich_text_preformatted") return el("pre", { tabindex: "0" }, el("code", {}, body));
  return el(part.type === "rich_text_quote" ? "blockquote" : "p", { dir: "auto", class: "keep-breaks" }, body);
}

function list(part, context) {
  const items = (part.elements || []).map((item) =>
    el("li", { dir: "auto", class: "keep-breaks" }, (item.elements || []).map((leaf) => inline(leaf, context))),
  );
  const start = part.offset ? part.offset + 1 : null;
  return part.style === "ordered" ? el("ol", { start }, items) : el("ul", {}, items);
}

function inline(leaf, context) {
  switch (leaf.type) {
    case "text":
      return styled(leaf.text, leaf.style);
    case "link":
      return styled(link(leaf.url, leaf.text || leaf.url), leaf.style);
    case "emoji":
      return emoji(leaf.name, leaf.unicode);
    case "user":
      return mention(leaf.user_id, context);
    case "channel":
      return el("span", { class: "mention" }, `#${context.placeOf(leaf.channel_id)}`);
    case "broadcast":
      return el("span", { class: "mention" }, `@${leaf.range}`);
    case "usergroup":
      return el("span", { class: "mention" }, "@group");
    case "date":
      return el("time", { title: leaf.fallback }, pattern(leaf.timestamp, leaf.format, context.zone, context.language) ?? leaf.fallback);
    case "color":
      return el("code", {}, leaf.value);
    default:
      return leaf.text || "";
  }
}

function styled(body, style = {}) {
  let node = body;
  if (style.code) node = el("code", {}, node);
  if (style.strike) node = el("s", {}, node);
  if (style.italic) node = el("em", {}, node);
  if (style.bold) node = el("strong", {}, node);
  return node;
}
