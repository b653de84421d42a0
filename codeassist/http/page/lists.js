// Runs with their rating, prompts with their versions, and the state of the index.
import { events, get, post, remove } from "./api.js";
import { answered } from "./ask.js";
import { block } from "./code.js";
import { counted, el, failure, say } from "./dom.js";

const MARKS = { 1: "good", "-1": "bad", 0: "" };

export async function runs(place, number) {
  if (number) return oneRun(place, number);
  place.append(el("h2", {}, "Runs"), el("p", { class: "hint" }, "What was asked, with everything that led to the answer."));
  const list = (await get("/v1/runs", { limit: 50 })).runs;
  if (!list.length) { place.append(el("p", {}, "No questions were asked yet.")); return; }
  place.append(el("table", {}, el("thead", {}, el("tr", {}, el("th", { class: "narrow" }, "Run"), el("th", {}, "Question"), el("th", { class: "narrow hide-narrow" }, "Model"), el("th", { class: "narrow" }, "Rating"))),
    el("tbody", {}, list.map((run) => el("tr", {}, el("td", { class: "narrow" }, el("a", { href: `#runs/${run.id}` }, String(run.id))), el("td", {}, run.question), el("td", { class: "narrow hide-narrow quiet" }, run.model), el("td", { class: "narrow quiet" }, MARKS[run.rating]))))));
}

async function oneRun(place, number) {
  const run = await get(`/v1/runs/${encodeURIComponent(number)}`);
  const rating = el("p", {});
  const draw = (value) => rating.replaceChildren("Was it right? ", ...[["up", "Good", 1], ["down", "Bad", -1], ["none", "No rating", 0]].flatMap(([name, label, sign]) => [
    el("button", { type: "button", class: "small", "aria-pressed": String(value === sign), onclick: async () => { draw((await post(`/v1/runs/${run.id}/rating`, { rating: name })).rating); say(`Rated: ${label}`); } }, value === sign ? `✓ ${label}` : label), " "]));
  draw(run.rating);
  place.append(el("p", {}, el("a", { href: "#runs" }, "All runs")), el("h2", {}, run.question), el("p", { class: "hint" }, `Run ${run.id}, ${run.time.slice(0, 16).replace("T", " ")}, ${run.model === "none" ? "without a model" : run.model}, ${run.seconds.toFixed(2)} s`),
    el("div", { class: "card" }, answered({ answer: run.output, citations: run.citations, error: run.error || null, checks: run.checks })), rating,
    el("p", {}, el("a", { href: `#ask/${encodeURIComponent(run.question)}` }, "Ask it again")));
  const again = el("div", { "aria-live": "polite" });
  const repeat = el("button", { type: "button", onclick: async () => {
    repeat.disabled = true;
    again.replaceChildren(el("p", { class: "steps" }, "answering again"));
    try { again.replaceChildren(...repeated(await post(`/v1/runs/${run.id}/replay`, {}))); } catch (error) { again.replaceChildren(failure(error)); }
    repeat.disabled = false;
  } }, "Replay");
  place.append(el("p", {}, repeat, el("span", { class: "quiet" }, " with the same inputs, on the code as it is now")), again);
  for (const [at, messages] of run.messages.entries()) {
    place.append(el("details", {}, el("summary", {}, `What was sent in call ${at + 1}`), messages.map((m) => [el("h3", {}, m.role), block(m.content)])));
  }
}

/** What a replay showed: the same answer, or the lines that differ. */
function repeated(result) {
  const places = result.same_places ? "It cites the same places." : "It cites other places.";
  return [el("p", { class: "notice" }, `${result.same_answer ? "The same answer." : "Another answer."} ${places}${result.error ? ` The model failed: ${result.error}` : ""}`),
    result.same_answer ? "" : el("pre", { class: "lines diff", tabindex: "0", "aria-label": "Difference of the answers" }, result.diff.map((line) => el("div", { class: line[0] === "+" ? "added" : line[0] === "-" ? "removed" : "quiet" }, line)))].filter(Boolean);
}

const OUTCOMES = { true: "passes", false: "fails", null: "undecided" };

/** The cases of a prompt, run on their recorded answers. */
async function cases(place, name) {
  const wait = el("p", { class: "steps" }, "running the cases");
  place.append(wait);
  const found = await get(`/v1/prompts/${encodeURIComponent(name)}/cases`).catch((error) => error);
  wait.remove();
  if (found instanceof Error) { place.append(failure(found)); return; }
  const results = found.variants.flatMap((variant) => variant.results);
  if (!results.length) { place.append(el("p", { class: "quiet" }, "It has no test cases.")); return; }
  const passed = results.filter((r) => r.ok).length;
  place.append(el("h3", {}, "Cases"), el("p", { class: "quiet" }, `${passed} of ${counted(results.length, "case")} pass on recorded answers.`),
    el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "Case"), el("th", { class: "narrow" }, "Result"), el("th", {}, "Why"))),
      el("tbody", {}, results.map((r) => el("tr", {}, el("td", {}, r.case), el("td", { class: "narrow" }, OUTCOMES[String(r.ok)]), el("td", { class: "quiet" }, r.error || r.verdicts.filter((v) => v.ok !== true).map((v) => v.words || v.kind).join("; ")))))));
}

export async function prompts(place, name) {
  if (name) {
    const prompt = await get(`/v1/prompts/${encodeURIComponent(name)}`);
    place.append(el("p", {}, el("a", { href: "#prompts" }, "All prompts")), el("h2", {}, `${prompt.name} ${prompt.version}`), el("p", { class: "hint" }, prompt.description),
      prompt.versions.length ? el("p", { class: "quiet" }, `Published: ${prompt.versions.map((v) => `${v.version} (${v.date})`).join(", ")}`) : "",
      prompt.diff.length ? el("details", {}, el("summary", {}, "Difference from the version before"), block(prompt.diff.join("\n"))) : "", block(prompt.text));
    await cases(place, name);
    return;
  }
  place.append(el("h2", {}, "Prompts"), el("p", { class: "hint" }, "The texts that models get: files with versions and test cases."));
  const list = (await get("/v1/prompts")).prompts;
  place.append(el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "Prompt"), el("th", {}, "What it is for"), el("th", { class: "narrow" }, "Cases"), el("th", { class: "narrow hide-narrow" }, "Origin"))),
    el("tbody", {}, list.map((p) => el("tr", {}, el("td", {}, el("a", { href: `#prompts/${p.name}` }, `${p.name}@${p.version}`)), el("td", {}, p.description), el("td", { class: "narrow" }, String(p.cases)), el("td", { class: "narrow hide-narrow quiet" }, p.layer))))));
}

export async function index(place) {
  const facts = el("div", {});
  const work = el("div", { "aria-live": "polite" });
  const start = el("button", { type: "button", class: "primary", onclick: build }, "Bring it up to date");
  place.append(el("h2", {}, "Index"), el("p", { class: "hint" }, "What is known of the repository. Changes are noticed with each question; many at once are read here."), facts, el("p", {}, start), work);
  const watching = new AbortController();

  async function draw() {
    try {
      const status = await get("/v1/index");
      const total = Object.values(status.languages).reduce((sum, c) => ({ files: sum.files + c.files, lines: sum.lines + c.lines, symbols: sum.symbols + c.symbols }), { files: 0, lines: 0, symbols: 0 });
      const figure = (value, label) => el("div", {}, el("strong", {}, Number(value).toLocaleString("en")), el("span", { class: "quiet" }, label));
      facts.replaceChildren(el("div", { class: "figures" }, figure(total.files, "files"), figure(total.lines, "lines"), figure(total.symbols, "definitions"), figure(status.stale, "changed since")),
        el("p", { class: "quiet" }, `${status.index}; generation ${status.generation}, ${(status.bytes / 1e6).toFixed(1)} MB, encoder ${status.encoder}`),
        el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "Language"), el("th", { class: "narrow" }, "Files"), el("th", { class: "narrow" }, "Lines"))),
          el("tbody", {}, Object.entries(status.languages).sort((a, b) => b[1].lines - a[1].lines).slice(0, 15).map(([name, c]) => el("tr", {}, el("td", {}, name), el("td", { class: "narrow" }, c.files.toLocaleString("en")), el("td", { class: "narrow" }, c.lines.toLocaleString("en")))))));
    } catch (error) {
      facts.replaceChildren(failure(error));
    }
  }

  async function build() {
    start.disabled = true;
    try {
      const job = await post("/v1/index", {});
      await follow(job.id);
    } catch (error) {
      if (error.name !== "AbortError") work.replaceChildren(failure(error));
    }
    start.disabled = false;
  }

  async function follow(id) {
    const bar = el("progress", { max: "1", "aria-label": "Progress" });
    const text = el("p", { class: "quiet" });
    work.replaceChildren(bar, text, el("button", { type: "button", class: "small", onclick: () => remove(`/v1/jobs/${id}`) }, "Stop"));
    for await (const [, job] of events(`/v1/jobs/${id}/events`, undefined, watching.signal)) {
      if (job.total) { bar.max = job.total; bar.value = job.done; }
      text.textContent = `${job.state}${job.total ? `, ${job.done} of ${job.total} files` : ""}`;
      if (job.error) work.replaceChildren(failure(new Error(job.error)));
      else if (job.state === "done") work.replaceChildren(el("p", { class: "quiet" }, `Done: ${job.result.added} added, ${job.result.changed} changed, ${job.result.deleted} deleted.`));
      else if (job.ended) work.replaceChildren(el("p", { class: "notice" }, `The job is ${job.state}.`));
    }
    draw();
  }
  await draw();
  return () => watching.abort();
}
