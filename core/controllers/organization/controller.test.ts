import type { GitHost } from "@catalyst/ports/git";
import { environments, type KubeObject, type ObjectKey } from "@catalyst/ports/kubernetes";
import type { ObjectCache, ReconcileRequest } from "@catalyst/reconciler";
import { describe, expect, it } from "vitest";
import { organizationController } from "./controller.ts";

const environment = (phase: string): KubeObject =>
  ({
    apiVersion: "catalyst.openova.io/v1alpha1",
    kind: "Environment",
    metadata: { name: "acme-dev", namespace: "acme" },
    status: { phase },
  }) as unknown as KubeObject;

/** What an event of an Environment wakes; `held`: what the cache has after it. */
function woken(object: KubeObject, previous: KubeObject | undefined, held: KubeObject | undefined) {
  const trigger = organizationController({ git: {} as GitHost }).triggers?.find(
    ({ type }) => type.kind === environments.kind,
  );
  const cache = {
    get: (_cluster: string, _type: unknown, _key: ObjectKey) => held,
  } as unknown as ObjectCache;
  return trigger?.requests("management", object, previous, cache) as readonly ReconcileRequest[];
}

describe("an Organization", () => {
  const wake = [{ cluster: "management", name: "acme" }];

  it("is looked at when an Environment comes or goes", () => {
    const one = environment("Ready");
    expect(woken(one, undefined, one)).toEqual(wake);
    expect(woken(one, one, undefined)).toEqual(wake);
  });

  it("is left alone when only the state of an Environment changes: its Applications change that all the time", () => {
    expect(woken(environment("Ready"), environment("Pending"), environment("Ready"))).toEqual([]);
  });
});
