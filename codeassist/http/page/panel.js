// The panel beside the page: a file at its lines, and what is known about a name in it.
import { get } from "./api.js";
import { lines } from "./code.js";
import { el, failure, fill, link } from "./dom.js";

const panel = () => document.getElementById("panel");
let opener = null;
let chosen = 0;

export function closePanel() {
  chosen += 1;
  panel().hidden = true;
  document.querySelector(".columns").classList.remove("with-panel");
  document.querySelectorAll(".cite[aria-pressed=true]").forEach((button) => button.setAttribute("aria-pressed", "false"));
  if (opener?.isConnected) opener.focus();
  opener = null;
}

function show(title, ...content) {
  if (panel().hidden) opener = document.activeElement;
  const close = el("button", { type: "button", class: "small", "aria-label": "Close the source", onclick: closePanel }, "Close");
  panel().replaceChildren(el("div", { class: "panel-head" }, el("h2", { tabindex: "-1" }, title), close), ...content);
  panel().hidden = false;
  document.querySelector(".columns").classList.add("with-panel");
  panel().querySelector("h2").focus({ preventScroll: true });
}

/** Open a file with some lines marked and in view, and what is known about `name`, or about the definition around them. */
export async function openFile(path, start = 1, end = start, name = "") {
  const turn = chosen += 1;
  show(path, el("p", { class: "quiet" }, "Reading …"));
  try {
    const file = await get("/v1/file", { path });
    if (turn !== chosen) return; // another file was chosen, or the panel closed
    const facts = el("div", { class: "facts", hidden: true, "aria-live": "polite" });
    const named = file.outline.find((d) => name && [d.qualified_name, d.name].includes(name) && d.start_line >= start && d.start_line <= end);
    const around = named || file.outline.filter((d) => d.start_line <= start && d.end_line >= start).pop();
    const first = named?.start_line || start;
    const code = lines(file.lines, { language: file.language, marked: [start, end], onName: (name) => fillFacts(facts, name) });
    const names = el("select", { "aria-label": "Definitions of the file", onchange: (event) => { const at = file.outline[event.target.value]; if (at) { jump(code, at.start_line); fillFacts(facts, at.qualified_name || at.name, path, at.start_line); } } },
      el("option", { value: "" }, file.outline.length ? `Definitions (${file.outline.length})` : "No definitions"),
      file.outline.map((d, at) => el("option", { value: at }, `${d.name}: ${d.start_line}`)));
    show(`${path}:${start}${end > start ? `-${end}` : ""}`, names, facts, code);
    if (file.cut) panel().append(el("p", { class: "notice" }, "The file is longer than what is shown."));
    jump(code, first);
    if (around) {
      await fillFacts(facts, around.qualified_name || around.name, path, around.start_line);
      jump(code, first); // the facts take room from the code
    }
  } catch (error) {
    if (turn === chosen) show(path, failure(error));
  }
}

function jump(code, line) {
  const row = code.querySelector(`[data-line="${Number(line)}"]`);
  if (row) code.scrollTop = Math.max(0, row.offsetTop - code.offsetTop - code.clientHeight / 4);
}

const place = (path, line, text) => el("li", {}, link(`${path}:${line}`, () => openFile(path, line), { class: "link path" }), text ? ` ${text}` : "");

/**
 * What is known about a name, of several definitions about the one in `path` at `line`: documentation, callers and tests.
 * Of several requests the last one is shown.
 */
export async function fillFacts(facts, name, path = "", line = 0) {
  const request = String(Number(facts.dataset.request || 0) + 1);
  facts.dataset.request = request;
  facts.hidden = false;
  facts.replaceChildren(el("span", { class: "quiet" }, `${name} …`));
  try {
    const known = await get("/v1/symbols", { name, limit: 12 });
    if (facts.dataset.request !== request) return;
    const first = known.definitions.find((d) => d.path === path && d.start_line === line) || known.definitions[0];
    if (!first) { facts.replaceChildren(el("span", { class: "quiet" }, `${name} is not defined in this repository.`)); return; }
    const meant = (u) => u.resolution !== "resolved" || !u.target || u.target === first.qualified_name;
    const used = known.callers.uses.filter((u) => !u.is_test && meant(u));
    fill(facts,
      el("strong", {}, first.qualified_name || first.name), " ", el("span", { class: "quiet" }, first.kind),
      el("div", {}, el("code", {}, first.signature.length > 160 ? `${first.signature.slice(0, 160)}…` : first.signature)),
      first.documentation ? el("p", {}, first.documentation.split("\n\n")[0]) : "",
      el("ul", {}, place(first.path, first.start_line, "defines it")),
      used.length ? [el("h3", {}, "Used by"), el("ul", {}, used.slice(0, 6).map((u) => place(u.path, u.line, u.by ? `in ${u.by}` : "")))] : "",
      known.tests.tests.length ? [el("h3", {}, "Tested by"), el("ul", {}, known.tests.tests.slice(0, 5).map((t) => place(t.path, t.line, t.name)))] : "",
      el("p", { class: "quiet" }, el("a", { href: `#symbol/${encodeURIComponent(first.qualified_name || first.name)}` }, "Calls as a picture")));
  } catch (error) {
    if (facts.dataset.request === request) facts.replaceChildren(failure(error));
  }
}
