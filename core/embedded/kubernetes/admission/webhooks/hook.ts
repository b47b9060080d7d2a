import type { Entry } from "../../storage/entry.ts";
import type { Criteria, Rule } from "../match/criteria.ts";

/** Where a webhook listens; admissionregistration.k8s.io/v1 WebhookClientConfig. */
export interface ClientConfig {
  readonly url?: string;
  readonly service?: ServiceReference;
  /** PEM in base64; without it the system's authorities are trusted. */
  readonly caBundle?: string;
}

export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  readonly path?: string;
  readonly port?: number;
}

export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

/** One webhook of a configuration, defaults filled in. */
export interface Hook {
  /** Tells it from all others. */
  readonly key: string;
  readonly name: string;
  readonly configuration: string;
  readonly criteria: Criteria;
  readonly clientConfig: ClientConfig;
  readonly admissionReviewVersions: readonly string[];
  readonly matchConditions: readonly NamedExpression[];
  readonly failurePolicy: string;
  readonly sideEffects: string | undefined;
  readonly timeoutSeconds: number;
  readonly reinvocationPolicy: string;
}

type StoredHook = Omit<Hook, "key" | "configuration" | "criteria"> & {
  readonly rules?: readonly Rule[];
  readonly matchPolicy?: string;
  readonly namespaceSelector?: unknown;
  readonly objectSelector?: unknown;
};

const known = new WeakMap<readonly Entry[], readonly Hook[]>();

/** The webhooks of stored configurations, in the order they are asked: that of the configurations' names. */
export function hooksOf(configurations: readonly Entry[]): readonly Hook[] {
  let hooks = known.get(configurations);
  if (hooks === undefined) {
    hooks = configurations.flatMap(({ object }) =>
      ((object["webhooks"] ?? []) as readonly StoredHook[]).map((hook) => read(object.metadata.name, hook)),
    );
    known.set(configurations, hooks);
  }
  return hooks;
}

function read(configuration: string, stored: StoredHook): Hook {
  const { rules = [], matchPolicy, namespaceSelector, objectSelector, ...rest } = stored;
  return {
    ...rest,
    key: `${configuration}/${stored.name}`,
    configuration,
    criteria: { rules, matchPolicy, namespaceSelector, objectSelector },
    matchConditions: stored.matchConditions ?? [],
    timeoutSeconds: stored.timeoutSeconds ?? 10,
    reinvocationPolicy: stored.reinvocationPolicy ?? "Never",
  };
}
