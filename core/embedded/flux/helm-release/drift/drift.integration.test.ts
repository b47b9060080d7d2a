import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import { configMaps, events, type KubeObject, namespaces, secrets } from "@catalyst/ports/kubernetes";
import type { Handler } from "@catalyst/ports/transport";
import { afterEach, expect, it } from "vitest";
import { openTestFlux, type TestFlux } from "../../testing/open-test-flux.ts";
import { publishSite, siteKey, siteRelease } from "../../testing/site-release.ts";

let test: TestFlux;
afterEach(() => test.close());

const inSite = (name: string) => ({ namespace: "site", name });
const hand = { fieldManager: "hand" };
const files = {
  "templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {color: red}\n",
  "templates/secret.yaml":
    "apiVersion: v1\nkind: Secret\nmetadata: {name: words}\nstringData: {first: open-sesame}\n",
};

async function released(between: (server: Handler) => Handler = (server) => server): Promise<void> {
  test = await openTestFlux({ between });
  await test.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "site" } });
  await publishSite(test, files);
  await test.client.create(helmReleases, siteRelease({ driftDetection: { mode: "enabled" } }));
  await test.until(helmReleases, siteKey, isIn("Drifted", "False"));
}

const isIn = (type: string, status: string, reason?: string) => (object: HelmRelease | undefined) =>
  object?.status?.conditions?.some(
    (condition) =>
      condition.type === type &&
      condition.status === status &&
      (reason === undefined || condition.reason === reason),
  ) === true;

async function changedByHand(): Promise<void> {
  await test.client.mergePatch(configMaps, inSite("config"), { data: { color: "grey" } }, hand);
  await test.client.mergePatch(secrets, inSite("words"), { data: { first: "c2h1dA==" } }, hand);
}

const ask = () =>
  test.client.mergePatch(helmReleases, siteKey, {
    metadata: { annotations: { "reconcile.fluxcd.io/requestedAt": "now" } },
  });

const notes = async (reason: string) =>
  (await test.client.list<KubeObject & { reason?: string; message?: string }>(events, siteKey)).items
    .filter((event) => event.reason === reason)
    .map(({ message }) => message);

it("is found after a start, though everything recorded is as it was", async () => {
  await released();
  await test.restart(changedByHand);
  await test.until(configMaps, inSite("config"), (found) => found?.data?.["color"] === "red");
  await test.until(helmReleases, siteKey, isIn("Drifted", "False"));
  expect(await notes("DriftDetected")).toEqual([
    "Cluster state of release site/site.v1 has drifted from the desired state:\nSecret/site/words changed (0 additions, 1 changes, 0 removals)\nConfigMap/site/config changed (0 additions, 1 changes, 0 removals)",
  ]);
  expect(await notes("DriftCorrected")).toEqual([
    "Cluster state of release site/site.v1 has been corrected:\nConfigMap/site/config configured\nSecret/site/words configured",
  ]);
});

it("that can't be put right is told without a secret's value, and tried again after a pause", async () => {
  let tries = 0;
  await released((server) => async (request) => {
    const isCorrection = request.headers["content-type"] === "application/json-patch+json";
    if (!isCorrection || !request.path.includes("/secrets/words")) return server(request);
    tries++;
    const message = 'Secret "words" is invalid: data[first]: Invalid value: "open-sesame"';
    return {
      status: 422,
      headers: { "content-type": "application/json" },
      json: { kind: "Status", apiVersion: "v1", status: "Failure", reason: "Invalid", code: 422, message },
    };
  });
  await changedByHand();
  await ask();
  await test.until(helmReleases, siteKey, isIn("Reconciling", "True", "ProgressingWithRetry"));
  expect(await notes("DriftCorrectionFailed")).toEqual([
    "Failed to partially correct cluster state of release site/site.v1:\nSecret/site/words patch failure: the server refused it\n\nSuccessful corrections:\nConfigMap/site/config configured",
  ]);
  // It writes its own status, which isn't to wake it.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(tries).toBe(1);
});
