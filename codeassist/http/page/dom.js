// Elements from data. Text of a repository or a model only ever becomes the text of an element, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element; `attributes` named on… are listeners, children are elements or texts. */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** An element of a picture. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replace what is in an element; children as in `el`. */
export function fill(element, ...children) {
  element.replaceChildren();
  return filled(element, {}, children);
}

/** An action whose error is said instead of lost. */
export const tried = (action) => async (event) => {
  try { await action(event); } catch (error) { say(error.message || String(error)); }
};

/** A button that looks like a link. */
export function link(text, action, attributes = {}) {
  return el("button", { type: "button", class: "link", onclick: action, ...attributes }, text);
}

/** Make an element of a picture usable with the keyboard. */
export function pressable(element, label, action) {
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", label);
  element.addEventListener("click", action);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      action();
    }
  });
  return element;
}

/** A number with its noun: "1 finding", "2 findings". */
export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** A button that copies a text. */
export function copying(label, text, done) {
  return el("button", { type: "button", class: "small", onclick: tried(async () => { await navigator.clipboard.writeText(text); say(done); }) }, label);
}

/** Say something to everybody, screen readers too. */
export function say(text) {
  const place = document.getElementById("status");
  place.textContent = text;
  setTimeout(() => { if (place.textContent === text) place.textContent = ""; }, 4000);
}

/** An error as a notice. */
export function failure(error) {
  return el("p", { class: "notice error", role: "alert" }, error.message || String(error));
}
