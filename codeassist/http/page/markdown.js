// The Markdown of answers as elements: paragraphs, lists, headings, code, emphasis, and [n] as buttons.
import { block } from "./code.js";
import { el } from "./dom.js";

const INLINE = /(`+)(.+?)\1|\*\*(.+?)\*\*|\[(\d{1,3})\]/g;

function inline(text, cite) {
  const out = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    out.push(text.slice(from, match.index));
    if (match[2] !== undefined) out.push(el("code", {}, match[2]));
    else if (match[3] !== undefined) out.push(el("strong", {}, inline(match[3], cite)));
    else out.push(cite ? cite(Number(match[4]), match[0]) : match[0]);
    from = match.index + match[0].length;
  }
  out.push(text.slice(from));
  return out;
}

/** Elements for a text; `cite(n, written)` gives the element of a citation. */
export function markdown(text, cite) {
  const out = [];
  const all = text.split("\n");
  for (let at = 0; at < all.length;) {
    const line = all[at];
    const fence = /^\s*(`{3,}|~{3,})\s*(\S*)/.exec(line);
    const item = /^(\s*)([-*•]|\d+\.)\s+(.*)/.exec(line);
    const heading = /^(#{1,6})\s+(.*)/.exec(line);
    if (fence) {
      const body = [];
      for (at += 1; at < all.length && !all[at].trim().startsWith(fence[1]); at += 1) body.push(all[at]);
      at += 1;
      out.push(block(body.join("\n"), fence[2].toLowerCase()));
    } else if (heading) {
      out.push(el("h3", {}, inline(heading[2], cite)));
      at += 1;
    } else if (item) {
      const list = el(/\d/.test(item[2]) ? "ol" : "ul");
      for (let next; at < all.length && (next = /^(\s*)([-*•]|\d+\.)\s+(.*)/.exec(all[at])); at += 1) list.append(el("li", {}, inline(next[3], cite)));
      out.push(list);
    } else if (line.trim()) {
      const body = [];
      for (; at < all.length && all[at].trim() && !/^\s*(`{3,}|~{3,}|[-*•]\s|\d+\.\s|#{1,6}\s)/.test(all[at]); at += 1) body.push(all[at]);
      if (!body.length) { body.push(line); at += 1; }
      out.push(el("p", {}, inline(body.join("\n"), cite)));
    } else at += 1;
  }
  return out;
}
