import type { Note } from "./types";

export class Unauthorised extends Error {}

async function request(url: string, token: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { ...init, headers: { Authorization: `Bearer ${token}` } });
  if (response.status === 401) throw new Unauthorised(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
}

/** Downloads every note of the server. */
export async function fetchNotes(server: string, token: string): Promise<Note[]> {
  return (await request(`${server}/notes`, token)).json();
}

/** Uploads one note. */
export async function pushNote(server: string, token: string, note: Note): Promise<void> {
  await request(`${server}/notes/${note.id}`, token, { method: "PUT", body: JSON.stringify(note) });
}
