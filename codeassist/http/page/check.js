// Check: what a text says about the code, statement by statement.
import { post } from "./api.js";
import { counted, el, failure, link } from "./dom.js";
import { openFile } from "./panel.js";

/** The verdicts in the order in which they are shown, each with its heading and the class of its card. */
const GROUPS = [
  { verdicts: ["different", "not found"], heading: "Wrong or not there", level: "error-level" },
  { verdicts: ["not compared"], heading: "Not compared: read these yourself", level: "note-level" },
  { verdicts: ["found"], heading: "Found", level: "note-level", folded: true },
];
const PLACE = /([^\s:()]+\.\w+):(\d+)(?:-(\d+))?/;

export function check(place) {
  const text = el("textarea", { id: "text", rows: "6", required: true, maxlength: "100000", placeholder: "Gateway.charge in shop/payments.py raises ValueError for a negative amount." });
  const found = el("div", { "aria-live": "polite" });
  const form = el("form", { onsubmit: run },
    el("div", { class: "field grow" }, el("label", { for: "text" }, "Text"), text),
    el("div", { class: "row" }, el("button", { class: "primary" }, "Check")));
  place.append(el("h2", {}, "Check"), el("p", { class: "hint" }, "An answer, a plan or a description of a patch: its paths, lines, names, calls and statements are compared with the code. No model is asked."), form, found);
  text.focus({ preventScroll: true });

  let running = null;

  async function run(event) {
    event.preventDefault();
    running?.abort();
    running = new AbortController();
    found.replaceChildren(el("p", { class: "steps" }, "checking"));
    try {
      const result = await post("/v1/check", { text: text.value }, running.signal);
      found.replaceChildren(el("p", { class: "quiet" }, summary(result)), ...GROUPS.map((group) => section(group, result.items)));
    } catch (error) {
      if (error.name !== "AbortError") found.replaceChildren(failure(error));
    }
  }
  return () => running?.abort();
}

function summary({ items, counts, cut, index }) {
  if (!items.length) return `The text names nothing that can be checked: no path, name or call; index ${index}.`;
  const open = counts.not_compared ? `, ${counts.not_compared} not compared` : "";
  return `${counted(counts.compared, "statement")} compared${open}; ${counted(counts.looked_up, "name")} looked up; index ${index}.${cut ? " The text has more than is checked at once." : ""}`;
}

function section({ verdicts, heading, level, folded }, items) {
  const mine = items.filter((item) => verdicts.includes(item.verdict));
  if (!mine.length) return "";
  const cards = mine.map((item) => card(item, level));
  const title = `${heading} (${mine.length})`;
  return folded
    ? el("details", { class: "claims" }, el("summary", {}, title), cards)
    : el("section", { class: "claims" }, el("h3", {}, title), cards);
}

function card({ claim, verdict, there }, level) {
  return el("article", { class: `finding claim ${level}` }, el("p", {}, el("strong", {}, `${verdict}: `), claim), there ? el("p", { class: "meta" }, linked(there)) : "");
}

/** A text whose first place is a link. */
function linked(text) {
  const at = PLACE.exec(text);
  if (!at) return text;
  const open = () => openFile(at[1], Number(at[2]), Number(at[3] || at[2]));
  return [text.slice(0, at.index), link(at[0], open, { class: "link path" }), text.slice(at.index + at[0].length)];
}
