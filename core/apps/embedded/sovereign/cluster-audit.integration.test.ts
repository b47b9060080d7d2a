import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { soon } from "@catalyst/base/testing/soon";
import { openEventSpine } from "@catalyst/embedded-events";
import { mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { platformAccount } from "./access.ts";
import { clusterAudit } from "./cluster-audit.ts";

const dir = mkdtempSync(join(tmpdir(), "catalyst-cluster-audit-"));
let store: Awaited<ReturnType<typeof openStore>>;
let spine: Awaited<ReturnType<typeof openEventSpine>>;
let kubernetes: Awaited<ReturnType<typeof openKubernetes>>;

beforeAll(async () => {
  store = await openStore({ dir });
  spine = await openEventSpine({ store, clock: systemClock });
  kubernetes = await openKubernetes({
    store,
    clock: systemClock,
    logger: silentLogger,
    audit: clusterAudit(spine, silentLogger),
    tokens: [
      { token: "own", user: { name: platformAccount.user, groups: [mastersGroup] } },
      { token: "ann", user: { name: "ann", groups: [mastersGroup] } },
    ],
  });
  await kubernetes.ensure("demo-dev");
});
afterAll(async () => {
  await kubernetes.close();
  await store.close();
  rmSync(dir, { recursive: true });
});

const write = (token: string, cluster: string, name: string) =>
  kubernetes.handler({
    method: "POST",
    path: `${cluster}/api/v1/namespaces/default/configmaps`,
    headers: { authorization: `Bearer ${token}` },
    json: { metadata: { name } },
  });

async function told(scope: string) {
  const found = [];
  for await (const { event } of spine.replay(`ws.${scope}.audit.>`)) found.push(event);
  return found;
}

test("what people change in a cluster stands in the log of its scope, and what Catalyst does doesn't", async () => {
  await write("own", "", "of-catalyst");
  await write("ann", "", "of-ann");
  await write("ann", "/clusters/demo-dev", "elsewhere");
  const [management, environment] = await vi.waitFor(async () => {
    const lists = await Promise.all([told("management"), told("demo-dev")]);
    for (const list of lists) expect(list).toHaveLength(1);
    return lists;
  }, soon);
  expect(management).toMatchObject([
    {
      type: "io.openova.catalyst.audit.request.v1",
      source: "/clusters/management",
      data: { user: { username: "ann" }, objectRef: { name: "of-ann" }, responseStatus: { code: 201 } },
    },
  ]);
  expect(environment).toMatchObject([{ data: { objectRef: { name: "elsewhere" } } }]);
});

test("whoever tries to change something with a wrong credential is told of", async () => {
  await write("wrong", "/clusters/demo-dev", "of-nobody");
  const refusals = async () => (await told("demo-dev")).filter(({ data }) => isRefusal(data));
  await vi.waitFor(async () => expect(await refusals()).toHaveLength(1), soon);
  expect(await refusals()).toMatchObject([{ data: { user: {}, verb: "create" } }]);
});

function isRefusal(data: unknown): boolean {
  return (data as { readonly responseStatus?: { readonly code?: number } }).responseStatus?.code === 401;
}
