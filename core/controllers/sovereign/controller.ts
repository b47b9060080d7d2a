import { reasons } from "@catalyst/model/condition";
import type { Sovereign } from "@catalyst/model/sovereign";
import { sovereigns } from "@catalyst/ports/kubernetes";
import { type Controller, type StatusContent, writeStatus } from "@catalyst/reconciler";

export interface SovereignControllerOptions {
  /** The domain that this Sovereign's addresses are below. */
  readonly domain: string;
  readonly version: string;
}

/** Says of the Sovereign's own document whether it is so: what is served follows from how it was started. */
export function sovereignController(options: SovereignControllerOptions): Controller<Sovereign> {
  return {
    name: "sovereign",
    type: sovereigns,
    triggers: [],
    reconcile: async (request, { object, clusters, clock }) => {
      if (object === undefined || object.metadata.deletionTimestamp !== undefined)
        return { outcome: "settled" };
      const isServed = object.spec.domain === options.domain;
      const { conditions, fields } = isServed ? ready(options) : notServed(object.spec.domain, options);
      await writeStatus(clusters.client(request.cluster), sovereigns, object, { conditions, fields }, clock);
      return isServed ? { outcome: "settled" } : { outcome: "stalled", reason: domainNotServed };
    },
  };
}

const domainNotServed = "DomainNotServed";

function ready({ domain, version }: SovereignControllerOptions): StatusContent {
  return {
    conditions: [
      { type: "Ready", status: "True", reason: reasons.ready, message: `Its addresses are below ${domain}.` },
      { type: "Reconciling", status: "False", reason: "Settled", message: "" },
      { type: "Stalled", status: "False", reason: "NotStalled", message: "" },
    ],
    fields: { version },
  };
}

function notServed(wanted: string, { domain, version }: SovereignControllerOptions): StatusContent {
  const message = `Its addresses are below ${domain} and can't be below ${wanted}: put ${domain} back.`;
  return {
    conditions: [
      { type: "Ready", status: "False", reason: domainNotServed, message },
      { type: "Reconciling", status: "False", reason: "Settled", message: "" },
      { type: "Stalled", status: "True", reason: domainNotServed, message },
    ],
    fields: { version },
  };
}
