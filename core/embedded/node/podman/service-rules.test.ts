import type { Endpoint, Service } from "@catalyst/ports/kubernetes";
import { expect, test } from "vitest";
import { serviceRules } from "./service-rules.ts";

const chains = { services: "SVC", replies: "RPL", unanswered: "UNA" };

test("each ready Pod of a Service gets the same share, from the cluster's own Pods only", () => {
  const meta = { namespace: "n", labels: { "kubernetes.io/service-name": "web" } };
  const endpoint = (address: string, ready: boolean) => ({ addresses: [address], conditions: { ready } });
  const rules = serviceRules(chains, [
    {
      subnet: "10.128.0.0/20",
      gateway: "10.128.0.1",
      namePort: 5353,
      apiPort: undefined,
      services: [
        {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: "web", namespace: "n" },
          spec: { clusterIP: "10.96.0.9", ports: [{ name: "http", port: 80 }] },
        },
        {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: "headless", namespace: "n" },
          spec: { clusterIP: "None", ports: [{ port: 80 }] },
        },
      ],
      slices: [
        {
          apiVersion: "discovery.k8s.io/v1",
          kind: "EndpointSlice",
          metadata: { name: "web-1", ...meta },
          addressType: "IPv4",
          ports: [{ name: "http", port: 8080 }],
          endpoints: [
            endpoint("10.128.0.2", true),
            endpoint("10.128.0.3", true),
            endpoint("10.128.0.4", false),
          ],
        },
      ],
    },
  ]);
  const service = rules.split("\n").filter((line) => line.includes("10.96.0.9"));
  expect(service).toEqual([
    "-A SVC -s 10.128.0.0/20 -d 10.96.0.9/32 -p tcp --dport 80 -m statistic --mode random --probability 0.5000000000 -j DNAT --to-destination 10.128.0.2:8080",
    "-A SVC -s 10.128.0.0/20 -d 10.96.0.9/32 -p tcp --dport 80 -j DNAT --to-destination 10.128.0.3:8080",
  ]);
  expect(rules).not.toContain("None");
  expect(rules.endsWith("COMMIT\n")).toBe(true);
});

test("case 27: what a cluster's Pods send to other clusters' Pods and to the loopback is refused, in this order", () => {
  const nothing = { namePort: 5353, apiPort: undefined, services: [], slices: [] };
  const rules = serviceRules(chains, [{ subnet: "10.128.16.0/20", gateway: "10.128.16.1", ...nothing }]);
  expect(rules.split("\n").filter((line) => line.startsWith("-A UNA"))).toEqual([
    "-A UNA -d 10.128.16.0/20 -p icmp --icmp-type redirect -j DROP",
    "-A UNA -s 10.128.16.0/20 -d 10.96.0.0/12 -j REJECT",
    "-A UNA -s 10.128.16.0/20 -d 10.128.16.0/20 -j RETURN",
    "-A UNA -s 10.128.16.0/20 -d 10.128.0.0/9 -j REJECT",
    "-A UNA -s 10.128.16.0/20 -d 127.0.0.0/8 -m conntrack ! --ctstate DNAT -j DROP",
  ]);
});

/** The rules of a Service with these endpoints, without what all of them begin with. */
function rulesOf(spec: Partial<Service["spec"]>, endpoints: readonly Endpoint[]): readonly string[] {
  const start = "-A SVC -s 10.128.0.0/20 -d 10.96.0.9/32 -p tcp --dport 80 ";
  const rules = serviceRules(chains, [
    {
      subnet: "10.128.0.0/20",
      gateway: "10.128.0.1",
      namePort: 5353,
      apiPort: undefined,
      services: [
        {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: "web", namespace: "n" },
          spec: { clusterIP: "10.96.0.9", ports: [{ port: 80 }], ...spec },
        },
      ],
      slices: [
        {
          apiVersion: "discovery.k8s.io/v1",
          kind: "EndpointSlice",
          metadata: { name: "web-1", namespace: "n", labels: { "kubernetes.io/service-name": "web" } },
          addressType: "IPv4",
          ports: [{ port: 8080 }],
          endpoints,
        },
      ],
    },
  ]);
  return rules.split("\n").flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : []));
}

const ready = (address: string): Endpoint => ({ addresses: [address], conditions: { ready: true } });

test("with an affinity a caller comes back to the Pod it got, as long as it is said", () => {
  const rules = rulesOf(
    { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
    [ready("10.128.0.2"), ready("10.128.0.3")],
  );
  const [list, other] = rules.flatMap((rule) => /--name (CAT-\w+) --update/.exec(rule)?.[1] ?? []);
  expect(list).not.toBe(other);
  expect(rules).toEqual([
    `-m recent --name ${list} --update --seconds 60 --reap -j DNAT --to-destination 10.128.0.2:8080`,
    `-m recent --name ${other} --update --seconds 60 --reap -j DNAT --to-destination 10.128.0.3:8080`,
    `-m statistic --mode random --probability 0.5000000000 -m recent --name ${list} --set -j DNAT --to-destination 10.128.0.2:8080`,
    `-m recent --name ${other} --set -j DNAT --to-destination 10.128.0.3:8080`,
  ]);
  expect(rulesOf({ sessionAffinity: "ClientIP" }, [ready("10.128.0.2")])).toEqual([
    "-j DNAT --to-destination 10.128.0.2:8080",
  ]);
});

test("Pods that end are called only while no other is ready", () => {
  const ending: Endpoint = {
    addresses: ["10.128.0.4"],
    conditions: { ready: false, serving: true, terminating: true },
  };
  expect(rulesOf({}, [ready("10.128.0.2"), ending])).toEqual(["-j DNAT --to-destination 10.128.0.2:8080"]);
  expect(rulesOf({}, [ending])).toEqual(["-j DNAT --to-destination 10.128.0.4:8080"]);
});
