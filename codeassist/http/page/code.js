// Lines of code with numbers, colours and marked ranges.
import { el } from "./dom.js";

const KEYWORDS = new Set(("abstract and as assert async await auto bool break case catch char class const continue def default defer del do double elif else " +
  "enum except export extends false finally float fn for from func function go if impl implements import in int interface is lambda let long match mod " +
  "module mut namespace new nil none None not null or package pass private protected pub public raise range return self short signed sizeof static struct " +
  "super switch this throw throws trait true True False try type typeof union unsigned use using var void when where while with yield").split(" "));
const PROSE = new Set(["", "markdown", "rst", "text"]);
const HASH = new Set(["python", "ruby", "bash", "shell", "yaml", "toml", "perl", "r", "elixir", "make", "dockerfile"]);
const TOKEN = /("""|'''|`|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(\/\/.*|\/\*.*?(?:\*\/|$)|#.*|--.*)|\b(\d[\w.]*)\b|([A-Za-z_$][\w$]*)|([^\w"'`/#-]+|.)/g;

/** One line as coloured parts. `state.quote` is what ends the string or comment that goes on from the line before. */
function parts(text, language, state, onName) {
  const out = [];
  const add = (kind, value) => out.push(kind ? el("span", { class: kind }, value) : value);
  if (PROSE.has(language)) return [text];
  const isComment = (mark) => (HASH.has(language) ? mark[0] === "#" : mark[0] === "/" || (mark[0] === "-" && language === "sql"));
  let from = 0;
  if (state.quote) {
    const end = text.indexOf(state.quote);
    const kind = state.quote === "*/" ? "comment" : "string";
    if (end < 0) { add(kind, text); return out; }
    from = end + state.quote.length;
    add(kind, text.slice(0, from));
    state.quote = "";
  }
  TOKEN.lastIndex = from;
  for (let match; TOKEN.lastIndex < text.length && (match = TOKEN.exec(text));) {
    const [whole, quoted, comment, number, word] = match;
    if (quoted === '"""' || quoted === "'''" || quoted === "`") {
      const end = text.indexOf(quoted, match.index + quoted.length);
      const stop = end < 0 ? text.length : end + quoted.length;
      if (end < 0) state.quote = quoted;
      add("string", text.slice(match.index, stop));
      TOKEN.lastIndex = stop;
    } else if (quoted) add("string", whole);
    else if (comment && isComment(comment)) {
      add("comment", whole);
      if (comment.startsWith("/*") && !/^\/\*.*\*\/$/.test(comment)) state.quote = "*/";
    }
    else if (comment) { add("", comment[0]); TOKEN.lastIndex = match.index + 1; }
    else if (number) add("number-literal", whole);
    else if (word && KEYWORDS.has(word)) add("keyword", whole);
    else if (word && onName) out.push(el("span", { class: "name", onclick: () => onName(word) }, word));
    else add("", whole);
  }
  return out;
}

/** A table of lines. `first` is the number of the first, `marked` a [start, end] range, `onName` is called with a clicked name. */
export function lines(texts, { first = 1, language = "", marked = null, onName = null } = {}) {
  const state = { quote: "" };
  const rows = texts.map((text, at) => {
    const number = first + at;
    const here = marked && number >= marked[0] && number <= marked[1];
    return el("div", { class: here ? "line marked" : "line", "data-line": number },
      el("span", { class: "number", "aria-hidden": "true" }, String(number)),
      el("span", {}, parts(text, language, state, onName)));
  });
  return el("pre", { class: "lines", tabindex: "0", "aria-label": "Code" }, rows);
}

/** A block of code without numbers. */
export function block(text, language = "") {
  const state = { quote: "" };
  return el("pre", { tabindex: "0" }, el("code", {}, text.split("\n").flatMap((line, at) => [at ? "\n" : "", ...parts(line, language, state, null)])));
}
