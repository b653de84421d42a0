// Review: the current change as a diff, with the findings at their lines.
import { post } from "./api.js";
import { copying, counted, el, failure, link } from "./dom.js";
import { openFile } from "./panel.js";

export function review(place) {
  const which = el("select", { id: "which" }, el("option", { value: "uncommitted" }, "Uncommitted"), el("option", { value: "staged" }, "Staged"), el("option", { value: "base" }, "Since a revision"));
  const base = el("input", { id: "base", placeholder: "main", disabled: true });
  which.addEventListener("change", () => { base.disabled = which.value !== "base"; });
  const result = el("div", { "aria-live": "polite" });
  place.append(el("h2", {}, "Review"), el("p", { class: "hint" }, "The change, with what is wrong with it at its lines. Nothing is changed."),
    el("form", { onsubmit: run }, el("div", { class: "row" },
      el("div", { class: "field" }, el("label", { for: "which" }, "Change"), which),
      el("div", { class: "field grow" }, el("label", { for: "base" }, "Revision"), base),
      el("button", { class: "primary" }, "Review"))), result);

  async function run(event) {
    event?.preventDefault();
    result.replaceChildren(el("p", { class: "steps" }, "reviewing"));
    try {
      const found = await post("/v1/review", { staged: which.value === "staged", base: which.value === "base" ? base.value : "" });
      const head = found.change.files.length ? `${counted(found.findings.length, "finding")} in ${found.change.title}, ${counted(found.change.files.length, "file")}.` : "Nothing has changed.";
      result.replaceChildren(el("p", { class: "quiet" }, head), ...(found.notes || []).map((note) => el("p", { class: "notice" }, note)), behaviour(found.behaviour), ...found.change.files.map((file) => fileDiff(file, found.findings)));
      const elsewhere = found.findings.filter((f) => !found.change.files.some((file) => file.path === f.path));
      result.append(...elsewhere.map(findingCard));
    } catch (error) {
      result.replaceChildren(failure(error));
    }
  }
  run();
}

function findingCard(finding) {
  return el("div", { class: `finding ${finding.severity}-level` },
    el("p", {}, el("span", { class: "badge" }, finding.severity), " ", finding.message),
    el("p", { class: "quiet" }, finding.rule, " ", finding.evidence.slice(0, 4).map((e) => [link(`${e.path}:${e.line}`, () => openFile(e.path, e.line), { class: "link path" }), " "])),
    finding.note ? el("p", { class: "quiet" }, finding.note) : "",
    finding.reproducer ? program(finding.reproducer) : "",
    finding.patch ? [el("pre", { tabindex: "0" }, finding.patch), copying("Copy the patch", finding.patch, "The patch is copied.")] : "");
}

/** A program that shows a finding again. */
function program(text) {
  return el("details", { class: "reproducer" }, el("summary", {}, "Show it again with this program"), el("pre", { tabindex: "0" }, text),
    copying("Copy the program", text, "The program is copied."));
}

/** What running the old and the new code showed. */
function behaviour(report) {
  const files = report?.files || [];
  if (!files.length) return "";
  const differences = report.differences || [];
  const rows = differences.map((d) => el("tr", {},
    el("td", {}, el("code", {}, d.call), d.calls > 1 ? el("span", { class: "quiet" }, ` and ${counted(d.calls - 1, "other call")} like it`) : ""), el("td", {}, el("code", {}, d.before)), el("td", {}, el("code", {}, d.after)),
    el("td", {}, link(`${d.path}:${d.line}`, () => openFile(d.path, d.line), { class: "link path" }), d.mentioned_in ? el("span", { class: "quiet" }, ` mentioned in ${d.mentioned_in}`) : "")));
  const calls = (file) => Object.values(file.inputs || {}).reduce((sum, n) => sum + n, 0);
  const same = files.filter((file) => !differences.some((d) => d.path === file.path)).map((file) => el("li", {}, file.not_run ? `${file.path} was not compared: ${file.not_run}` : calls(file) ? `${file.path}: ${counted(calls(file), "call")} did the same before and after` : `${file.path}: no input was found`));
  const failing = Object.keys(report.tests?.now_failing || {});
  return el("section", { class: "card behaviour" }, el("h3", {}, "Behaviour"),
    rows.length ? el("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": "Calls that differ" }, el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "Call"), el("th", {}, "Before"), el("th", {}, "After"), el("th", {}, "Where"))), el("tbody", {}, rows))) : "",
    same.length ? el("ul", { class: "plain quiet" }, same) : "",
    failing.length ? el("p", { class: "notice" }, `${counted(failing.length, "test fails", "tests fail")} only after the change: ${failing.join(", ")}`) : "");
}

function fileDiff(file, findings) {
  const mine = findings.filter((f) => f.path === file.path);
  const rows = [];
  const shown = new Set();
  for (const hunk of file.hunks) {
    let [before, now] = [hunk.old_start, hunk.new_start];
    const body = hunk.text.replace(/\n$/, "").split("\n");
    for (const line of body) {
      if (line.startsWith("@@")) { rows.push(el("div", { class: "hunk" }, line)); continue; }
      if (line.startsWith("\\")) continue;
      const kind = line[0] === "+" ? "added" : line[0] === "-" ? "removed" : "";
      const number = kind === "removed" ? before : now;
      rows.push(el("div", { class: `line ${kind}` }, el("span", { class: "number", "aria-hidden": "true" }, String(number)), el("span", {}, kind ? el("span", { "aria-label": kind }, line[0]) : " ", line.slice(1))));
      if (kind !== "added") before += 1;
      if (kind !== "removed") {
        for (const finding of mine) if (!shown.has(finding) && finding.start_line <= now && finding.end_line >= now) { shown.add(finding); rows.push(findingCard(finding)); }
        now += 1;
      }
    }
  }
  return el("section", { class: "card diff" }, el("h3", {}, link(file.path, () => openFile(file.path)), " ", el("span", { class: "quiet" }, file.kind, file.skipped ? `, not analysed: ${file.skipped}` : "")),
    mine.filter((f) => !shown.has(f)).map(findingCard), el("pre", { class: "lines", tabindex: "0", "aria-label": `Changes of ${file.path}` }, rows));
}
