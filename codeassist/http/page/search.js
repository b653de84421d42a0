// Search: places that match, with filters.
import { post } from "./api.js";
import { lines } from "./code.js";
import { counted, el, failure, link } from "./dom.js";
import { openFile } from "./panel.js";

/** How many lines of a place are shown, and how many places when none matches well. */
const SHOWN = 8;
const CLOSEST = 3;

const field = (id, label, input) => el("div", { class: "field grow" }, el("label", { for: id }, label), input);
const words = (input) => input.value.split(",").map((part) => part.trim()).filter(Boolean);

export function search(place, argument) {
  const query = el("input", { id: "query", type: "search", required: true, maxlength: "20000", placeholder: "A question, a name, an error message" });
  const paths = el("input", { id: "paths", placeholder: "src/**, !docs/**" });
  const languages = el("input", { id: "languages", placeholder: "python, go" });
  const tests = el("select", { id: "tests" }, el("option", { value: "" }, "Code and tests"), el("option", { value: "false" }, "Only code"), el("option", { value: "true" }, "Only tests"));
  const found = el("div", { "aria-live": "polite" });
  const form = el("form", { onsubmit: run, role: "search" },
    el("div", { class: "row" }, field("query", "Search for", query), el("button", { class: "primary" }, "Search")),
    el("div", { class: "row" }, field("paths", "Paths", paths), field("languages", "Languages", languages), field("tests", "Kind of file", tests)));
  place.append(el("h2", {}, "Search"), el("p", { class: "hint" }, "By meaning and by words at once."), form, found);

  let running = null;

  async function run(event) {
    event?.preventDefault();
    running?.abort();
    running = new AbortController();
    history.replaceState(null, "", `#search/${encodeURIComponent(query.value)}`); // a reload searches again
    found.replaceChildren(el("p", { class: "steps" }, "searching"));
    try {
      const body = { query: query.value, paths: words(paths), languages: words(languages), results: 20, lines: SHOWN };
      if (tests.value) body.tests = tests.value === "true";
      const result = await post("/v1/search", body, running.signal);
      const head = result.match === "none" ? "Nothing matches well; the closest places:" : `${counted(result.results.length, "place")}${result.match === "weak" ? ", weak matches only" : ""}; index ${result.index}.`;
      found.replaceChildren(el("p", { class: "quiet" }, head), ...result.results.slice(0, result.match === "none" ? CLOSEST : undefined).map(hit));
    } catch (error) {
      if (error.name !== "AbortError") found.replaceChildren(failure(error));
    }
  }
  if (argument) { query.value = argument; run(); } else query.focus({ preventScroll: true });
  return () => running?.abort();
}

function hit(found) {
  const more = found.text.split("\n").length - found.decisive.lines.length;
  return el("article", { class: "card result" },
    el("h3", {}, link(`${found.path}:${found.start_line}-${found.end_line}`, () => openFile(found.path, found.start_line, found.end_line, found.name || ""), { class: "link path" })),
    el("p", { class: "meta" }, [found.name, found.kind, found.language].filter(Boolean).join(" · ")),
    lines(found.decisive.lines, { first: found.decisive.first, language: found.language }),
    more ? el("p", { class: "meta" }, `and ${counted(more, "more line")}`) : "");
}
