import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import {
  configMaps,
  events,
  type KubeObject,
  namespaces,
  type Service,
  secrets,
  services,
} from "@catalyst/ports/kubernetes";
import type { Handler } from "@catalyst/ports/transport";
import { afterEach, expect, it } from "vitest";
import { openTestFlux, type TestFlux } from "../../testing/open-test-flux.ts";
import { publishSite, siteKey, siteRelease } from "../../testing/site-release.ts";

let test: TestFlux;
afterEach(() => test.close());

const inSite = (name: string) => ({ namespace: "site", name });
const hand = { fieldManager: "hand" };
const configMap = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: ${data}\n`;
const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: words}\nstringData: {first: open-sesame}\n";
const service = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports:
    - {name: one, port: 80, targetPort: 8080}
    - {name: two, port: 81, targetPort: 8081}
`;

interface Released {
  readonly templates?: readonly string[];
  readonly ignore?: readonly object[];
  readonly timeout?: string;
  readonly between?: (server: Handler) => Handler;
}

/** A release whose drift is put right. */
async function released(options: Released = {}): Promise<void> {
  const { templates = [configMap("{color: red}"), secret], ignore = [], timeout = "3s" } = options;
  test = await openTestFlux(options.between === undefined ? {} : { between: options.between });
  await test.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "site" } });
  await publishSite(
    test,
    Object.fromEntries(templates.map((text, index) => [`templates/${index}.yaml`, text])),
  );
  await test.client.create(
    helmReleases,
    siteRelease({ timeout, driftDetection: { mode: "enabled", ignore } }),
  );
  await test.until(helmReleases, siteKey, isIn("Drifted", "False"));
}

/** Does something before the first JSON patch at a path goes on to the server, or in its place. */
const atCorrection =
  (path: string, meet: (server: Handler) => Promise<Awaited<ReturnType<Handler>> | undefined>) =>
  (server: Handler): Handler => {
    let isMet = false;
    return async (request) => {
      const isCorrection = request.headers["content-type"] === "application/json-patch+json";
      if (isMet || !isCorrection || !request.path.includes(path)) return server(request);
      isMet = true;
      return (await meet(server)) ?? server(request);
    };
  };

function refusal(code: number, reason: string, message: string): Awaited<ReturnType<Handler>> {
  const json = { kind: "Status", apiVersion: "v1", status: "Failure", reason, code, message };
  return { status: code, headers: { "content-type": "application/json" }, json };
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

/** What a correction that failed says, and how often the Secret was to be patched. */
async function failing(code: number, reason: string, message: string) {
  let tries = 0;
  await released({
    between: (server) => (request) => {
      const isCorrection = request.headers["content-type"] === "application/json-patch+json";
      if (!isCorrection || !request.path.includes("/secrets/words")) return server(request);
      tries++;
      return Promise.resolve(refusal(code, reason, message));
    },
  });
  await changedByHand();
  await ask();
  await test.until(helmReleases, siteKey, isIn("Reconciling", "True", "ProgressingWithRetry"));
  // It writes its own status, which isn't to wake it.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return { tries, told: await notes("DriftCorrectionFailed") };
}

it.each<[number, string, string]>([
  [422, "Invalid", 'Secret "words" is invalid: data[first]: Invalid value: "open-sesame"'],
  [403, "Forbidden", 'admission webhook "guard" denied the request: "open-sesame" is too weak'],
  [500, "InternalError", 'an error on the server: "open-sesame"'],
])(
  "25: that can't be put right (%i) is told without a secret's value, and tried again after a pause",
  async (code, reason, message) => {
    expect(await failing(code, reason, message)).toEqual({
      tries: 1,
      told: [
        "Failed to partially correct cluster state of release site/site.v1:\nSecret/site/words patch failure: the server refused the Secret; its words are left out since they may hold values\n\nSuccessful corrections:\nConfigMap/site/config configured",
      ],
    });
  },
);

it("is put right around what is ignored, which stays as it is", async () => {
  await released({
    templates: [configMap("{a: '1', b: '2', c: '3', counter: '0'}"), service],
    ignore: [{ paths: ["/data/counter", "/spec/ports/0"] }],
  });
  await test.client.mergePatch(
    configMaps,
    inSite("config"),
    { data: { a: "x", b: "x", c: "x", counter: "42" } },
    hand,
  );
  const ports = [0, 1].map((index) => ({
    op: "replace",
    path: `/spec/ports/${index}/targetPort`,
    value: 9999,
  }));
  await test.client.patch(services, inSite("web"), "json", ports, hand);
  await ask();
  const config = await test.until(configMaps, inSite("config"), (found) => found?.data?.["a"] === "1");
  expect(config.data).toEqual({ a: "1", b: "2", c: "3", counter: "42" });
  const web = await test.until(services, inSite("web"), (found) => targets(found)?.[1] === 8081);
  expect(targets(web)).toEqual([9999, 8081]);
  await test.until(helmReleases, siteKey, isIn("Drifted", "False"));
});

const targets = (found: Service | undefined) => found?.spec?.ports?.map(({ targetPort }) => targetPort);

it("is put right as it is by then, when others write meanwhile", async () => {
  await released({
    templates: [service],
    between: atCorrection("/services/web", async () => {
      const theirs = {
        op: "add",
        path: "/spec/ports/0",
        value: { name: "theirs", port: 90, targetPort: 90 },
      };
      await test.client.patch(services, inSite("web"), "json", [theirs], hand);
      return undefined;
    }),
  });
  const change = { op: "replace", path: "/spec/ports/0/targetPort", value: 9999 };
  await test.client.patch(services, inSite("web"), "json", [change], hand);
  await ask();
  const web = await test.until(services, inSite("web"), (found) => targets(found)?.includes(9999) === false);
  expect(targets(web)?.toSorted()).toEqual([8080, 8081, 90]);
  await test.until(helmReleases, siteKey, isIn("Drifted", "False"));
});

it("isn't put right for longer than an action may take", async () => {
  await released({
    timeout: "1s",
    between: atCorrection("/configmaps/config", async () => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return refusal(503, "ServiceUnavailable", "too late");
    }),
  });
  await changedByHand();
  await ask();
  await test.until(helmReleases, siteKey, isIn("Reconciling", "True", "ProgressingWithRetry"));
  expect(await notes("DriftCorrectionFailed")).toEqual([
    "Failed to correct cluster state of release site/site.v1:\nConfigMap/site/config patch failure: context deadline exceeded\nSecret/site/words patch failure: context deadline exceeded",
  ]);
});
