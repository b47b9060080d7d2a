import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { sha256Hex } from "@catalyst/base/digest";
import type { KubeObject, NetworkPolicy, ResourceType } from "@catalyst/ports/kubernetes";
import type { ObjectCache, ReconcileContext } from "@catalyst/reconciler";
import { afterAll, describe, expect, test } from "vitest";
import { canRunPodman } from "../testing/busybox.ts";
import type { ClusterNetwork } from "./network.ts";
import { PolicyNetwork } from "./policy/policy-network.ts";
import { ServiceNetwork } from "./service-network.ts";

/** Networks of two clusters, in a corner of the Pods' range; no bridge of theirs is there. */
const networks: ReadonlyMap<string, ClusterNetwork> = new Map(
  ["acme-dev", "other-dev"].map((name, index) => [
    name,
    {
      name,
      subnet: `10.255.${224 + index * 16}.0/20`,
      gateway: `10.255.${224 + index * 16}.1`,
      bridge: `none${index}`,
    },
  ]),
);

const addresses: Readonly<Record<string, string>> = {
  "acme-dev": "10.255.224.5",
  "other-dev": "10.255.240.5",
};

/** A Pod in each cluster; in those named, nobody may call it. */
function cacheOf(...closed: readonly string[]): ObjectCache {
  const pod = (cluster: string): KubeObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "server", namespace: "n" },
    spec: { containers: [] },
    status: { phase: "Running", podIP: addresses[cluster] },
  });
  const policy: KubeObject = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny", namespace: "n" },
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  };
  const list = (cluster: string, { kind }: ResourceType) => {
    if (kind === "NetworkPolicy") return closed.includes(cluster) ? [policy] : [];
    return kind === "Pod" ? [pod(cluster)] : [];
  };
  return { list } as unknown as ObjectCache;
}

describe.skipIf(!(await canRunPodman(import.meta.filename)))(
  "what a start after a kill does with rules",
  () => {
    const folder = `/nowhere/${randomUUID()}`;
    const mark = sha256Hex(folder).slice(0, 8).toUpperCase();
    const policies = () => new PolicyNetwork(folder);
    const services = () => new ServiceNetwork({ folder });

    const rules = (): readonly string[] =>
      execFileSync("iptables-save", { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.includes(mark));
    const closed = () =>
      Object.keys(addresses).filter((cluster) =>
        rules().some((line) => line.includes(`-d ${addresses[cluster]}/32 -j CAT-POL`)),
      );
    /** The clusters whose Pods are kept from those of others. */
    const apart = () =>
      [...networks].flatMap(([cluster, { subnet }]) =>
        rules().some((line) => line.includes(`-s ${subnet} -d 10.128.0.0/9 -j REJECT`)) ? cluster : [],
      );

    /** Does work and gives all that `look` showed meanwhile. */
    async function seenDuring<T>(look: () => T, work: () => Promise<void>): Promise<readonly T[]> {
      const seen: T[] = [];
      let isDone = false;
      const working = work().finally(() => {
        isDone = true;
      });
      while (!isDone) {
        seen.push(look());
        await new Promise((resolve) => setImmediate(resolve));
      }
      await working;
      return [...seen, look()];
    }

    afterAll(async () => {
      for (const network of [policies(), services()])
        for (const cluster of networks.keys()) await network.leave(cluster);
    });

    test("policies hold in every cluster, also while the first one is looked at", async () => {
      const killed = policies();
      killed.use(cacheOf("acme-dev", "other-dev"));
      await killed.takeOver(networks);
      expect(closed()).toEqual(["acme-dev", "other-dev"]);
      const next = policies();
      const seen = await seenDuring(closed, async () => {
        const context = { cache: cacheOf("acme-dev", "other-dev") } as ReconcileContext<NetworkPolicy>;
        await next.controller().reconcile({ cluster: "acme-dev", namespace: "n", name: "deny" }, context);
        await next.takeOver(networks);
        await next.controller().reconcile({ cluster: "acme-dev", namespace: "n", name: "deny" }, context);
      });
      for (const each of seen) expect(each).toEqual(["acme-dev", "other-dev"]);
    });

    test("policies that the killed one hadn't come to are enforced, and those that went aren't", async () => {
      const next = policies();
      next.use(cacheOf("other-dev"));
      await next.takeOver(networks);
      expect(closed()).toEqual(["other-dev"]);
      const other = policies();
      other.use(cacheOf("acme-dev"));
      await other.takeOver(networks);
      expect(closed()).toEqual(["acme-dev"]);
    });

    test("clusters stay apart from each other, each of them at every moment", async () => {
      const killed = services();
      killed.use(cacheOf());
      await killed.takeOver(networks);
      expect(apart()).toEqual(["acme-dev", "other-dev"]);
      await killed.close();
      const next = services();
      next.use(cacheOf());
      const seen = await seenDuring(apart, () => next.takeOver(networks));
      for (const each of seen) expect(each).toEqual(["acme-dev", "other-dev"]);
      await next.close();
    });

    test("nothing is left once it is stopped, whoever wrote it", async () => {
      for (const network of [policies(), services()]) {
        network.use(cacheOf("acme-dev"));
        for (const cluster of networks.keys()) await network.leave(cluster);
      }
      expect(rules()).toEqual([]);
    });
  },
);
