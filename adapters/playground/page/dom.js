// Building DOM nodes. Text enters only as text: nothing here or elsewhere on the page parses markup.

/** Make an element: properties, attributes, listeners (on…) and children. */
export function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  add(node, children);
  return node;
}

/** Append children: nodes, texts, nested lists; blanks are skipped. */
export function add(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    node.append(child);
  }
  return node;
}

let counter = 0;

/** An id that no other element of the page has. */
export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

const SAFE = new Set(["http:", "https:", "mailto:"]);

/** A link that opens elsewhere; an address that is not a web or mail address stays plain text. */
export function link(address, ...children) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    // Not an address at all: shown as text below.
  }
  if (!url || !SAFE.has(url.protocol)) return el("span", { class: "dead-link", title: address }, ...children);
  return el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** A picture when it lies on this machine or in the message itself; otherwise its description, since the page asks nobody else. */
export function picture(address, alt, className = "picture") {
  if (isNear(address)) return el("img", { src: address, alt: alt || "", class: className, loading: "lazy" });
  const label = alt || "Picture";
  return el("span", { class: `${className} picture-away` }, "🖼 ", address ? link(address, label) : label);
}

function isNear(address) {
  if (/^data:image\//i.test(address || "")) return true;
  try {
    const url = new URL(address, location.href);
    return url.origin === location.origin || (url.protocol === "http:" && ["127.0.0.1", "localhost"].includes(url.hostname));
  } catch {
    return false;
  }
}

/** An icon drawn from one path, for buttons that carry their name in aria-label. */
export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Replace the children of a node only where they differ, so that what has focus stays. */
export function arrange(parent, nodes) {
  let place = parent.firstChild;
  const wanted = new Set(nodes);
  for (const node of nodes) {
    while (place && !wanted.has(place)) {
      const gone = place;
      place = place.nextSibling;
      gone.remove();
    }
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}
