// The page: its sections by the address after #, the repository, the token.
import { get, hasToken, useRepository, useToken } from "./api.js";
import { el, failure, say } from "./dom.js";
import { closePanel } from "./panel.js";
import { ask } from "./ask.js";
import { check } from "./check.js";
import { search } from "./search.js";
import { map, symbol } from "./pictures.js";
import { review } from "./review.js";
import { index, prompts, runs } from "./lists.js";

const SECTIONS = { ask, search, map, symbol, review, check, runs, prompts, index };
const main = document.getElementById("main");
const picker = document.getElementById("repository");
let leave = null;
let shown = 0;

/** Show the section of the address; one that is ready only after another was chosen changes nothing any more. */
async function render(focus = true) {
  const turn = shown += 1;
  const [name, ...rest] = location.hash.slice(1).split("/");
  const section = Object.hasOwn(SECTIONS, name) ? name : "ask";
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${section}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  leave?.();
  leave = null;
  const place = el("div", {});
  main.replaceChildren(place);
  document.title = `${section[0].toUpperCase()}${section.slice(1)} · codeassist`;
  let argument = "";
  try { argument = decodeURIComponent(rest.join("/")); } catch { /* not an encoded text */ }
  let left = null;
  try {
    left = await SECTIONS[section](place, argument) || null;
  } catch (error) {
    place.append(failure(error));
  }
  if (turn !== shown) { left?.(); return; }
  leave = left;
  if (focus && !place.contains(document.activeElement)) main.focus();
}

function askForToken(refused) {
  const input = el("input", { id: "token", type: "password", autocomplete: "off", required: true });
  main.replaceChildren(el("h2", {}, "A token is needed"), el("p", { class: "hint" }, "This server answers only those who have one."), refused ? el("p", { class: "notice error", role: "alert" }, "The server does not know this token.") : "",
    el("form", { onsubmit: (event) => { event.preventDefault(); useToken(input.value); start(); } },
      el("div", { class: "field" }, el("label", { for: "token" }, "Token"), input), el("button", { class: "primary" }, "Go on")));
  input.focus();
}

/** Offer the configured model of a repository, if there is one, and answers of the index alone. */
function chooseModel(model) {
  const choice = document.getElementById("model");
  choice.replaceChildren(...(model === "none" ? [] : [el("option", { value: "model" }, model)]), el("option", { value: "none" }, "of the index alone"));
  choice.value = model === "none" || localStorage.getItem("model") === "none" ? "none" : "model";
  choice.disabled = model === "none";
  choice.onchange = () => { localStorage.setItem("model", choice.value); say(`Answers ${choice.value === "none" ? "of the index alone" : `of ${model}`}`); };
}

async function start() {
  try {
    const { repositories } = await get("/v1/repositories");
    const last = localStorage.getItem("repository");
    picker.replaceChildren(...repositories.map((r) => el("option", { value: r.name }, r.name)));
    if (repositories.some((r) => r.name === last)) picker.value = last;
    const chosen = () => {
      useRepository(picker.value);
      localStorage.setItem("repository", picker.value);
      const model = repositories.find((r) => r.name === picker.value)?.model || "none";
      chooseModel(model);
    };
    picker.onchange = () => { chosen(); closePanel(); say(`Repository ${picker.value}`); render(); };
    chosen();
    await render(false);
  } catch (error) {
    if (error.status === 401) askForToken(hasToken());
    else main.replaceChildren(failure(error), el("button", { type: "button", onclick: start }, "Try again"));
  }
}

window.addEventListener("hashchange", () => render());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closePanel();
  if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    main.querySelector("textarea, input")?.focus();
  }
});
start();
