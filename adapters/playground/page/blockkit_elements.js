// Block Kit's elements: buttons, menus and inputs, bound to the controls that the screen names.

import { el, picture } from "./dom.js";
import { choiceField, field, plainValue, select, selected } from "./fields.js";
import { textObject } from "./mrkdwn.js";

const NO_CONTROL = { id: "", name: "", value: "", options: [], label: "" };

function controlOf(element, context) {
  return context.controls.get(element._control) || NO_CONTROL;
}

/** An element outside an input block: acting on it is told at once. */
export function slackElement(element, context) {
  if (element.type === "button" || element.type === "workflow_button") return button(element, context);
  if (element.type === "image") return picture(element._url || element.image_url || element.slack_file?.url, element.alt_text, "bk-thumb");
  if (element.type === "overflow") return overflow(element, context);
  if (element.type === "feedback_buttons") return feedback(element, context);
  if (element.type === "icon_button") return pressable(element, context, textObject(element.text));
  const control = controlOf(element, context);
  const label = element.accessibility_label || control.label || element.placeholder?.text || "Choice";
  const tell = (value) => context.press(control.id, { [control.id]: value }, element.confirm);
  return input(element, context, { control, label, name: control.name, hidden: true, tell });
}

/** An input block: its value travels with the next press or submit. */
export function slackInput(block, context) {
  const element = block.element || {};
  const control = controlOf(element, context);
  const tell = block.dispatch_action ? (value) => context.press(control.id, { [control.id]: value }) : null;
  return input(element, context, {
    control,
    tell,
    name: control.name,
    label: block.label?.text || control.label,
    hint: block.hint?.text,
    required: !block.optional,
    error: context.errors?.[control.name] || context.errors?.[block.block_id],
  });
}

function pressable(element, context, body, style = "") {
  const control = controlOf(element, context);
  const node = el("button", { type: "button", class: `button ${style}`, data: { key: `press-${control.id}` }, dir: "auto" }, body);
  if (element.accessibility_label) node.setAttribute("aria-label", element.accessibility_label);
  if (control.id) node.addEventListener("click", () => context.press(control.id, {}, element.confirm, node));
  else node.disabled = true;
  return node;
}

function button(element, context) {
  const style = { primary: "button-primary", danger: "button-danger" }[element.style] || "";
  const node = pressable(element, context, textObject(element.text), style);
  if (!element.url) return node;
  const control = controlOf(element, context);
  const anchor = el("a", { class: `button ${style}`, href: safe(element.url), target: "_blank", rel: "noopener noreferrer" }, textObject(element.text));
  if (control.id) anchor.addEventListener("click", () => context.press(control.id, {}));
  return anchor;
}

/** An address that a link may carry, otherwise none. */
export function safe(address) {
  try {
    return ["http:", "https:", "mailto:"].includes(new URL(address).protocol) ? address : null;
  } catch {
    return null;
  }
}

function overflow(element, context) {
  const control = controlOf(element, context);
  const items = (element.options || []).map((option) =>
    option.url
      ? el("a", { class: "menu-item", href: safe(option.url), target: "_blank", rel: "noopener noreferrer" }, textObject(option.text))
      : el(
          "button",
          {
            type: "button",
            class: "menu-item",
            data: { key: `pick-${control.id}-${option.value}` },
            onclick: (event) => {
              event.currentTarget.closest("details").removeAttribute("open");
              context.press(control.id, { [control.id]: option.value }, element.confirm);
            },
          },
          textObject(option.text),
        ),
  );
  const summary = el("summary", { class: "button button-quiet", "aria-label": element.accessibility_label || "More actions" }, "⋯");
  return el("details", { class: "menu", data: { key: `more-${control.id}` } }, summary, el("div", { class: "menu-list" }, items));
}

function feedback(element, context) {
  const control = controlOf(element, context);
  const one = (part) =>
    el("button", { type: "button", class: "button", onclick: () => context.press(control.id, { [control.id]: part.value }) }, textObject(part.text));
  return [element.positive_button, element.negative_button].filter(Boolean).map(one);
}

function optionsOf(element, control) {
  const own = element.options || (element.option_groups || []).flatMap((group) => group.options || []);
  if (own.length) return own.map((option) => ({ value: option.value, label: option.text?.text || option.value, about: option.description?.text, text: option.text }));
  return control.options || [];
}

function input(element, context, how) {
  const kind = element.type || "";
  if (kind === "checkboxes" || kind === "radio_buttons") return boxes(element, context, how);
  if (kind.endsWith("_select")) return menu(element, context, how);
  return typed(element, how);
}

function boxes(element, context, how) {
  const options = optionsOf(element, how.control).map((option) => ({ ...option, nodes: option.text ? inlineText(option.text, context) : null }));
  const value = plainValue(how.control.value);
  return choiceField({
    ...how,
    options,
    kind: element.type === "checkboxes" ? "checkbox" : "radio",
    chosen: [value].flat(),
    picked: how.tell,
  });
}

function inlineText(text, context) {
  const nodes = textObject(text, context);
  return nodes.flatMap((node) => (node.localName === "p" ? [...node.childNodes] : [node]));
}

function menu(element, context, how) {
  const multiple = element.type.startsWith("multi_");
  let options = optionsOf(element, how.control);
  if (!options.length && element.type.includes("users")) options = context.people.map((person) => ({ value: person.user, label: person.name }));
  const node = select(options, plainValue(how.control.value), { multiple, placeholder: element.placeholder?.text });
  const read = () => (multiple ? selected(node) : node.value);
  if (how.tell) node.addEventListener("change", () => (multiple || node.value ? how.tell(read()) : null));
  return field({
    ...how,
    input: node,
    read,
    write: (value) => [...node.options].forEach((option) => (option.selected = [value].flat().includes(option.value))),
  });
}

const TYPES = {
  datepicker: "date",
  timepicker: "time",
  number_input: "number",
  email_text_input: "email",
  url_text_input: "url",
};

function typed(element, how) {
  const value = plainValue(how.control.value);
  const longest = element.max_length || null;
  let node;
  if (element.type === "datetimepicker") return moment(element, how);
  if (element.multiline || element.type === "rich_text_input") node = el("textarea", { class: "input", rows: "4", maxlength: longest, dir: "auto" });
  else node = el("input", { class: "input", type: TYPES[element.type] || "text", maxlength: longest, dir: "auto" });
  if (element.type === "number_input") bounds(node, element);
  if (element.placeholder?.text) node.setAttribute("placeholder", element.placeholder.text);
  node.value = typeof value === "string" || typeof value === "number" ? value : "";
  if (how.tell) node.addEventListener("change", () => how.tell(node.value));
  return field({ ...how, input: node });
}

function bounds(node, element) {
  node.step = element.is_decimal_allowed ? "any" : "1";
  if (element.min_value) node.min = element.min_value;
  if (element.max_value) node.max = element.max_value;
}

// Slack speaks of seconds since 1970; the person's own browser shows its local time, so the field says that it means UTC.
function moment(element, how) {
  const node = el("input", { class: "input", type: "datetime-local" });
  const seconds = Number(plainValue(how.control.value) || element.initial_date_time || 0);
  if (seconds) node.value = new Date(seconds * 1000).toISOString().slice(0, 16);
  const read = () => (node.value ? Math.floor(Date.parse(`${node.value}Z`) / 1000) : "");
  const write = (value) => (node.value = value ? new Date(value * 1000).toISOString().slice(0, 16) : "");
  if (how.tell) node.addEventListener("change", () => how.tell(read()));
  return field({ ...how, hint: [how.hint, "In UTC."].filter(Boolean).join(" "), input: node, read, write });
}
