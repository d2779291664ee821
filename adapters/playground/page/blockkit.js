// Block Kit: the blocks of messages, modals and the home tab.

import { slackElement, slackInput } from "./blockkit_elements.js";
import { slackChart } from "./charts.js";
import { el, link, picture } from "./dom.js";
import { markdown } from "./markdown.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/** Render a message, a modal or a home tab as Slack shows it. */
export function blockKit(drawn, context) {
  const attachments = (drawn.attachments || []).map((one) => attachment(one, context));
  if (drawn.blocks?.length) return [...drawn.blocks.map((block) => draw(block, context)), ...attachments];
  return [...mrkdwn(drawn.text, context), ...attachments];
}

function attachment(one, context) {
  const title = one.title ? el("strong", { dir: "auto" }, one.title_link ? link(one.title_link, one.title) : one.title) : null;
  const body = one.blocks ? one.blocks.map((block) => draw(block, context)) : mrkdwn(one.text || one.fallback, context);
  return el("div", { class: "attachment" }, mrkdwn(one.pretext, context), title, body);
}

function draw(block, context) {
  const drawer = DRAWERS[block.type];
  if (drawer) return drawer(block, context);
  return el("p", { class: "unknown" }, `A block of the type “${block.type}” (see its raw JSON).`);
}

const DRAWERS = {
  section,
  header: (block) => el("h5", { class: "bk-header", dir: "auto" }, textObject(block.text)),
  divider: () => el("hr"),
  context: (block, context) => el("div", { class: "bk-context" }, (block.elements || []).map((part) => contextPart(part, context))),
  actions: (block, context) => el("div", { class: "actions" }, (block.elements || []).map((part) => slackElement(part, context))),
  context_actions: (block, context) => el("div", { class: "actions" }, (block.elements || []).map((part) => slackElement(part, context))),
  image: (block) => imageBlock(block),
  input: (block, context) => slackInput(block, context),
  rich_text: (block, context) => richText(block, context),
  markdown: (block, context) => el("div", { class: "prose" }, markdown(block.text, context, { full: true })),
  table: (block, context) => table(block, context),
  data_table: (block, context) => table(block, context),
  data_visualization: (block) => slackChart(block),
  alert: (block, context) => el("div", { class: "bk-alert" }, textObject(block.text, context)),
  video: (block) => el("p", {}, link(block.title_url || block.video_url, block.title?.text || block.alt_text || "Video")),
  file: (block) => el("p", { class: "file" }, block.external_id || "File"),
  container: (block, context) => el("div", {}, (block.blocks || block.elements || []).map((part) => draw(part, context))),
};

function section(block, context) {
  const body = el(
    "div",
    { class: "bk-text prose" },
    textObject(block.text, context),
    block.fields ? el("div", { class: "bk-fields" }, block.fields.map((one) => el("div", {}, textObject(one, context)))) : null,
  );
  if (!block.accessory) return body;
  return el("div", { class: "bk-section" }, body, el("div", { class: "bk-accessory" }, slackElement(block.accessory, context)));
}

function contextPart(part, context) {
  if (part.type === "image") return picture(imageAddress(part), part.alt_text, "bk-context-image");
  return el("div", { class: "prose" }, textObject(part, context));
}

/** Where a picture lies: anywhere, or among the workspace's own files. */
export function imageAddress(part) {
  return part._url || part.image_url || part.slack_file?.url || "";
}

function imageBlock(block) {
  const title = block.title?.text;
  return el("figure", { class: "bk-image" }, title ? el("figcaption", { dir: "auto" }, title) : null, picture(imageAddress(block), block.alt_text));
}

function cell(part, context) {
  if (!part) return "";
  if (part.type === "rich_text") return richText(part, context);
  return String(part.text ?? part.value ?? "");
}

function table(block, context) {
  const [head, ...rows] = block.rows || [];
  const align = (index) => `align-${block.column_settings?.[index]?.align || "left"}`;
  const cells = (row, tag) => row.map((part, index) => el(tag, { class: align(index), scope: tag === "th" ? "col" : null, dir: "auto" }, cell(part, context)));
  return el(
    "div",
    { class: "table-frame", tabindex: "0", role: "group", "aria-label": block.caption || "Table" },
    el(
      "table",
      { class: "grid" },
      block.caption ? el("caption", { dir: "auto" }, block.caption) : null,
      head ? el("thead", {}, el("tr", {}, cells(head, "th"))) : null,
      el("tbody", {}, rows.map((row) => el("tr", {}, cells(row, "td")))),
    ),
  );
}
