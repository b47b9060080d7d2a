import {
  type ClusterClient,
  configMaps,
  deployments,
  type ResourceType,
  secrets,
  services,
} from "@catalyst/ports/kubernetes";
import type { Sequence } from "../sequence.ts";
import { configMap, definition, deployment, service, till } from "../templates.ts";

const inSite = (name: string) => ({ namespace: "site", name });
const hand = { fieldManager: "hand" };
const mark = "helm.toolkit.fluxcd.io/driftDetection";

const secret = `apiVersion: v1
kind: Secret
metadata: {name: words}
type: Opaque
stringData: {first: open, second: sesame}
`;

const files = {
  "templates/config.yaml": configMap(
    "config",
    '{color: red, size: "1", shape: round}',
    "{example.com/why: because}",
  ),
  "templates/deployment.yaml": deployment,
  "templates/own.yaml": configMap("own", "{color: red}", `{${mark}: Disabled}`),
  "templates/secret.yaml": secret,
  "templates/service.yaml": service,
};

const patch =
  (type: ResourceType, name: string, change: object) =>
  (client: ClusterClient): Promise<unknown> =>
    client.mergePatch(type, inSite(name), change, hand);

const jsonPatch =
  (type: ResourceType, name: string, ...operations: readonly object[]) =>
  (client: ClusterClient): Promise<unknown> =>
    client.patch(type, inSite(name), "json", operations, hand);

/** Does several things one after the other. */
function all(
  ...edits: readonly ((client: ClusterClient) => Promise<unknown>)[]
): (client: ClusterClient) => Promise<void> {
  return async (client) => {
    for (const edit of edits) await edit(client);
  };
}

const images = "/spec/template/spec/containers";
const changeImage = jsonPatch(deployments, "site", {
  op: "replace",
  path: `${images}/0/image`,
  value: "registry.test/main:9",
});

/**
 * What others change in a release is seen, and put right where that is wanted. Flux 2.9 puts no Secret right: it sends
 * the mask under which it logs a value. Ours does, so that it isn't among these.
 */
export const driftSequences: readonly Sequence[] = [
  {
    name: "drift",
    steps: [
      {
        title: "install",
        chart: { version: "1.0.0", files },
        spec: { values: { replicas: 2, variables: { a: "1", b: "2" } }, driftDetection: { mode: "enabled" } },
      },
      {
        title: "put right what was changed and deleted by hand",
        edit: all(
          patch(configMaps, "config", { data: { color: "grey", shape: null, more: "yes" } }),
          patch(configMaps, "own", { data: { color: "grey" } }),
          patch(deployments, "site", {
            metadata: { labels: { outcome: "good", "app.kubernetes.io/managed-by": null } },
          }),
          jsonPatch(
            deployments,
            "site",
            { op: "replace", path: "/spec/replicas", value: 4 },
            { op: "replace", path: `${images}/0/image`, value: "registry.test/main:9" },
            { op: "remove", path: `${images}/1` },
          ),
          (client) => client.delete(services, inSite("site")),
        ),
      },
      {
        title: "leave alone what others added",
        edit: all(
          patch(configMaps, "config", {
            metadata: { labels: { by: "hand" }, annotations: { "example.com/how": "so" } },
          }),
          jsonPatch(deployments, "site", {
            op: "add",
            path: `${images}/0/env/-`,
            value: { name: "c", value: "3" },
          }),
        ),
      },
      {
        title: "leave alone what rules name",
        spec: {
          driftDetection: {
            mode: "enabled",
            ignore: [
              { paths: ["/spec/replicas", "/spec/nothing"], target: { kind: "Deploy.*", group: "apps" } },
              { paths: ["/metadata/annotations/example.com~1why"], target: { labelSelector: "!by" } },
              { paths: ["/data/color"] },
              { paths: [""], target: { name: "wor.*", namespace: "site", version: "v1" } },
            ],
          },
        },
        edit: all(
          patch(configMaps, "config", {
            metadata: { annotations: { "example.com/why": "for nothing" } },
            data: { color: "white", size: "3" },
          }),
          patch(secrets, "words", { data: { first: "c2h1dA==" } }),
          patch(deployments, "site", { spec: { replicas: 5 } }),
        ),
      },
      {
        title: "tell of it alone",
        spec: {
          driftDetection: { mode: "warn", ignore: [{ paths: ["/data/second"], target: { kind: "Secret" } }] },
        },
        edit: all(
          patch(secrets, "words", { data: { first: "c2h1dA==", second: "dXA=" } }),
          (client) => client.delete(configMaps, inSite("config")),
          patch(deployments, "site", {
            metadata: { annotations: { [mark]: "disabled" } },
            spec: { paused: true },
          }),
          jsonPatch(services, "site", { op: "replace", path: "/spec/selector/app", value: "another" }),
        ),
      },
      { title: "look no more", spec: { driftDetection: { mode: "disabled" } } },
      {
        title: "put it right by an upgrade, and look again",
        spec: { values: { replicas: 1 }, driftDetection: { mode: "enabled" } },
      },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "drift-client-side",
    steps: [
      {
        title: "install a kind of its own client-side",
        chart: {
          version: "1.0.0",
          files: {
            ...files,
            "crds/till.yaml": definition(["drawers", "coins"]),
            "templates/till.yaml": till,
          },
        },
        spec: {
          install: { serverSideApply: false },
          values: { drawers: 2, coins: 3 },
          driftDetection: { mode: "enabled" },
        },
      },
      {
        title: "put right what was changed by hand",
        edit: all(changeImage, async (client) => {
          const type = await client.resourceType("releases.example.com/v1", "Till");
          if (type === undefined) throw new Error("no Tills are served");
          await client.mergePatch(type, inSite("site"), { spec: { coins: 9, drawers: null } }, hand);
        }),
      },
    ],
  },
  {
    name: "drift-unknown",
    steps: [
      {
        title: "install",
        chart: { version: "1.0.0", files },
        spec: { driftDetection: { mode: "enabled" } },
      },
      {
        title: "put right what can be, of what can't tell nothing but that",
        isEndless: true,
        edit: all(
          patch(configMaps, "config", { data: { color: "grey" }, immutable: true }),
          patch(configMaps, "config", { metadata: { labels: { by: "hand" } } }),
          changeImage,
        ),
      },
      {
        title: "not know what a rule means that is none",
        isEndless: true,
        spec: { driftDetection: { mode: "warn", ignore: [{ paths: [""], target: { name: "(" } }] } },
      },
    ],
  },
];
