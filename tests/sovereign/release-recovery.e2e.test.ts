import { afterAll, beforeAll, expect, test } from "vitest";
import { Calls, eventually } from "./calls.ts";
import { kubernetes } from "./kubernetes.ts";
import { type Sovereign, startSovereign } from "./sovereign.ts";

/** A release whose Ready was lost: the Sovereign corrects it by itself, and tells everyone who looks. */
const application = "/environments/demo-dev/applications/site";
const releasePath =
  "/clusters/demo-dev/apis/helm.toolkit.fluxcd.io/v2/namespaces/applications/helmreleases/site";
const message = "auto-corrected from deployed-but-unknown-Ready by stuck-hr-recovery (TBD-A66)";

let sovereign: Sovereign;
let api: Calls;

beforeAll(async () => {
  sovereign = await startSovereign();
  api = new Calls(sovereign);
  await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
  await api.post("/environments/demo-dev/applications", {
    name: "site",
    blueprint: { name: "bp-static-site" },
  });
  await eventually("site is Running", async () => (await api.get(application)).phase === "Running");
}, 180_000);

afterAll(() => sovereign?.stop());

const release = async () => JSON.parse((await kubernetes(sovereign, releasePath, sovereign.token())).text);
type Named = { readonly type: string };
const readyOf = (object: { status: { conditions: readonly Named[] } }) =>
  object.status.conditions.find(({ type }) => type === "Ready");
const metrics = async () => {
  const headers = { authorization: `Bearer ${sovereign.token()}` };
  return (await fetch(`${sovereign.url}/metrics`, { headers })).text();
};

test("is corrected, and shows in the audit view, the events, the metrics and on the Application", async () => {
  expect((await api.get(application)).notice).toBeUndefined();
  const { status } = await release();
  const lastTransitionTime = `${new Date(Date.now() - 600_000).toISOString().slice(0, 19)}Z`;
  const conditions = status.conditions.map((condition: Named) =>
    condition.type === "Ready"
      ? { ...condition, status: "Unknown", reason: "Progressing", lastTransitionTime }
      : condition,
  );
  await kubernetes(sovereign, `${releasePath}/status`, sovereign.token(), { status: { conditions } });
  await eventually(
    "its Ready is corrected",
    async () => readyOf(await release())?.["message" as "type"] === message,
  );
  await eventually("the Application tells of it", async () =>
    /marked as ready by recovery/.test((await api.get(application)).notice?.sentence ?? ""),
  );
  await eventually("the audit view tells of it", async () => {
    const { items } = await api.get("/audit");
    return items.some(
      (item: Readonly<Record<string, string>>) =>
        item["user"] === "stuck-hr-recovery" &&
        item["action"] === "release.recover" &&
        item["surface"] === "system" &&
        item["application"] === "site" &&
        item["outcome"] === "done",
    );
  });
  await eventually("its events tell of it", async () => {
    const { items } = await api.get(`${application}/events`);
    return items.some(({ reason }: { readonly reason: string }) => reason === "StuckReleaseCorrected");
  });
  expect(await metrics()).toContain('catalyst_release_recovery_total{outcome="corrected",branch="B"} 1\n');
  expect((await fetch(`${sovereign.url}/metrics`)).status).toBe(401);
}, 120_000);
