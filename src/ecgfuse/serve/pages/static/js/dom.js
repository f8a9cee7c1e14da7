/** Make and find elements. Text goes in as text, never as HTML. */

/** The element with an id. */
export const byId = (id) => document.getElementById(id);

/**
 * Make an element.
 * @param {string} tag such as "button".
 * @param {Object} attributes functions become listeners (onclick), booleans are set or left out.
 * @param {...(Node|string|number|null)} children
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** The same in the namespace of SVG. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(node, attributes);
  node.append(...children.flat());
  return node;
}

function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
}

/** A table of rows; cells may be nodes. The first cell of each row is its heading. */
export function table(head, rows, caption = null) {
  const cells = (row, tag) => row.map((cell, i) => el(i ? tag : "th", { scope: headScope(tag, i) }, cell));
  return el(
    "table",
    {},
    caption ? el("caption", {}, caption) : null,
    head ? el("thead", {}, el("tr", {}, cells(head, "th"))) : null,
    el("tbody", {}, rows.map((row) => el("tr", {}, cells(row, "td")))),
  );
}

function headScope(tag, index) {
  if (tag === "th") return "col";
  return index === 0 ? "row" : null;
}

/** Let a screen reader say something. */
export function announce(text) {
  const live = byId("live");
  live.textContent = live.textContent === text ? `${text}\u00a0` : text;
}

/** Show an error to everybody, in a place of the page. */
export function showProblem(error, place = byId("alerts")) {
  place.replaceChildren(el("p", { class: "warning" }, error.message ?? String(error)));
}

/** Run a handler, and show what went wrong. */
export function guarded(work, place) {
  return async (...args) => {
    try {
      return await work(...args);
    } catch (error) {
      if (error.name !== "AbortError") showProblem(error, place);
      return undefined;
    }
  };
}
