// The inputs of Adaptive Cards.

import { el } from "./dom.js";
import { choiceField, field, plainValue, select, selected, spoken } from "./fields.js";

/** Draw an input; its value travels with the next action. */
export function cardInput(part, context, press) {
  const control = context.controls.get(part._control);
  const how = {
    name: control?.name || part.id,
    label: part.label || part.title || control?.label || part.placeholder || part.id,
    required: part.isRequired,
    error: context.errors?.[part.id],
  };
  const value = plainValue(control?.value ?? part.value);
  if (part.type === "Input.Toggle") return toggle(part, how, value);
  if (part.type === "Input.ChoiceSet") return choices(part, control, how, value);
  const node = typed(part, value);
  const made = field({ ...how, input: node });
  if (part.inlineAction) made.append(press(part.inlineAction, part.inlineAction.title, context, ""));
  return made;
}

const TYPES = { "Input.Number": "number", "Input.Date": "date", "Input.Time": "time" };

function typed(part, value) {
  const common = { class: "input", placeholder: part.placeholder, dir: "auto" };
  const node = part.isMultiline
    ? el("textarea", { ...common, rows: "4", maxlength: part.maxLength })
    : el("input", { ...common, type: TYPES[part.type] || textType(part), maxlength: part.maxLength, min: part.min, max: part.max });
  if (part.type === "Input.Number") node.step = "any";
  node.value = value;
  return node;
}

function textType(part) {
  const style = (part.style || "text").toLowerCase();
  return ["tel", "url", "email", "password"].includes(style) ? style : "text";
}

function toggle(part, how, value) {
  const on = part.valueOn || "true";
  const off = part.valueOff || "false";
  const made = choiceField({
    ...how,
    label: part.label || part.title,
    hidden: !part.label || part.label === part.title,
    kind: "checkbox",
    options: [{ value: on, label: part.title }],
    chosen: value === on ? [on] : [],
  });
  return withValues(made, on, off);
}

// A toggle speaks of on and off, a list of boxes of what is chosen.
function withValues(made, on, off) {
  const input = made.querySelector("input");
  return spoken(made, () => (input.checked ? on : off), (value) => (input.checked = value === on));
}

function choices(part, control, how, value) {
  const options = control?.options?.length ? control.options : (part.choices || []).map((one) => ({ value: one.value, label: one.title }));
  const chosen = Array.isArray(value) ? value : part.isMultiSelect ? String(value).split(",").filter(Boolean) : [String(value)];
  if ((part.style || "").toLowerCase() === "expanded" || (part.isMultiSelect && options.length <= 12)) {
    return choiceField({ ...how, options, chosen, kind: part.isMultiSelect ? "checkbox" : "radio" });
  }
  const node = select(options, chosen, { multiple: part.isMultiSelect, placeholder: part.placeholder });
  const read = () => (part.isMultiSelect ? selected(node) : node.value);
  const write = (picked) => [...node.options].forEach((option) => (option.selected = [picked].flat().includes(option.value)));
  return field({ ...how, input: node, read, write });
}
