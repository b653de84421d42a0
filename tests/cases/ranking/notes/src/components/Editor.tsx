import { useEffect, useState } from "react";

import { renderMarkdown } from "../markdown";
import { saveNote } from "../store";
import type { Note } from "../types";

const AUTOSAVE_DELAY = 800;

/** A text area with a preview; what is typed is saved after a pause. */
export function Editor({ note }: { note: Note }) {
  const [body, setBody] = useState(note.body);
  useEffect(() => {
    const timer = setTimeout(() => saveNote({ ...note, body, changed: Date.now() }), AUTOSAVE_DELAY);
    return () => clearTimeout(timer);
  }, [body, note]);
  return (
    <div className="editor">
      <textarea value={body} onChange={(event) => setBody(event.target.value)} />
      <div dangerouslySetInnerHTML={{ __html: renderMarkdown(body) }} />
    </div>
  );
}
