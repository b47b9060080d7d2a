import { execFileSync } from "node:child_process";
import { type NetworkPolicy, networkPolicies, pods, services } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunPodman } from "../../testing/busybox.ts";
import {
  namespace,
  openPodmanCluster,
  type PodmanCluster,
  patience,
  shell,
} from "../../testing/podman-cluster.ts";

describe.skipIf(!(await canRunPodman(import.meta.filename)))(
  "NetworkPolicies on podman",
  { timeout: 4 * patience },
  () => {
    let on: PodmanCluster;
    /** Addresses of the Pods, by name. */
    const addresses: Record<string, string> = {};

    beforeAll(async () => {
      on = await openPodmanCluster();
    });
    afterAll(() => on.close());

    /** Tells whether a Pod reaches another one, by its address or a Service's name. */
    async function reaches(from: string, to: string, port: number): Promise<boolean> {
      const { exitCode } = await on.run(from, ["fetch", addresses[to] ?? to, String(port)]);
      return exitCode === 0;
    }

    async function policy(name: string, spec: NetworkPolicy["spec"]): Promise<void> {
      const metadata = { name, namespace };
      await on.cluster.client.create(networkPolicies, {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata,
        ...(spec === undefined ? {} : { spec }),
      });
    }

    const role = (name: string) => ({ matchLabels: { role: name } });

    /** Every way there is between these Pods now. */
    async function ways(): Promise<readonly string[]> {
      const found: string[] = [];
      for (const from of ["friend", "stranger"])
        for (const [to, port] of [
          ["server", 8080],
          ["server", 8081],
        ] as const)
          if (await reaches(from, to, port)) found.push(`${from} ${port}`);
      if (await reaches("friend", `server.${namespace}.svc.cluster.local`, 80))
        found.push("friend by Service");
      if (await reaches("server", "stranger", 8080)) found.push("server out");
      return found;
    }

    test("Pods run", async () => {
      const serving = shell(
        "main",
        "echo hello > /www/index.html; httpd -p 8081 -h /www; exec httpd -f -p 8080 -h /www",
      );
      const container = { ...serving, ports: [{ name: "http", containerPort: 8080 }] };
      for (const name of ["server", "friend", "stranger"]) {
        await on.create(name, { containers: [container] }, { labels: { role: name } });
        const pod = await on.until(
          name,
          ({ status }) => status?.phase === "Running" && status.podIP !== undefined,
        );
        addresses[name] = pod.status?.podIP ?? "";
      }
      await on.cluster.client.create(services, {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "server", namespace },
        spec: { selector: { role: "server" }, ports: [{ port: 80, targetPort: 8080 }] },
      });
    });

    test("what no policy is about is free; then only what some policy lets", async () => {
      const all = [
        "friend 8080",
        "friend 8081",
        "stranger 8080",
        "stranger 8081",
        "friend by Service",
        "server out",
      ];
      await expect.poll(ways, { timeout: patience }).toEqual(all);
      await policy("deny", { podSelector: role("server"), policyTypes: ["Ingress"] });
      await expect.poll(ways, { timeout: patience }).toEqual(["server out"]);
      await policy("friends", {
        podSelector: role("server"),
        ingress: [{ from: [{ podSelector: role("friend") }], ports: [{ port: "http" }] }],
      });
      await expect
        .poll(ways, { timeout: patience })
        .toEqual(["friend 8080", "friend by Service", "server out"]);
      await policy("quiet", { podSelector: role("server"), policyTypes: ["Egress"] });
      await expect.poll(ways, { timeout: patience }).toEqual(["friend 8080", "friend by Service"]);
      await policy("all-but-friend", {
        podSelector: role("server"),
        ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: [`${addresses["friend"]}/32`] } }] }],
      });
      const expected = ["friend 8080", "stranger 8080", "stranger 8081", "friend by Service"];
      await expect.poll(ways, { timeout: patience }).toEqual(expected);
    });

    test("a label that changes changes who is let, and a Pod that comes is nobody's friend", async () => {
      await on.cluster.client.delete(networkPolicies, { namespace, name: "all-but-friend" });
      await on.cluster.client.mergePatch(
        pods,
        { namespace, name: "stranger" },
        { metadata: { labels: { role: "friend" } } },
      );
      await expect.poll(() => reaches("stranger", "server", 8080), { timeout: patience }).toBe(true);
      const output = await on.printed("late", `sleep 3; fetch ${addresses["server"]} 8080 || echo refused`);
      expect(output).toContain("refused\n");
    });

    test("without policies no rule is left", async () => {
      for (const name of ["deny", "friends", "quiet"])
        await on.cluster.client.delete(networkPolicies, { namespace, name });
      await expect.poll(ways, { timeout: patience }).toContain("server out");
      expect(execFileSync("iptables-save", { encoding: "utf8" })).not.toContain(
        `${addresses["server"]}/32 -j CAT-POL`,
      );
    });
  },
);
