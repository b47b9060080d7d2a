import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildKustomization, fileTree } from "@catalyst/kustomize";
import { build } from "../tests/lab/build.ts";
import { componentNamed, programPath } from "../tests/lab/lab.ts";
import type { Benchmark, Side } from "./benchmark.ts";

const root = resolve(import.meta.dirname, "..");

/** Writes a folder of `count` Deployments and Services and a kustomization that lists them. */
function writeFolder(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), "bench-kustomize-"));
  const names = Array.from({ length: count }, (_, index) => `object-${index}.yaml`);
  names.forEach((name, index) => {
    writeFileSync(join(folder, name), index % 2 === 0 ? deployment(index) : service(index));
  });
  const resources = names.map((name) => `- ${name}`).join("\n");
  writeFileSync(join(folder, "kustomization.yaml"), `resources:\n${resources}\n`);
  return folder;
}

function deployment(index: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${index}
  labels:
    app: web-${index}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web-${index}
  template:
    metadata:
      labels:
        app: web-${index}
    spec:
      containers:
      - name: web
        image: registry.example/web:1.${index}
        ports:
        - containerPort: 8080
        resources:
          requests:
            cpu: 100m
            memory: 64Mi
`;
}

function service(index: number): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: web-${index}
spec:
  selector:
    app: web-${index - 1}
  ports:
  - port: 80
    targetPort: 8080
`;
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function benchmarkOf(count: number): Benchmark {
  return {
    id: "P6",
    title: `kustomize build of ${count} objects`,
    peerName: "kustomize 5.8",
    metrics: {
      "a run of the program": { unit: "ms", better: "less" },
      "in process": { unit: "ms", better: "less" },
    },
    ours: async () => {
      const folder = writeFolder(count);
      const files = new Map(
        readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))] as const),
      );
      const launcher = join(root, "catalyst");
      return {
        round: async () => ({
          "a run of the program": await timed(() =>
            execFileSync(launcher, ["kustomize", "build", folder], quiet),
          ),
          "in process": await timed(() => buildKustomization({ files: fileTree(files), path: "" }).text()),
        }),
        close: async () => rmSync(folder, { recursive: true }),
      };
    },
    peer: async (): Promise<Side> => {
      await build(componentNamed("kustomize"));
      const folder = writeFolder(count);
      const program = programPath("kustomize");
      return {
        round: async () => {
          const milliseconds = await timed(() => execFileSync(program, ["build", folder], quiet));
          // The program is all there is to compare an in-process build with.
          return { "a run of the program": milliseconds, "in process": milliseconds };
        },
        close: async () => rmSync(folder, { recursive: true }),
      };
    },
  };
}

const quiet: ExecFileSyncOptions = { stdio: ["ignore", "ignore", "inherit"] };

export const benchmarks: readonly Benchmark[] = [4, 100, 1000].map(benchmarkOf);
