// Adaptive Cards 1.5 and the chart elements, drawn as a chat client draws them.

import { cardInput } from "./adaptivecard_inputs.js";
import { safe } from "./blockkit_elements.js";
import { cardChart } from "./charts.js";
import { el, picture, uniqueId } from "./dom.js";
import { markdown, typedText } from "./markdown.js";
import { cardMoments } from "./moments.js";

/** Render what a Teams message or dialog holds: its text, cards and pictures. */
export function activity(drawn, context) {
  if (drawn.type === "AdaptiveCard") return [card(drawn, context)];
  const nodes = drawn.text ? [el("div", { class: "prose" }, said(drawn, context))] : [];
  nodes.push(...(drawn.attachments || []).map((part) => attachment(part, context)).filter(Boolean));
  const suggested = (drawn.suggestedActions?.actions || []).map((action) => press(action, action.title, context, ""));
  if (suggested.length) nodes.push(el("div", { class: "actions" }, suggested));
  return nodes;
}

function said(drawn, context) {
  if (context.typed) return typedText(drawn.text, context);
  if (drawn.textFormat === "plain") return el("p", { dir: "auto", class: "keep-breaks" }, drawn.text);
  return markdown(drawn.text, context, { full: true });
}

function attachment(part, context) {
  const kind = part.contentType || "";
  if (kind.endsWith(".adaptive")) return card(part.content || {}, context);
  if (kind.startsWith("image/") || kind.endsWith(".file.info")) return null; // stands among the files of the message
  const title = part.content?.title || part.name || kind;
  const body = [part.content?.subtitle, part.content?.text || part.content?.description].filter(Boolean).map((text) => markdown(text, context));
  const buttons = [...(part.content?.buttons || []), ...(part._actions || [])].map((button) => press(button, button.title, context, ""));
  return el("div", { class: "card" }, el("p", {}, el("strong", { dir: "auto" }, title)), body, buttons.length ? el("div", { class: "actions" }, buttons) : null);
}

/** Draw one card. */
export function card(content, context, nested = false) {
  const inside = [(content.body || []).map((part) => element(part, context)), actions(content.actions || [], context)];
  const node = el("div", { class: nested ? "card-nested" : "card", lang: content.lang }, inside);
  return selectable(node, content, context);
}

function element(part, context) {
  if (part.isVisible === false) return null;
  const drawer = DRAWERS[part.type];
  const node = part.type?.startsWith("Input.")
    ? cardInput(part, context, press)
    : part.type?.startsWith("Chart.")
      ? cardChart(part) || fallback(part, context)
      : drawer
        ? drawer(part, context)
        : fallback(part, context);
  if (!node) return null;
  const frame = [part.separator ? "ac-separator" : "", part.spacing ? `ac-space-${part.spacing.toLowerCase()}` : ""].filter(Boolean);
  if (frame.length) node.classList.add(...frame);
  return node;
}

function fallback(part, context) {
  if (part.fallback === "drop") return null;
  if (part.fallback && typeof part.fallback === "object") return element(part.fallback, context);
  return el("p", { class: "unknown" }, `An element of the type “${part.type}” (see its raw JSON).`);
}

const DRAWERS = {
  TextBlock: textBlock,
  RichTextBlock: richTextBlock,
  FactSet: factSet,
  Container: (part, context) => box(part, el("div", {}, (part.items || []).map((one) => element(one, context))), context),
  ColumnSet: columnSet,
  Column: (part, context) => box(part, el("div", {}, (part.items || []).map((one) => element(one, context))), context),
  Table: table,
  Image: image,
  ImageSet: (part, context) => el("div", { class: "ac-images" }, (part.images || []).map((one) => element({ type: "Image", ...one }, context))),
  ActionSet: (part, context) => actions(part.actions || [], context),
  CodeBlock: (part) => el("pre", { tabindex: "0" }, el("code", {}, part.codeSnippet || "")),
  Badge: (part) => el("span", { class: "tag" }, part.text),
};

function tone(part) {
  const names = [];
  if (part.size && part.size !== "Default") names.push(`ac-size-${part.size.toLowerCase()}`);
  if (part.weight && part.weight !== "Default") names.push(`ac-weight-${part.weight.toLowerCase()}`);
  if (part.color && part.color !== "Default") names.push(`ac-color-${part.color.toLowerCase()}`);
  if (part.isSubtle) names.push("ac-subtle");
  if (part.fontType?.toLowerCase() === "monospace") names.push("ac-mono");
  if (part.horizontalAlignment) names.push(`align-${part.horizontalAlignment.toLowerCase()}`);
  return names;
}

// A dialog's errors stand at their fields; the sentence in the card that says the same is not shown twice.
function isSaidAtField(part, context) {
  const found = /^error[-:.](.+)$/.exec(part.id || "");
  return Boolean(found && context.errors?.[found[1]] && (part.color || "").toLowerCase() === "attention");
}

function textBlock(part, context) {
  if (isSaidAtField(part, context)) return null;
  const body = markdown(cardMoments(String(part.text ?? ""), context.zone, context.language), context);
  if (part.style?.toLowerCase() !== "heading") return el("div", { class: ["ac-text prose", ...tone(part)].join(" ") }, body);
  const inside = body.flatMap((node) => (node.localName === "p" ? [...node.childNodes] : [node]));
  return el("h5", { class: ["ac-text", "ac-heading", ...tone(part)].join(" "), dir: "auto" }, inside);
}

function richTextBlock(part, context) {
  const runs = (part.inlines || []).map((run) => textRun(typeof run === "string" ? { text: run } : run, context));
  return el("p", { class: ["ac-text", "keep-breaks", ...tone(part)].join(" "), dir: "auto" }, runs);
}

function textRun(run, context) {
  let node = el("span", { class: [...tone(run), run.highlight ? "ac-highlight" : ""].join(" ").trim() || null }, cardMoments(run.text || "", context.zone, context.language));
  if (run.italic) node = el("em", {}, node);
  if (run.strikethrough) node = el("s", {}, node);
  if (run.underline) node = el("u", {}, node);
  return run.selectAction ? press(run.selectAction, null, context, "button-link", node) : node;
}

function factSet(part, context) {
  const text = (value) => markdown(cardMoments(String(value ?? ""), context.zone, context.language), context);
  const rows = (part.facts || []).map((fact) => el("div", {}, el("dt", {}, text(fact.title)), el("dd", {}, text(fact.value))));
  return el("dl", { class: "facts" }, rows);
}

function box(part, node, context) {
  const style = (part.style || "").toLowerCase();
  if (style && style !== "default") node.classList.add("ac-box", `ac-box-${style}`);
  else node.classList.add("ac-container");
  return selectable(node, part, context);
}

/** What can be pressed as a whole gets a real button at its end, so that the keyboard and a screen reader find it. */
function selectable(node, part, context) {
  const action = part.selectAction;
  if (!action) return node;
  node.append(press(action, action.title || action.tooltip || part.altText || "Open", context, "button-quiet"));
  return node;
}

function columnSet(part, context) {
  const columns = (part.columns || []).map((column) => {
    const node = element({ type: "Column", ...column }, context);
    if (!node) return null;
    node.classList.add(column.width === "auto" || column.width === undefined ? "column-auto" : "column-stretch");
    if (typeof column.width === "number" || /^\d+$/.test(column.width || "")) node.style.flexGrow = String(column.width);
    return node;
  });
  return box(part, el("div", { class: "columns" }, columns), context);
}

function table(part, context) {
  const heads = part.firstRowAsHeader !== false;
  const align = (index) => `align-${(part.columns?.[index]?.horizontalCellContentAlignment || "left").toLowerCase()}`;
  const cells = (row, tag) =>
    (row.cells || []).map((cell, index) =>
      el(tag, { class: align(index), scope: tag === "th" ? "col" : null }, (cell.items || []).map((one) => element(one, context))),
    );
  const shares = (part.columns || []).map((column) => Number(column.width) || 1);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const [first, ...rest] = part.rows || [];
  const rows = heads ? rest : [first, ...rest].filter(Boolean);
  return el(
    "div",
    { class: "table-frame", tabindex: "0", role: "group", "aria-label": "Table" },
    el(
      "table",
      { class: "grid grid-shared" },
      el("colgroup", {}, shares.map((share) => el("col", { width: `${(100 * share) / whole}%` }))),
      heads && first ? el("thead", {}, el("tr", {}, cells(first, "th"))) : null,
      el("tbody", {}, rows.map((row) => el("tr", {}, cells(row, "td")))),
    ),
  );
}

function image(part, context) {
  const size = (part.size || "auto").toLowerCase();
  const node = el("div", { class: `ac-image ac-image-${size}` }, picture(part.url, part.altText, part.style?.toLowerCase() === "person" ? "picture-round" : "picture"));
  return part.selectAction ? selectable(node, part, context) : node;
}

function actions(list, context) {
  const shown = list.filter((action) => action.isVisible !== false);
  if (!shown.length) return null;
  const bar = el("div", { class: "actions" });
  const more = el("div", { class: "ac-shown" });
  for (const action of shown) bar.append(action.type === "Action.ShowCard" ? showCard(action, context, more) : press(action, action.title, context, look(action)));
  return el("div", { class: "ac-actions" }, bar, more);
}

function look(action) {
  return { positive: "button-primary", destructive: "button-danger" }[(action.style || "").toLowerCase()] || "";
}

function showCard(action, context, place) {
  const id = uniqueId("card");
  const key = `show-${action._control || action.title}`;
  const inner = el("div", { id }, card(action.card || {}, context, true));
  inner.hidden = !context.opened.has(key);
  place.append(inner);
  const button = el("button", { type: "button", class: `button ${look(action)}`, "aria-controls": id, "aria-expanded": String(!inner.hidden), data: { key } }, action.title, " ▾");
  button.addEventListener("click", () => {
    inner.hidden = !inner.hidden;
    button.setAttribute("aria-expanded", String(!inner.hidden));
    if (inner.hidden) context.opened.delete(key);
    else context.opened.add(key);
  });
  return button;
}

/** A button, or a link when the action opens an address. */
export function press(action, title, context, style, body = null) {
  const name = body || el("span", { dir: "auto" }, title || action.title || action.tooltip || "Open");
  if (action.type === "Action.OpenUrl" || action.type === "openUrl") {
    return el("a", { class: `button ${style}`, href: safe(action.url || action.value), target: "_blank", rel: "noopener noreferrer" }, name);
  }
  const control = action._control;
  const node = el("button", { type: "button", class: `button ${style}`, title: action.tooltip, data: { key: `press-${control}` } }, name);
  node.disabled = !control || action.isEnabled === false;
  node.addEventListener("click", () => context.press(control, {}, null, node));
  return node;
}
