import { fetchNotes, pushNote } from "./api";
import { loadNotes, saveNote } from "./store";
import type { Conflict, Note } from "./types";

/** Merges two versions of the notes: the newer version of each wins, equal times with other text are a conflict. */
export function merge(local: Note[], remote: Note[]): { merged: Note[]; conflicts: Conflict[] } {
  const byId = new Map(local.map((note) => [note.id, note]));
  const conflicts: Conflict[] = [];
  for (const note of remote) {
    const mine = byId.get(note.id);
    if (mine && mine.changed === note.changed && mine.body !== note.body) {
      conflicts.push({ local: mine, remote: note });
    } else if (!mine || mine.changed < note.changed) {
      byId.set(note.id, note);
    }
  }
  return { merged: [...byId.values()], conflicts };
}

/** Downloads, merges and uploads; returns what a person has to decide. */
export async function synchronise(server: string, token: string): Promise<Conflict[]> {
  const { merged, conflicts } = merge(loadNotes(), await fetchNotes(server, token));
  for (const note of merged) {
    saveNote(note);
    await pushNote(server, token, note);
  }
  return conflicts;
}
