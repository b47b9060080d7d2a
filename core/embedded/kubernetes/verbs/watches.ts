import type { Call } from "../request/call.ts";

/** A watch under way. */
export interface Watcher {
  readonly cluster: string;
  readonly call: Call;
  /** Tells the reader how far the server is. */
  bookmark(): void;
  /** Ends it because the reader may no longer see what it watches. */
  end(): void;
  /** Ends it because the server stops. */
  close(): void;
}

/** All watches under way: for bookmarks, and to end those whose reader lost the right. */
export type Watches = Set<Watcher>;

/** Time between bookmarks (milliseconds); upstream's. */
const bookmarkInterval = 60_000;

/** Sends bookmarks now and then; call the result to stop. */
export function sendBookmarks(watches: Watches): () => void {
  const timer = setInterval(() => {
    for (const watcher of watches) watcher.bookmark();
  }, bookmarkInterval);
  timer.unref();
  return () => clearInterval(timer);
}
