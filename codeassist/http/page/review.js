// Review: the current change as a diff, with the findings at their lines.
import { post } from "./api.js";
import { el, failure, link, say } from "./dom.js";
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
      const head = found.change.files.length ? `${found.findings.length} findings in ${found.change.title}, ${found.change.files.length} files.` : "Nothing has changed.";
      result.replaceChildren(el("p", { class: "quiet" }, head), ...(found.notes || []).map((note) => el("p", { class: "notice" }, note)), ...found.change.files.map((file) => fileDiff(file, found.findings)));
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
    finding.patch ? [el("pre", { tabindex: "0" }, finding.patch), el("button", { type: "button", class: "small", onclick: async () => { await navigator.clipboard.writeText(finding.patch); say("The patch is copied."); } }, "Copy the patch")] : "");
}

function fileDiff(file, findings) {
  const mine = findings.filter((f) => f.path === file.path);
  const rows = [];
  const shown = new Set();
  for (const hunk of file.hunks) {
    let [before, now] = [hunk.old_start, hunk.new_start];
    const body = hunk.text.replace(/\n$/, "").split("\n").filter((line) => !/^(?:---|\+\+\+) /.test(line));
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
