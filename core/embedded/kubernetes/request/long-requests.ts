import type { Call } from "./call.ts";

/** A request that lasts as long as its caller likes: a watch, a followed log, a command's streams. */
export interface LongRequest {
  readonly call: Call;
  /** The right its caller needs as long as it lasts. */
  readonly verb: string;
  /** Tells a watch's reader how far the server is. */
  bookmark?(): void;
  /** Ends it because the caller no longer has the right. */
  end(): void;
  /** Ends it because the server stops. */
  close(): void;
}

/** All long requests under way: for bookmarks, and to end those whose caller lost the right. */
export type LongRequests = Set<LongRequest>;

/** Time between bookmarks (milliseconds); upstream's. */
const bookmarkInterval = 60_000;

/** Sends bookmarks now and then; call the result to stop. */
export function sendBookmarks(requests: LongRequests): () => void {
  const timer = setInterval(() => {
    for (const request of requests) request.bookmark?.();
  }, bookmarkInterval);
  timer.unref();
  return () => clearInterval(timer);
}
