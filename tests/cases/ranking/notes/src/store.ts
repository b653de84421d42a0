import type { Note } from "./types";

const KEY = "notes";

/** All notes in local storage, newest first. */
export function loadNotes(): Note[] {
  const text = localStorage.getItem(KEY);
  const notes: Note[] = text ? JSON.parse(text) : [];
  return notes.sort((a, b) => b.changed - a.changed);
}

/** Writes a note to local storage; a note with the same id is replaced. */
export function saveNote(note: Note): void {
  const others = loadNotes().filter((other) => other.id !== note.id);
  localStorage.setItem(KEY, JSON.stringify([...others, note]));
}

/** Deletes a note for good. */
export function deleteNote(id: string): void {
  localStorage.setItem(KEY, JSON.stringify(loadNotes().filter((note) => note.id !== id)));
}
