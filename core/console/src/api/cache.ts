import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./http.ts";
import { keys } from "./queries.ts";

/** How long until a Sovereign that didn't answer is asked again, in milliseconds. */
const askAgain = 3000;

/**
 * Makes the one cache of what the Sovereign said. The stream keeps it fresh, so what is there is believed for
 * a while. A session that ended shows the sign-in page, whichever answer told of it first.
 */
export function makeCache(): QueryClient {
  const cache: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (count, error) => isPassing(error) && count < 3,
        // what failed because nobody answered goes on by itself
        refetchInterval: ({ state }) => (state.error !== null && isPassing(state.error) ? askAgain : false),
      },
    },
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (isSignedOut(error) && query.queryKey[0] !== keys.me[0])
          void cache.invalidateQueries({ queryKey: keys.me });
      },
    }),
  });
  return cache;
}

/** Whether the answer means that nobody is signed in. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}

/** Whether trying again can help. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.status === 0 || error.status >= 502;
}
