import { takeTurn } from "@catalyst/base/turns";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Headers } from "@catalyst/ports/transport";
import type { Attributes } from "../access/attributes.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { StatusError } from "../machinery/index.ts";
import { type Flow, flowControlGroup, flowOf } from "./flow.ts";
import { type SeatLimits, Seats } from "./seats.ts";

/** Requests of one cluster that may be under way at once over all its levels: upstream's for reads and writes. */
const serverSeats = 600;

/** How long a request waits for its turn (milliseconds): a quarter of upstream's request timeout. */
const patience = 15_000;

/** Seats one request takes at most, and the part of its level's it may have; upstream's. */
const widest = 10;
const widestPart = 0.15;

interface LevelSpec {
  readonly type: "Exempt" | "Limited";
  readonly limited?: {
    readonly nominalConcurrencyShares?: number;
    readonly limitResponse?: {
      readonly type: "Queue" | "Reject";
      readonly queuing?: { readonly handSize?: number; readonly queueLengthLimit?: number };
    };
  };
}

/** A request that wants to be served. */
export interface Demand {
  readonly cluster: Cluster;
  readonly attributes: Attributes;
  /** Seats it takes; a number as large as its work. */
  readonly width: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Shares each cluster's server among those who call it, by the cluster's FlowSchemas and
 * PriorityLevelConfigurations: a level has seats, and a queue for each of its flows. It differs from upstream in
 * that every flow has a queue of its own instead of a few out of many, and that levels lend each other nothing.
 */
export class Fairness {
  readonly #levels = new Map<string, Seats>();

  /** Does the work when it is its turn. Throws StatusError 429 when there is too much of its flow. */
  async run<T>(demand: Demand, flow: Flow | undefined, work: () => Promise<T>): Promise<T> {
    const spec = flow?.level.spec as LevelSpec | undefined;
    if (flow === undefined || spec?.type !== "Limited") return inTurn(work);
    const limits = limitsOf(demand.cluster, spec);
    const name = `${demand.cluster.name}\n${flow.level.metadata.name}`;
    const seats = this.#levels.get(name) ?? new Seats();
    this.#levels.set(name, seats);
    const width = Math.max(1, Math.min(demand.width, widest, Math.floor(limits.seats * widestPart)));
    const leave = await seats.take(flow.key, width, limits, patience, demand.signal);
    if (typeof leave === "string") throw tooManyRequests();
    try {
      return await inTurn(work);
    } finally {
      leave();
      if (seats.isIdle) this.#levels.delete(name);
    }
  }
}

/** The flow of a request, and the headers that say which schema and level it was served by. */
export function classify(cluster: Cluster, attributes: Attributes) {
  const flow = flowOf(cluster, attributes);
  const headers: Headers =
    flow === undefined
      ? {}
      : {
          "x-kubernetes-pf-flowschema-uid": flow.schema.metadata.uid!,
          "x-kubernetes-pf-prioritylevel-uid": flow.level.metadata.uid!,
        };
  return { flow, headers };
}

function tooManyRequests(): StatusError {
  const message = "The server has received too many requests and has asked us to try again later";
  return new StatusError(429, "TooManyRequests", message, { retryAfterSeconds: 1 });
}

function limitsOf(cluster: Cluster, { limited = {} }: LevelSpec): SeatLimits {
  const levels = cluster.list(`${flowControlGroup}/prioritylevelconfigurations`, false);
  const total = levels.reduce((sum, { object }) => sum + sharesOf(object), 0);
  const seats = Math.ceil((serverSeats * (limited.nominalConcurrencyShares ?? 30)) / Math.max(1, total));
  const { type, queuing = {} } = limited.limitResponse ?? { type: "Reject" };
  // upstream deals a flow `handSize` queues of this length
  const queueLength = type === "Queue" ? (queuing.handSize ?? 8) * (queuing.queueLengthLimit ?? 50) : 0;
  return { seats: Math.max(1, seats), queueLength };
}

function sharesOf(level: KubeObject): number {
  const { type, limited } = level.spec as LevelSpec;
  return type === "Limited" ? (limited?.nominalConcurrencyShares ?? 30) : 0;
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  await takeTurn();
  return work();
}
