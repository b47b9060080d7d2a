import type { Json } from "../machinery/index.ts";
import type { Call } from "../request/call.ts";
import type { DeleteOptions } from "../verbs/delete-options.ts";

/** The options of a create or an update as a document, which is how admission shows them. */
export function writeOptionsOf({ query }: Call, kind: "CreateOptions" | "UpdateOptions"): Json {
  const text = (name: string) => {
    const value = query.get(name);
    return value === null || value === "" ? {} : { [name]: value };
  };
  const dryRun = query.getAll("dryRun").filter((value) => value !== "");
  return {
    kind,
    apiVersion,
    ...(dryRun.length === 0 ? {} : { dryRun }),
    ...text("fieldManager"),
    ...text("fieldValidation"),
  };
}

/** The same for a delete. */
export function deleteOptionsOf(options: DeleteOptions): Json {
  const { gracePeriodSeconds, propagation, uid, resourceVersion, dryRun } = options;
  const preconditions = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  return {
    kind: "DeleteOptions",
    apiVersion,
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
    ...(dryRun === true ? { dryRun: ["All"] } : {}),
  };
}

const apiVersion = "meta.k8s.io/v1";
