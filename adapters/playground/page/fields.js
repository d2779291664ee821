// Fields that are filled in: labelled, described, with their error beside them, and able to carry what was typed over a redrawing.

import { el, uniqueId } from "./dom.js";

const access = new WeakMap(); // field element -> {read, write}

/** The field around one input element. */
export function field({ name, label, hint, error, required, input, hidden = false, read, write }) {
  const id = input.id || uniqueId("input");
  input.id = id;
  const notes = describe(id, hint, error);
  mark(input, notes, error, required);
  const caption = el("label", { for: id, class: hidden ? "visually-hidden" : "field-label" }, title(label, required));
  const node = el("div", { class: "field", data: { field: name } }, caption, notes.hint, input, notes.error);
  return tie(node, read || (() => input.value), write || ((value) => (input.value = value)));
}

/** The field around several boxes that belong together. */
export function choiceField({ name, label, hint, error, required, kind, options, chosen, hidden = false, picked, compact = false }) {
  const id = uniqueId("choices");
  const notes = describe(id, hint, error);
  const boxes = options.map((option) => box(id, kind, option, chosen.includes(option.value), notes, error));
  const legend = el("legend", { class: hidden ? "visually-hidden" : "field-label" }, title(label, required));
  const list = el("div", { class: compact ? "choices choices-inline" : "choices" }, boxes);
  const node = el("fieldset", { class: "field", data: { field: name } }, legend, notes.hint, list, notes.error);
  const inputs = () => [...node.querySelectorAll("input")];
  const values = () => inputs().filter((input) => input.checked).map((input) => input.value);
  if (picked) node.addEventListener("change", () => picked(kind === "radio" ? (values()[0] ?? "") : values()));
  return tie(
    node,
    () => (kind === "radio" ? (values()[0] ?? "") : values()),
    (value) => inputs().forEach((input) => (input.checked = [value].flat().includes(input.value))),
  );
}

function box(group, kind, option, checked, notes, error) {
  const id = uniqueId("choice");
  const input = el("input", { type: kind, id, name: group, value: option.value, "aria-describedby": notes.ids });
  input.checked = checked;
  if (error) input.setAttribute("aria-invalid", "true");
  const text = el("span", { class: "choice-text", dir: "auto" }, option.nodes || option.label);
  const about = option.about ? el("span", { class: "choice-about", dir: "auto" }, option.about) : null;
  return el("label", { class: "choice", for: id }, input, el("span", {}, text, about));
}

function title(label, required) {
  return [el("span", { dir: "auto" }, label), required ? el("span", { class: "required" }, " (required)") : null];
}

function describe(id, hint, error) {
  const hintNode = hint ? el("span", { id: `${id}-hint`, class: "field-hint", dir: "auto" }, hint) : null;
  const errorNode = error ? el("span", { id: `${id}-error`, class: "field-error", dir: "auto" }, error) : null;
  const ids = [hintNode, errorNode].filter(Boolean).map((node) => node.id).join(" ");
  return { hint: hintNode, error: errorNode, ids: ids || null };
}

function mark(input, notes, error, required) {
  if (notes.ids) input.setAttribute("aria-describedby", notes.ids);
  if (error) input.setAttribute("aria-invalid", "true");
  if (required) input.setAttribute("aria-required", "true");
}

/** Say differently how a field is read and written. */
export function spoken(node, read, write) {
  access.set(node, { read, write });
  return node;
}

function tie(node, read, write) {
  spoken(node, read, write);
  for (const event of ["input", "change"]) node.addEventListener(event, () => (node.dataset.touched = "yes"));
  return node;
}

function fields(root) {
  return [...root.querySelectorAll("[data-field]")].filter((node) => access.has(node));
}

/** All filled values below a node, by input name. */
export function gather(root) {
  const values = {};
  for (const node of fields(root)) if (node.dataset.field) values[node.dataset.field] = access.get(node).read();
  return values;
}

/** Forget that anything was typed, after it was accepted. */
export function settle(root) {
  for (const node of fields(root)) delete node.dataset.touched;
}

/** What a redrawing must not lose: typed values, focus, caret, open parts. */
export function remember(root) {
  const typed = fields(root).filter((node) => node.dataset.touched).map((node) => [node.dataset.field, access.get(node).read()]);
  const open = [...root.querySelectorAll("details[open][data-key]")].map((node) => node.dataset.key);
  const active = document.activeElement;
  const focus = active && root.contains(active) ? spot(active) : null;
  return { typed, open, focus };
}

function spot(active) {
  const holder = active.closest("[data-field]");
  const keyed = active.closest("[data-key]");
  return { field: holder?.dataset.field, key: keyed?.dataset.key, value: active.value, type: active.type, from: caret(active), to: active.selectionEnd };
}

function caret(node) {
  try {
    return node.selectionStart;
  } catch {
    return null; // number and date inputs have no caret to speak of
  }
}

/** Put back what `remember` kept. */
export function restore(root, kept) {
  for (const [name, value] of kept.typed) {
    for (const node of fields(root).filter((one) => one.dataset.field === name)) {
      access.get(node).write(value);
      node.dataset.touched = "yes";
    }
  }
  for (const key of kept.open) root.querySelector(`details[data-key="${CSS.escape(key)}"]`)?.setAttribute("open", "");
  if (kept.focus) refocus(root, kept.focus);
}

function refocus(root, { field: name, key, value, type, from, to }) {
  let target = null;
  if (name) {
    const inputs = fields(root).filter((node) => node.dataset.field === name).flatMap((node) => [...node.querySelectorAll("input, select, textarea")]);
    const boxes = type === "radio" || type === "checkbox";
    target = (boxes && inputs.find((input) => input.value === value)) || inputs[0];
  } else if (key) target = root.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (target?.localName === "details") target = target.querySelector("summary");
  target?.focus({ preventScroll: true });
  if (target && from !== null && from !== undefined && target.setSelectionRange && ["text", "textarea", "search", "url", "tel", "password"].includes(target.type)) {
    target.setSelectionRange(from, to);
  }
}

/** A drop-down over options [{value, label}]. */
export function select(options, chosen, { multiple = false, placeholder = "" } = {}) {
  const picked = [chosen].flat().map(String);
  const node = el("select", { multiple, class: "input", size: multiple ? Math.min(Math.max(options.length, 2), 6) : null });
  if (!multiple) node.append(el("option", { value: "" }, placeholder || "Choose…"));
  for (const option of options) {
    const item = el("option", { value: option.value }, option.label);
    item.selected = picked.includes(String(option.value));
    node.append(item);
  }
  return node;
}

/** What a multiple drop-down says. */
export function selected(node) {
  return [...node.selectedOptions].map((option) => option.value);
}

/** Plain values of what a platform stores as options or values. */
export function plainValue(value) {
  if (Array.isArray(value)) return value.map(plainValue);
  if (value && typeof value === "object") return plainValue(value.value ?? "");
  return value ?? "";
}
