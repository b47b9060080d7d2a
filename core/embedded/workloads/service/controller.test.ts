import { KubernetesError, type KubernetesErrorCode, type Service } from "@catalyst/ports/kubernetes";
import type { ReconcileContext } from "@catalyst/reconciler";
import { expect, test } from "vitest";
import { serviceController } from "./controller.ts";

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "site", uid: "u" },
  spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
} as unknown as Service;

/** Reconciles the Service in a cluster where each write fails with a code. */
function reconcile(code: KubernetesErrorCode) {
  const fail = () => Promise.reject(new KubernetesError(code, 404, "NotFound", "it failed"));
  const context = {
    object: service,
    cache: { list: () => [], ownedBy: () => [] },
    clusters: { client: () => ({ create: fail, update: fail, delete: fail, find: fail, list: fail }) },
  } as unknown as ReconcileContext<Service>;
  return serviceController.reconcile({ cluster: "demo-dev", namespace: "site", name: "web" }, context);
}

test("a namespace that goes meanwhile is no failure", async () => {
  expect(await reconcile("kubernetes-not-found")).toEqual({ outcome: "settled" });
});

test("any other failure is tried again", async () => {
  await expect(reconcile("kubernetes-forbidden")).rejects.toMatchObject({ code: "kubernetes-forbidden" });
});
