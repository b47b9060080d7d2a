import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openServer } from "@catalyst/adapter-http";
import { openClusters } from "@catalyst/adapter-kubernetes";
import { systemClock } from "@catalyst/base/clock";
import { inTurns } from "@catalyst/base/jobs";
import { silentLogger } from "@catalyst/base/logger";
import { parseYamlStream } from "@catalyst/base/yaml";
import { loadChart, packageChart } from "@catalyst/charts";
import { type KubernetesServer, mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore, type Store } from "@catalyst/embedded-store";
import { type ClusterClient, configMaps, customResourceDefinitions } from "@catalyst/ports/kubernetes";
import { inProcess } from "@catalyst/ports/transport";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ResourceTypes } from "../../core/embedded/flux/apply/index.ts";
import { renderWithLookups } from "../../core/embedded/flux/helm-release/chart.ts";
import { fluxJobs } from "../../core/embedded/flux/jobs.ts";
import { runHelm } from "../charts/chart-programs.ts";
import { available } from "./available.ts";

const token = "token-of-the-tests";

/** Templates of a ConfigMap's only value. */
const seen: Readonly<Record<string, string>> = {
  "its version":
    '"{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Major }}.{{ .Capabilities.KubeVersion.Minor }} {{ .Capabilities.KubeVersion.GitVersion }}"',
  "its version's fields": '{{ printf "%v" .Capabilities.KubeVersion | quote }}',
  "all it serves": "{{ sortAlpha .Capabilities.APIVersions | toJson | quote }}",
  "what was defined there":
    '"{{ .Capabilities.APIVersions.Has "things.example/v1/Thing" }} {{ .Capabilities.APIVersions.Has "things.example/v1/Scale" }} {{ .Capabilities.APIVersions.Has "things.example/v2" }}"',
  "an object": '{{ (lookup "v1" "ConfigMap" "default" "there").data | toJson | quote }}',
  "a list":
    '{{ range (lookup "v1" "ConfigMap" "default" "").items }}{{ .metadata.name }} {{ .kind }}{{ .apiVersion }} {{ end }}',
  "a list's kind": '{{ $l := lookup "v1" "ConfigMap" "default" "" }}{{ $l.kind }} {{ $l.apiVersion }}',
  "a list of everything": '{{ (lookup "v1" "Namespace" "" "").items | len }}',
  "an absent object": '"{{ lookup "v1" "ConfigMap" "default" "none" }}"',
  "an object of an absent namespace": '"{{ lookup "v1" "ConfigMap" "none" "none" }}"',
  "an object without its namespace": '"{{ lookup "v1" "ConfigMap" "" "there" }}"',
  "a cluster-wide object in a namespace": '"{{ (lookup "v1" "Namespace" "other" "default").metadata.name }}"',
  "a kind that isn't there": '"{{ lookup "v1" "Nothing" "default" "x" }}"',
  "a version that isn't there": '"{{ lookup "nowhere.example/v1" "Nothing" "default" "x" }}"',
  "a core version that isn't there": '"{{ lookup "v2" "ConfigMap" "default" "x" }}"',
};

describe.skipIf(!(await available(import.meta.filename, "helm")))(
  "a release sees the cluster as helm shows it",
  () => {
    let folder = "";
    let store: Store;
    let kubernetes: KubernetesServer;
    let client: ClusterClient;
    let close: () => Promise<void>;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "cluster-rendering-"));
      store = await openStore({ dir: join(folder, "store") });
      kubernetes = await openKubernetes({
        store,
        clock: systemClock,
        logger: silentLogger,
        tokens: [{ token, user: { name: "admin", groups: [mastersGroup] } }],
      });
      const transport = inProcess(kubernetes.handler, { authorization: `Bearer ${token}` });
      const clusters = openClusters(transport, kubernetes);
      await clusters.ensure("acme-dev");
      client = clusters.client("acme-dev");
      // helm gives its token to nobody over plain HTTP
      const { handler } = kubernetes;
      const admitted: typeof handler = (request) =>
        handler({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
      const served = await openServer(admitted, { logger: silentLogger });
      close = () => served.close();
      const server = `http://127.0.0.1:${served.port}/clusters/acme-dev`;
      writeFileSync(
        join(folder, "kubeconfig"),
        JSON.stringify({
          apiVersion: "v1",
          kind: "Config",
          "current-context": "a",
          clusters: [{ name: "a", cluster: { server } }],
          contexts: [{ name: "a", context: { cluster: "a" } }],
        }),
      );
      const metadata = { namespace: "default", name: "there" };
      await client.create(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata, data: { a: "1" } });
      await client.create(customResourceDefinitions, thing);
      await vi.waitFor(
        async () => expect((await client.served()).apiVersions).toContain("things.example/v1/Thing"),
        60_000,
      );
    });
    afterAll(async () => {
      await close();
      await kubernetes.close();
      await store.close();
      rmSync(folder, { recursive: true });
    });

    test.each(Object.keys(seen))("%s", async (name) => {
      const files = {
        "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "templates/a.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata:\n  seen: ${seen[name]}\n`,
      };
      for (const [path, text] of Object.entries(files)) writeIn(join(folder, "web", path), text);
      const words = ["template", "web", "web", "--dry-run=server", "--kubeconfig", "kubeconfig"];
      const helm = await runHelm(words, folder);
      const own = await rendered(files).catch((error: Error) => error);
      if (own instanceof Error) {
        expect(helm.isDone).toBe(false);
        expect(/error calling lookup.*/.exec(own.message)?.[0]).toBe(
          /error calling lookup.*/.exec(helm.stderr)?.[0],
        );
        return;
      }
      expect(helm.stderr).toBe("");
      const [theirs] = parseYamlStream(helm.stdout);
      expect(own).toEqual({ ...(theirs?.value as object), metadata: { name: "seen", labels: {} } });
    });

    async function rendered(files: Readonly<Record<string, string>>): Promise<unknown> {
      const chart = loadChart(
        new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
      );
      const { documents } = await renderWithLookups(
        {
          archive: packageChart(chart).bytes,
          archiveDigest: JSON.stringify(files),
          chartVersion: undefined,
          release: {
            name: "web",
            namespace: "default",
            revision: 1,
            isUpgrade: false,
            firstDeployed: undefined,
            labels: {},
            applyMethod: "ssa",
          },
          values: {},
          former: undefined,
          crds: "Create",
          seed: "",
          now: 0,
          skipSchema: false,
          commonMetadata: undefined,
          originLabels: {},
          postRenderStrategy: "combined",
          postRenderers: [],
        },
        {
          work: inTurns(fluxJobs),
          client,
          types: new ResourceTypes(),
          signal: new AbortController().signal,
        },
      );
      return documents[0];
    }
  },
);

const thing = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "things.things.example" },
  spec: {
    group: "things.example",
    scope: "Namespaced",
    names: { kind: "Thing", plural: "things" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        subresources: { scale: { specReplicasPath: ".spec.n", statusReplicasPath: ".status.n" } },
      },
    ],
  },
};

function writeIn(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
