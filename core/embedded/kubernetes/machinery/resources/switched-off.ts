import { at, type Fields } from "./fields.ts";

/*
 * Fields that a new object can't have, as upstream drops them: what they asked for is off unless a server is started
 * with it, or is said by other fields since.
 */

/** Takes out where an endpoint is by labels: fields of their own say it since. */
export function dropTopology(slice: Fields): void {
  const endpoints = slice["endpoints"];
  if (!Array.isArray(endpoints)) return;
  slice["endpoints"] = endpoints.map(({ deprecatedTopology: _topology, ...endpoint }: Fields) => endpoint);
}

const electionFields = ["strategy", "preferredHolder"] as const;

/** Takes out what asks the server to coordinate an election. */
export function dropElection(lease: Fields): void {
  for (const field of electionFields) delete at(lease, "spec")[field];
}

/** The same for an update: what is stored stays. */
export function dropNewElection(lease: Fields, stored: Fields): void {
  for (const field of electionFields) {
    if (at(stored, "spec")[field] === undefined) delete at(lease, "spec")[field];
  }
}

const scaling = "preventPodSchedulingIfMissing";

/** Takes out what asks the scheduler to mind a driver's limits. */
export function dropScaling(driver: Fields): void {
  delete at(driver, "spec")[scaling];
}

/** The same for an update: what is stored stays. */
export function dropNewScaling(driver: Fields, stored: Fields): void {
  if (at(stored, "spec")[scaling] === undefined) delete at(driver, "spec")[scaling];
}
