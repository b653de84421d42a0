import type { Store } from './store';

export type Key = string | number;

/** Where sessions live. */
export interface Session extends Base {
  id: Key;
  touch(now: Date): void;
}

export enum State {
  Open = 'open',
  Closed = 'closed',
}

export abstract class Manager<T extends Session> implements Store<T> {
  private sessions = new Map<Key, T>();

  constructor(private readonly clock: Clock) {
    super();
  }

  /** Finds a session or throws. */
  public get(id: Key): T {
    const found = this.sessions.get(id);
    if (!found) throw new NotFound(id);
    return found;
  }

  protected abstract expire(session: T): boolean;
}

export const createManager = (clock: Clock): Manager<Session> => build(clock);

declare module 'plugins' {
  export function register(name: string): void;
}

namespace Internal {
  export function reset(): void {}
}
