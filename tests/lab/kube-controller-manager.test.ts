import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available } from "./available.ts";
import { type EmbeddedLab, openEmbeddedLab } from "./embedded-lab.ts";

const names = ["kube-controller-manager", "kubectl"];
const theirs = ["garbage-collector-controller", "namespace-controller"] as const;
const within = { timeout: 60_000, interval: 500 };

interface Owned {
  readonly metadata: {
    readonly uid: string;
    readonly ownerReferences?: readonly unknown[];
    readonly deletionTimestamp?: string;
  };
}

describe.skipIf(!(await available(import.meta.filename, ...names)))(
  "kube-controller-manager's garbage collector and namespace controller, in place of the server's own",
  () => {
    let lab: EmbeddedLab;
    const owned = async (name: string, namespace = "default") =>
      (await lab.get<Owned>("configmap", name, namespace)).metadata;
    const isThere = (name: string) =>
      owned(name).then(
        () => true,
        () => false,
      );

    /** A ConfigMap that owns another, which owns a third. */
    async function chain(name: string): Promise<void> {
      let owner: { name: string; uid: string } | undefined;
      for (const part of [name, `${name}-child`, `${name}-grandchild`]) {
        const reference = { apiVersion: "v1", kind: "ConfigMap", blockOwnerDeletion: true, ...owner };
        const metadata = { name: part, ...(owner === undefined ? {} : { ownerReferences: [reference] }) };
        const object = { apiVersion: "v1", kind: "ConfigMap", metadata };
        await lab.kubectl(["create", "-f", "-"], JSON.stringify(object));
        owner = { name: part, uid: (await owned(part)).uid };
      }
    }

    beforeAll(async () => {
      lab = await openEmbeddedLab({ without: theirs });
      await lab.start({
        name: "kube-controller-manager",
        words: (health) => [
          `--kubeconfig=${lab.kubeconfig}`,
          `--authentication-kubeconfig=${lab.kubeconfig}`,
          `--authorization-kubeconfig=${lab.kubeconfig}`,
          `--controllers=${theirs.join(",")}`,
          "--leader-elect=false",
          "--bind-address=127.0.0.1",
          `--secure-port=${health.split(":")[1]}`,
          `--cert-dir=${lab.folder}`,
        ],
        ready: (health) => `https://${health}/healthz`,
      });
    });
    afterAll(() => lab?.stop());

    test("what is owned goes after its owner in the background", async () => {
      await chain("background");
      await lab.kubectl(["delete", "configmap", "background", "--cascade=background"]);
      expect(await isThere("background")).toBe(false);
      await expect.poll(() => isThere("background-grandchild"), within).toBe(false);
      expect(await isThere("background-child")).toBe(false);
    });

    test("what is owned goes before its owner in the foreground", async () => {
      await chain("foreground");
      const patch = '[{"op":"add","path":"/metadata/finalizers","value":["example.com/wait"]}]';
      await lab.kubectl(["patch", "configmap", "foreground-child", "--type=json", "-p", patch]);
      await lab.kubectl(["delete", "configmap", "foreground", "--cascade=foreground", "--wait=false"]);
      await expect
        .poll(async () => (await owned("foreground-child")).deletionTimestamp, within)
        .toBeDefined();
      expect((await owned("foreground")).deletionTimestamp).toBeDefined();
      const release = '[{"op":"remove","path":"/metadata/finalizers/0"}]';
      await lab.kubectl(["patch", "configmap", "foreground-child", "--type=json", "-p", release]);
      await expect.poll(() => isThere("foreground"), within).toBe(false);
      expect(await isThere("foreground-child")).toBe(false);
    });

    test("what is owned stays when its owner is let go alone", async () => {
      await chain("orphan");
      await lab.kubectl(["delete", "configmap", "orphan", "--cascade=orphan"]);
      expect((await owned("orphan-child")).ownerReferences).toBeUndefined();
      expect(await isThere("orphan-grandchild")).toBe(true);
    });

    test("what names an owner that never was goes", async () => {
      const reference = { apiVersion: "v1", kind: "ConfigMap", name: "nobody", uid: "0-0-0" };
      const metadata = { name: "lost", ownerReferences: [reference] };
      await lab.kubectl(
        ["create", "-f", "-"],
        JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata }),
      );
      await expect.poll(() => isThere("lost"), within).toBe(false);
    });

    test("a namespace goes with all that is in it, once its finalizers let it", async () => {
      await lab.kubectl(["create", "namespace", "leaving"]);
      const metadata = { name: "held", namespace: "leaving", finalizers: ["example.com/wait"] };
      for (const object of [
        { apiVersion: "v1", kind: "ConfigMap", metadata },
        { apiVersion: "v1", kind: "Secret", metadata: { name: "free", namespace: "leaving" } },
      ])
        await lab.kubectl(["create", "-f", "-"], JSON.stringify(object));
      await lab.kubectl(["delete", "namespace", "leaving", "--wait=false"]);
      const conditions = () =>
        lab.kubectl([
          "get",
          "namespace",
          "leaving",
          "-o=jsonpath={range .status.conditions[?(@.status=='True')]}{.type}: {.message}\n{end}",
        ]);
      await expect
        .poll(conditions, within)
        .toContain(
          "NamespaceFinalizersRemaining: Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances",
        );
      expect(await lab.kubectl(["get", "secrets", "-n", "leaving", "-o", "name"])).toBe("");
      const release = '[{"op":"remove","path":"/metadata/finalizers/0"}]';
      await lab.kubectl(["patch", "configmap", "held", "-n", "leaving", "--type=json", "-p", release]);
      await lab.kubectl(["wait", "--for=delete", "namespace/leaving", "--timeout=60s"]);
    });
  },
);
