import type { KubeObject } from "@catalyst/ports/kubernetes";
import { hasWebhooks } from "../admission/dynamic.ts";
import { holding } from "../admission/holding.ts";
import type { Call } from "../request/call.ts";
import type { Collection } from "../storage/collection.ts";
import type { Entry } from "../storage/entry.ts";
import { commitNext } from "./amend.ts";

/** What a stored object is to become. */
export interface Prepared {
  readonly object: KubeObject;
  /** False: `object` is the answer and nothing is written. */
  readonly isWritten: boolean;
}

/**
 * Writes the next state of a stored object as `prepare` makes it from the present one; gives it as committed,
 * undefined when there is no object. The object is held meanwhile, so nobody waits in vain. Where webhooks are
 * asked it isn't: they take seconds and may themselves write to it; then, as upstream, `prepare` starts over
 * when the object changed meanwhile. `held` is as `holding` has it.
 */
export async function rewrite<T extends Prepared>(
  { parts, cluster }: Pick<Call, "parts" | "cluster">,
  collection: Collection,
  key: string,
  prepare: (previous: Entry, held: DisposableStack) => Promise<T>,
): Promise<T | undefined> {
  const commit = async (previous: Entry, prepared: T): Promise<T> => {
    if (!prepared.isWritten) return prepared;
    return { ...prepared, object: await commitNext(parts, collection, previous, prepared.object) };
  };
  if (!hasWebhooks(cluster)) {
    return collection.exclusively(key, async () => {
      const previous = collection.get(key);
      if (previous === undefined) return undefined;
      return holding(async (held) => commit(previous, await prepare(previous, held)));
    });
  }
  for (;;) {
    const previous = collection.get(key);
    if (previous === undefined) return undefined;
    const committed = await holding(async (held) => {
      const prepared = await prepare(previous, held);
      return collection.exclusively(key, async () =>
        collection.get(key) === previous ? commit(previous, prepared) : undefined,
      );
    });
    if (committed !== undefined) return committed;
  }
}
