// Builds the page's elements; data becomes text nodes and attributes only, never markup.

/** An element; `on…` attributes are listeners, `null`, `undefined` and `false` leave an attribute out. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  append(node, children);
  return node;
}

function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "value" || name === "checked" || name === "selected") node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** Adds nodes and strings; nested lists are flattened and empty places skipped. */
export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
}

const ICONS = {
  hash: "M7 3 5.5 17M14.5 3 13 17M3.5 7.5h14M2.5 12.5h14",
  home: "M3 9.5 10 3.5l7 6V17h-4.5v-5h-5v5H3z",
  chat: "M3 4h14v10H9l-4 3v-3H3z",
  reply: "M8 5 3 10l5 5M3.5 10H12a5 5 0 0 1 5 5v1",
  more: "M4 10h.01M10 10h.01M16 10h.01",
  plus: "M10 4v12M4 10h12",
  send: "M3 4l14 6-14 6 2-6zM5 10h6",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12 4 6 10l6 6",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6v4.2l3 1.8",
  file: "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5",
  image: "M3 4h14v12H3zM3 14l4-4 3 3 3-4 4 5M7 7.5h.01",
  menu: "M3 5h14M3 10h14M3 15h14",
  alert: "M10 3 18 17H2zM10 8v4M10 14.5h.01",
};

/** One of the page's line icons; decoration only, so hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Runs `redraw` and gives the focus back to the control that carries the same `data-` attributes. */
export function keepFocus(root, redraw) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const marks = [...(active?.attributes ?? [])].filter(({ name }) => name.startsWith("data-"));
  const selection = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  redraw();
  if (!marks.length || root.contains(active)) return;
  const again = root.querySelector(marks.map(({ name, value }) => `[${name}="${CSS.escape(value)}"]`).join(""));
  again?.focus();
  if (selection && selection[0] !== null && again?.setSelectionRange) again.setSelectionRange(...selection);
}

let counter = 0;

/** A document-wide unique id, for labels. */
export function freshId(stem) {
  counter += 1;
  return `${stem}-${counter}`;
}
