import { searchNotes } from "../search";
import type { Note } from "../types";

/** The list at the side, filtered by the search field. */
export function NoteList({ notes, query, onSelect }: { notes: Note[]; query: string; onSelect: (note: Note) => void }) {
  const shown = query ? searchNotes(notes, query) : notes;
  return (
    <ul>
      {shown.map((note) => (
        <li key={note.id} onClick={() => onSelect(note)}>
          {note.title}
        </li>
      ))}
    </ul>
  );
}
