// Ask: a question, the answer as it is made, its sources beside it. The dialogue survives a reload.
import { events } from "./api.js";
import { el, failure, say } from "./dom.js";
import { markdown } from "./markdown.js";
import { openFile } from "./panel.js";

const key = () => `dialogue:${document.getElementById("repository").value}`;

function saved() {
  try { return JSON.parse(sessionStorage.getItem(key())) || []; } catch { return []; }
}

function keep(dialogue) {
  try { sessionStorage.setItem(key(), JSON.stringify(dialogue.slice(-20))); } catch { /* full: the dialogue is not kept */ }
}

function open(citation, button) {
  document.querySelectorAll(".cite[aria-pressed=true]").forEach((other) => other.setAttribute("aria-pressed", "false"));
  button.setAttribute("aria-pressed", "true");
  openFile(citation.path, citation.start_line, citation.end_line);
}

/** An answer with its citations as buttons. */
export function answered(result) {
  const cite = (n, written) => {
    const citation = result.citations.find((c) => c.n === n);
    if (!citation) return written;
    return el("button", { type: "button", class: "cite", "aria-label": `Source ${n}: ${citation.path}`, title: `${citation.path}:${citation.start_line}`, onclick: (event) => open(citation, event.currentTarget) }, String(n));
  };
  const unsupported = result.checks?.unsupported?.length || 0;
  return [
    el("div", { class: "answer" }, markdown(result.answer || "", cite)),
    result.error ? el("p", { class: "notice" }, `The model failed: ${result.error} This is the answer of the index.`) : "",
    unsupported ? el("p", { class: "notice" }, `${unsupported} ${unsupported === 1 ? "sentence has" : "sentences have"} no support in what is cited.`) : "",
    result.citations?.length ? el("ul", { class: "sources", "aria-label": "Sources" }, result.citations.map((c) => el("li", {}, cite(c.n, ""), el("span", { class: "path" }, `${c.path}:${c.start_line}-${c.end_line}`), el("span", { class: "quiet hide-narrow" }, c.name || "")))) : "",
  ];
}

/** The section; a question in the address is written into the field, and asked when the reader wants it. */
export function ask(place, asked) {
  const dialogue = saved();
  const thread = el("div", {});
  const question = el("textarea", { id: "question", rows: "2", required: true, maxlength: "20000", placeholder: "Where is a session closed?" });
  const submit = el("button", { class: "primary" }, "Ask");
  const stop = el("button", { type: "button", hidden: true }, "Stop");
  const clear = el("button", { type: "button", onclick: () => { dialogue.length = 0; keep(dialogue); thread.replaceChildren(); question.focus(); } }, "New dialogue");
  const form = el("form", { onsubmit: (event) => { event.preventDefault(); send(question.value.trim()); } },
    el("div", { class: "field" }, el("label", { for: "question" }, "Question"), question), el("div", { class: "row" }, submit, stop, clear));
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  place.append(el("h2", {}, "Ask"), el("p", { class: "hint" }, "Every answer names its lines; choose a number to see them."), thread, form);
  for (const entry of dialogue) {
    const card = el("div", { class: "card" });
    if (entry.result) card.append(...answered(entry.result).filter(Boolean));
    else card.append(el("p", { class: "notice" }, "The page was left before this answer was complete. "), el("button", { type: "button", class: "small", onclick: () => send(entry.question) }, "Ask again"));
    thread.append(el("p", { class: "asked" }, entry.question), card);
  }
  let running = null;

  async function send(text) {
    if (!text || running) return;
    running = new AbortController();
    stop.hidden = false;
    submit.disabled = true;
    stop.onclick = () => running?.abort();
    const history = dialogue.filter((e) => e.result).slice(-3).map((e) => ({ question: e.question, answer: e.result.answer }));
    const entry = { question: text };
    dialogue.push(entry);
    keep(dialogue);
    const card = el("div", { class: "card", "aria-busy": "true" });
    const step = el("p", { class: "steps", role: "status" }, "searching");
    const body = el("div", { class: "answer" });
    card.append(body, step);
    thread.append(el("p", { class: "asked" }, text), card);
    question.value = "";
    card.scrollIntoView({ block: "nearest" });
    let written = "";
    try {
      let complete = false;
      for await (const [kind, data] of events("/v1/ask", { question: text, history, stream: true, model: document.getElementById("model").value !== "none" }, running.signal)) {
        if (kind === "step") step.textContent = data.text;
        else if (kind === "note") say(data.text);
        else if (kind === "text") { written += data.text; body.replaceChildren(...markdown(written)); step.textContent = "answering"; }
        else if (kind === "error") throw new Error(data.message);
        else if (kind === "result") {
          complete = true;
          entry.result = data;
          card.replaceChildren(...answered(data).filter(Boolean));
        }
      }
      if (!complete) throw new Error("The connection ended before the answer was complete.");
      keep(dialogue);
    } catch (error) {
      step.remove();
      card.append(error.name === "AbortError" ? el("p", { class: "notice" }, "Stopped.") : failure(error));
    } finally {
      card.removeAttribute("aria-busy");
      running = null;
      stop.hidden = true;
      submit.disabled = false;
    }
  }
  question.value = asked;
  question.focus({ preventScroll: true });
  return () => running?.abort();
}
