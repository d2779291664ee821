// Markdown as cards, chat texts and Slack's markdown block use it; `full` adds headings, code blocks, quotes and rules to what cards know.

import { el, link } from "./dom.js";

const INLINE =
  /(?<escaped>\\[\\`*_{}[\]()#+\-.!<>~|&:])|(?<code>`[^`\n]+`)|(?<at><at(?:\s[^>]*)?>.*?<\/at>)|(?<link>\[[^\]\n]*\]\([^()\s]+(?:\([^()\s]*\))?\))|(?<bold>\*\*(?!\s).+?(?<!\s)\*\*|__(?!\s).+?(?<!\s)__)|(?<struck>~~(?!\s).+?(?<!\s)~~)|(?<italic>\*(?![\s*])[^*\n]+(?<![\s*])\*|(?<![\p{L}\p{N}])_(?![\s_])[^_\n]+(?<![\s_])_(?![\p{L}\p{N}]))/u;

const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: "\u00a0" };

/** Decode entities and drop tags, which these texts may carry but never mean as markup of ours. */
function leaf(text) {
  return text.replace(/<\/?[a-zA-Z][^<>]*>/g, "").replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : Number.parseInt(hex || "", 16);
    if (!name) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return ENTITIES[name] ?? whole;
  });
}

/** Render one line's marks. */
export function inlineMarkdown(text, context) {
  const nodes = [];
  let rest = String(text);
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    if (found.index > 0) nodes.push(leaf(rest.slice(0, found.index)));
    nodes.push(marked(found.groups, context));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest) nodes.push(leaf(rest));
  return nodes.filter((node) => node !== "");
}

function marked(groups, context) {
  if (groups.escaped) return groups.escaped.slice(1);
  if (groups.code) return el("code", {}, leaf(groups.code.slice(1, -1)));
  if (groups.at) return at(groups.at, context);
  if (groups.link) {
    const [, label, address] = /^\[([^\]]*)\]\((.*)\)$/.exec(groups.link);
    return link(address, inlineMarkdown(label, context));
  }
  if (groups.bold) return el("strong", {}, inlineMarkdown(groups.bold.slice(2, -2), context));
  if (groups.struck) return el("s", {}, inlineMarkdown(groups.struck.slice(2, -2), context));
  return el("em", {}, inlineMarkdown(groups.italic.slice(1, -1), context));
}

/** What a person typed on Teams: entities and mentions, but no marks. */
export function typedText(text, context) {
  const parts = String(text ?? "").split(/(<at(?:\s[^>]*)?>.*?<\/at>)/s);
  return el("p", { dir: "auto", class: "keep-breaks" }, parts.map((part) => (part.startsWith("<at") ? at(part, context) : leaf(part))));
}

function at(markup, context) {
  const name = leaf(markup);
  return el("span", { class: name === context.userName ? "mention mention-me" : "mention", dir: "auto" }, `@${name.replace(/^@/, "")}`);
}

const ITEM = /^(\s*)(?:[-*+•]|(\d{1,9})[.)])\s+(.*)$/;

/** Render text with lists and line breaks; with `full` also headings, quotes, code blocks and rules. */
export function markdown(text, context, { full = false } = {}) {
  const state = { nodes: [], lines: [], list: null, context };
  const rows = String(text ?? "").replace(/\r\n?|<br\s*\/?>|<\/(?:p|div|li|h\d)>/g, "\n").split("\n");
  for (let index = 0; index < rows.length; index += 1) {
    if (full && rows[index].startsWith("```")) index = fence(rows, index, state);
    else if (!(full && special(rows[index], state))) line(rows[index], state);
  }
  flush(state);
  return state.nodes;
}

function flush(state) {
  if (state.lines.length) {
    const body = state.lines.map((row, index) => [index ? el("br") : null, inlineMarkdown(row, state.context)]);
    state.nodes.push(el("p", { dir: "auto" }, body));
  }
  state.lines = [];
  state.list = null;
}

function line(row, state) {
  const item = ITEM.exec(row);
  if (item) {
    const tag = item[2] ? "ol" : "ul";
    if (!state.list || state.list.localName !== tag) {
      flush(state);
      state.list = el(tag, { dir: "auto", start: item[2] && item[2] !== "1" ? Number(item[2]) : null });
      state.nodes.push(state.list);
    }
    state.list.append(el("li", { dir: "auto" }, inlineMarkdown(item[3], state.context)));
  } else if (!row.trim()) flush(state);
  else {
    if (state.list) flush(state);
    state.lines.push(row);
  }
}

function special(row, state) {
  const heading = /^(#{1,6})\s+(.*)$/.exec(row);
  const quote = /^>\s?(.*)$/.exec(row);
  if (!heading && !quote && !/^(?:-{3,}|\*{3,})$/.test(row.trim())) return false;
  flush(state);
  if (heading) state.nodes.push(el("h5", { class: `md-h md-h${heading[1].length}`, dir: "auto" }, inlineMarkdown(heading[2], state.context)));
  else if (quote) {
    const last = state.nodes.at(-1);
    const body = inlineMarkdown(quote[1], state.context);
    if (last?.localName === "blockquote") last.append(el("br"), ...body);
    else state.nodes.push(el("blockquote", { dir: "auto" }, body));
  } else state.nodes.push(el("hr"));
  return true;
}

function fence(rows, start, state) {
  flush(state);
  let end = start + 1;
  while (end < rows.length && !rows[end].startsWith("```")) end += 1;
  state.nodes.push(el("pre", { tabindex: "0" }, el("code", {}, rows.slice(start + 1, end).join("\n"))));
  return end;
}
