import { isKubernetesError, keyOf } from "@catalyst/ports/kubernetes";
import { compareForApply, objectIdOf, subjectOf } from "../../apply/index.ts";
import type { ActionContext } from "../context.ts";
import { fieldManager } from "../write-objects.ts";
import type { Drift } from "./detect.ts";

/** What was put right (`Service/shop/web created`), and what couldn't be, in words. */
export interface Correction {
  readonly done: readonly string[];
  readonly failures: readonly string[];
}

/** Makes objects that were removed again, then puts right those that were changed. Tries all. */
export async function correctDrift(context: ActionContext, drifts: readonly Drift[]): Promise<Correction> {
  const done: string[] = [];
  const failures: string[] = [];
  const ordered = drifts.toSorted((a, b) => compareForApply(objectIdOf(a.wanted), objectIdOf(b.wanted)));
  const attempt = async (drift: Drift, verb: string, what: string, write: () => Promise<unknown>) => {
    context.signal.throwIfAborted();
    const subject = subjectOf(objectIdOf(drift.wanted));
    try {
      await write();
      done.push(`${subject} ${verb}`);
    } catch (error) {
      if (!isKubernetesError(error)) throw error;
      // a server's words about a Secret may quote its values (security case 25)
      const isSecret = drift.wanted.kind === "Secret" && error.code === "kubernetes-invalid";
      failures.push(`${subject} ${what} failure: ${isSecret ? "the server refused it" : error.message}`);
    }
  };
  const { client } = context;
  for (const drift of ordered) {
    if (drift.what.is !== "removed") continue;
    await attempt(drift, "created", "creation", () =>
      client.create(drift.type, drift.wanted, { fieldManager }),
    );
  }
  for (const drift of ordered) {
    if (drift.what.is !== "changed") continue;
    const { patch } = drift.what;
    await attempt(drift, "configured", "patch", () =>
      client.patch(drift.type, keyOf(drift.wanted), "json", patch, { fieldManager }),
    );
  }
  return { done, failures };
}
