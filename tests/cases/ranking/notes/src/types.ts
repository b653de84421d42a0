/** One note. */
export interface Note {
  id: string;
  title: string;
  body: string;
  tags: string[];
  /** Milliseconds since 1970. */
  changed: number;
}

export type Conflict = { local: Note; remote: Note };
