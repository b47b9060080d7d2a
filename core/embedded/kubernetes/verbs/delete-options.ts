import { isObject } from "@catalyst/base/json";
import { badRequest } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";
import { readValue } from "./body.ts";

export type Propagation = "Background" | "Foreground" | "Orphan";

/** meta/v1 DeleteOptions, from the body or the query. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number | undefined;
  /** Undefined: what the finalizers there say, else in the background. */
  readonly propagation?: Propagation | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly dryRun?: boolean;
}

const propagations: ReadonlySet<string> = new Set<Propagation>(["Background", "Foreground", "Orphan"]);

/** Reads the options of a delete: the body, or without one the query. Throws StatusError 400. */
export async function readDeleteOptions(call: Call): Promise<DeleteOptions> {
  return parseDeleteOptions(call, await readValue(call));
}

/** Reads options that are part of another body; without them the query's. Throws StatusError 400. */
export function parseDeleteOptions(call: Call, body: unknown = optionsInQuery(call)): DeleteOptions {
  if (!isObject(body)) throw badRequest("the body of a delete is DeleteOptions");
  const grace = body["gracePeriodSeconds"];
  const orphan = body["orphanDependents"];
  const propagation = body["propagationPolicy"];
  if (propagation !== undefined && !propagations.has(String(propagation))) {
    throw badRequest(`invalid propagationPolicy ${JSON.stringify(propagation)}`);
  }
  if (grace !== undefined && !Number.isSafeInteger(grace)) throw badRequest("invalid gracePeriodSeconds");
  const preconditions = isObject(body["preconditions"]) ? body["preconditions"] : {};
  const dryRun = Array.isArray(body["dryRun"]) ? body["dryRun"] : [];
  return {
    gracePeriodSeconds: grace as number | undefined,
    propagation: (propagation ?? fromOrphan(orphan)) as Propagation | undefined,
    uid: text(preconditions["uid"]),
    resourceVersion: text(preconditions["resourceVersion"]),
    dryRun: dryRun.includes("All"),
  };
}

function optionsInQuery({ query }: Call): Record<string, unknown> {
  return {
    gracePeriodSeconds: numberIn(query.get("gracePeriodSeconds")),
    orphanDependents: booleanIn(query.get("orphanDependents")),
    propagationPolicy: query.get("propagationPolicy") ?? undefined,
    dryRun: query.getAll("dryRun"),
  };
}

function fromOrphan(orphan: unknown): Propagation | undefined {
  if (orphan === undefined) return undefined;
  return orphan === true ? "Orphan" : "Background";
}

function numberIn(value: string | null): number | undefined {
  return value === null || value === "" ? undefined : Number(value);
}

function booleanIn(value: string | null): boolean | undefined {
  return value === null || value === "" ? undefined : value === "true";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
