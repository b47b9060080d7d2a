import type { JudgePush } from "@catalyst/ports/git";
import type { Handler } from "@catalyst/ports/transport";

/** What the servers call that is made from their clients: set once it is made. */
export interface LateBound {
  judge: JudgePush;
  webhooks: Handler;
  kubernetes: Handler;
}

/** Answers in place of what isn't made yet. */
export function lateBound(): LateBound {
  const receiver = Promise.withResolvers<Handler>();
  const starting: Handler = async () => ({
    status: 503,
    headers: { "retry-after": "1" },
    json: { message: "the Sovereign is starting" },
  });
  return {
    judge: async () => ({ accepted: false, lines: ["The Sovereign is starting; push again in a moment."] }),
    kubernetes: starting,
    /** Held until set: they are our own, of pushes that nobody was told of before the start. */
    get webhooks(): Handler {
      return async (request) => (await receiver.promise)(request);
    },
    set webhooks(handler) {
      receiver.resolve(handler);
    },
  };
}
