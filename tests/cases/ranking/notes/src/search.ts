import type { Note } from "./types";

/** Notes with every word of a query in title, body or tags, best first: words in the title count three times. */
export function searchNotes(notes: Note[], query: string): Note[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const score = (note: Note): number => {
    const title = note.title.toLowerCase();
    const text = `${title} ${note.body} ${note.tags.join(" ")}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) return 0;
    return words.reduce((sum, word) => sum + (title.includes(word) ? 3 : 1), 0);
  };
  return notes.filter((note) => score(note) > 0).sort((a, b) => score(b) - score(a));
}
