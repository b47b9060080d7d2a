import { isCatalystError } from "@catalyst/base/errors";
import { isKubernetesError, keyOf } from "@catalyst/ports/kubernetes";
import { compareForApply, objectIdOf, serverWords, subjectOf } from "../../apply/index.ts";
import type { ActionContext } from "../context.ts";
import { fieldManager } from "../write-objects.ts";
import { compare, type Drift } from "./compare.ts";

/** What was put right (`Service/shop/web created`), and what couldn't be, in words. */
export interface Correction {
  readonly done: readonly string[];
  readonly failures: readonly string[];
}

/** How often an object is compared anew that others write meanwhile. */
const looks = 3;

/**
 * Makes objects that were removed again, then puts right those that were changed. Tries all, within the time that an
 * action has.
 */
export async function correctDrift(context: ActionContext, drifts: readonly Drift[]): Promise<Correction> {
  const done: string[] = [];
  const failures: string[] = [];
  const limit = AbortSignal.timeout(context.settings.timeout);
  const limited = { ...context, signal: AbortSignal.any([context.signal, limit]) };
  const ordered = drifts.toSorted((a, b) => compareForApply(objectIdOf(a.wanted), objectIdOf(b.wanted)));
  const of = (is: Drift["what"]["is"]) => ordered.filter(({ what }) => what.is === is);
  for (const drift of [...of("removed"), ...of("changed")]) {
    const isRemoved = drift.what.is === "removed";
    const subject = subjectOf(objectIdOf(drift.wanted));
    try {
      limited.signal.throwIfAborted();
      await correct(limited, drift);
      done.push(`${subject} ${isRemoved ? "created" : "configured"}`);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!limit.aborted && !isCatalystError(error)) throw error;
      const words = limit.aborted ? "context deadline exceeded" : serverWords(drift.wanted, error);
      failures.push(`${subject} ${isRemoved ? "creation" : "patch"} failure: ${words}`);
    }
  }
  return { done, failures };
}

async function correct(context: ActionContext, found: Drift): Promise<void> {
  const { client, signal } = context;
  const { wanted, type, ignored } = found;
  let { what } = found;
  for (let look = 1; ; look++) {
    if (what.is === "removed") {
      await client.create(type, wanted, { fieldManager, signal });
      return;
    }
    if (what.is === "excluded") return;
    const { patch, resourceVersion } = what;
    // The patch leads to places in lists: in another version others may stand there.
    const test = { op: "test", path: "/metadata/resourceVersion", value: resourceVersion };
    try {
      await client.patch(type, keyOf(wanted), "json", [test, ...patch], { fieldManager, signal });
      return;
    } catch (error) {
      if (!isKubernetesError(error) || look === looks) throw error;
      const live = await client.find(type, keyOf(wanted));
      if (live?.metadata.resourceVersion === resourceVersion) throw error;
    }
    const next = await compare(context, wanted, ignored);
    if (next === undefined) return;
    what = next.what;
  }
}
