import { badRequest, type FieldFault, invalid } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";
import { tooLargeRevision } from "../request/errors.ts";

/** How long a read waits for a revision that isn't reached yet (milliseconds); upstream's. */
const waitLimit = 3000;

/** A query's resourceVersion as a number; undefined when absent. Throws StatusError 400. */
export function revisionOf(call: Call): number | undefined {
  const text = call.query.get("resourceVersion");
  if (text === null || text === "") return undefined;
  if (!/^\d+$/.test(text)) {
    const value = JSON.stringify(text);
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`,
    );
  }
  return Number(text);
}

/** Waits until `revision` is committed. Throws StatusError 504 after three seconds. */
export async function reach(call: Call, revision: number): Promise<void> {
  const { storage, clock } = call.parts;
  const deadline = clock.now() + waitLimit;
  while (storage.revision < revision) {
    if (clock.now() >= deadline) throw tooLargeRevision(revision, storage.revision);
    await clock.sleep(50, call.request.signal);
  }
}

/** Throws StatusError 422 for options of a list or watch that break a rule. */
export function invalidOptions(faults: readonly FieldFault[]): never {
  throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", faults);
}
