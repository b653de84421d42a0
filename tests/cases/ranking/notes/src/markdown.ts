const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Makes text safe to put into HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character]);
}

/** Renders the subset of Markdown that notes use: headings, bold text, links and lists. */
export function renderMarkdown(source: string): string {
  return source
    .split("\n")
    .map((line) => {
      const text = inline(escapeHtml(line));
      if (text.startsWith("# ")) return `<h1>${text.slice(2)}</h1>`;
      if (text.startsWith("- ")) return `<li>${text.slice(2)}</li>`;
      return `<p>${text}</p>`;
    })
    .join("\n");
}

function inline(text: string): string {
  return text.replace(/\*\*(.+?)\*\*/g, "<b>$1</b>").replace(/\[(.+?)\]\((https?:.+?)\)/g, '<a href="$2">$1</a>');
}
