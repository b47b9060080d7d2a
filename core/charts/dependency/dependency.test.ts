import { sha256Hex } from "@catalyst/base/digest";
import { describe, expect, test } from "vitest";
import {
  buildDependencies,
  type Chart,
  type DependencyTransport,
  dependencyStatuses,
  loadChart,
  lockDigest,
  packageChart,
  printLock,
  resolveDependencies,
  updateDependencies,
} from "../index.ts";

function chartOf(files: Readonly<Record<string, string>>): Chart {
  return loadChart(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
}

function named(name: string, version: string): Chart {
  return chartOf({ "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: ${version}\n` });
}

const database = packageChart(named("db", "1.4.0")).bytes;
const index = `apiVersion: v1
entries:
  db:
  - {version: 1.4.0, urls: [charts/db-1.4.0.tgz], digest: ${sha256Hex(database)}}
  - {version: 1.5.0-rc.1, urls: [charts/db-1.5.0.tgz]}
  - {version: 2.0.0, urls: [https://other.example/db-2.0.0.tgz]}
  - {version: 0.9.0, urls: ["https://["]}
`;

/** A repository by HTTP, an OCI registry with two versions, and a folder. */
const transport: DependencyTransport = {
  get: async (url) => {
    const known: Readonly<Record<string, Uint8Array>> = {
      "https://charts.example/index.yaml": Buffer.from(index),
      "https://charts.example/charts/db-1.4.0.tgz": database,
    };
    return known[url] ?? Promise.reject(new Error(`nothing at ${url}`));
  },
  versions: async () => ["0.1.0", "0.2.0"],
  pull: async (repository, version) => packageChart(named(repository.split("/").at(-1) ?? "", version)).bytes,
  folder: async () => named("near", "3.0.0"),
  pullProvenance: async () => Promise.reject(new Error("there is none")),
  named: (name) => (name === "stable" ? "https://charts.example" : undefined),
};

const parentYaml = `apiVersion: v2
name: parent
version: 1.0.0
dependencies:
- {name: db, version: ^1.0.0, repository: "https://charts.example/"}
- {name: cache, version: ">=0.1.0 <1.0.0", repository: "oci://registry.example/charts", condition: cache.enabled}
- {name: near, version: "*", repository: "file://../near", alias: close, tags: [a]}
`;

describe("dependencies", () => {
  const parent = chartOf({ "Chart.yaml": parentYaml });

  test("are chosen as the newest versions that fit, prereleases left out", async () => {
    const lock = await resolveDependencies(parent.metadata.dependencies, transport);
    expect(lock.dependencies.map(({ name, version }) => `${name} ${version}`)).toEqual([
      "db 1.4.0",
      "cache 0.2.0",
      "near 3.0.0",
    ]);
  });

  test("are built by the lock", async () => {
    const lock = await resolveDependencies(parent.metadata.dependencies, transport);
    const locked = chartOf({
      "Chart.yaml": parentYaml,
      "Chart.lock": printLock(lock, "2024-01-01T00:00:00Z"),
    });
    const { archives } = await buildDependencies(locked, transport);
    expect([...archives.keys()]).toEqual(["db-1.4.0.tgz", "cache-0.2.0.tgz", "near-3.0.0.tgz"]);
    expect(loadChart(archives.get("near-3.0.0.tgz") ?? new Uint8Array()).metadata.name).toBe("near");
  });

  test("aren't built by a lock that doesn't fit Chart.yaml", async () => {
    const lock = await resolveDependencies(parent.metadata.dependencies, transport);
    const changed = parentYaml.replace("^1.0.0", "^2.0.0");
    const stale = chartOf({ "Chart.yaml": changed, "Chart.lock": printLock(lock, "2024-01-01T00:00:00Z") });
    await expect(buildDependencies(stale, transport)).rejects.toMatchObject({ code: "chart-lock-outdated" });
  });

  test("are chosen anew by an update, whatever the lock says", async () => {
    const lock = { dependencies: [], digest: "sha256:0" };
    const locked = chartOf({
      "Chart.yaml": parentYaml,
      "Chart.lock": printLock(lock, "2024-01-01T00:00:00Z"),
    });
    const { archives } = await updateDependencies(locked, transport);
    expect([...archives.keys()]).toEqual(["db-1.4.0.tgz", "cache-0.2.0.tgz", "near-3.0.0.tgz"]);
  });

  test("that no version fits are an error, and so is an archive that isn't what the index promises", async () => {
    const unknown = chartOf({ "Chart.yaml": parentYaml.replace("^1.0.0", "^9.0.0") });
    await expect(resolveDependencies(unknown.metadata.dependencies, transport)).rejects.toMatchObject({
      code: "chart-dependency-unknown",
    });
    const lying: DependencyTransport = {
      ...transport,
      get: async (url, repository) =>
        url.endsWith(".tgz") ? Buffer.from("other") : transport.get(url, repository),
    };
    await expect(buildDependencies(parent, lying)).rejects.toMatchObject({ code: "chart-digest-mismatch" });
  });

  test.each(["@stable", "alias:stable"])(
    "of a repository by its name, %s, are locked with its address",
    async (name) => {
      const chart = chartOf({ "Chart.yaml": parentYaml.replace("https://charts.example/", name) });
      const { lock } = await updateDependencies(chart, transport);
      expect(lock.dependencies[0]).toMatchObject({ name: "db", repository: "https://charts.example" });
      const locked = chartOf({
        "Chart.yaml": parentYaml.replace("https://charts.example/", name),
        "Chart.lock": printLock(lock, "2024-01-01T00:00:00Z"),
      });
      expect([...(await buildDependencies(locked, transport)).archives.keys()]).toContain("db-1.4.0.tgz");
    },
  );

  test.each(["@other", "alias:other", "stable", "ftp://charts.example"])(
    "of a repository that isn't known, %s, are an error",
    async (name) => {
      const chart = chartOf({ "Chart.yaml": parentYaml.replace("https://charts.example/", name) });
      await expect(updateDependencies(chart, transport)).rejects.toMatchObject({
        code: "chart-repository-unknown",
      });
    },
  );

  test("are refused by what is asked of their provenance, and nothing is told of them", async () => {
    const seen: string[] = [];
    const check = async ({ url, name }: { readonly url: string; readonly name: string }) => {
      seen.push(`${url} ${name}`);
      if (name.startsWith("cache")) throw new Error("nobody signed it");
      return ["looked at"];
    };
    await expect(updateDependencies(parent, transport, check)).rejects.toThrow("nobody signed it");
    expect(seen).toEqual([
      "https://charts.example/charts/db-1.4.0.tgz db-1.4.0.tgz",
      "oci://registry.example/charts/cache:0.2.0 cache-0.2.0.tgz",
    ]);
  });

  test("whose address in the index is none are an error", async () => {
    const old = chartOf({ "Chart.yaml": parentYaml.replace("^1.0.0", "^0.9.0") });
    await expect(updateDependencies(old, transport)).rejects.toMatchObject({
      code: "chart-dependency-unknown",
    });
  });

  test("have helm's own lock digest", () => {
    // Of a chart whose lock the real program wrote.
    const wanted = chartOf({
      "Chart.yaml":
        "apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies:\n- {name: common, version: 2.x.x, repository: 'oci://registry-1.docker.io/bitnamicharts', tags: [bitnami-common]}\n",
    }).metadata.dependencies;
    const locked = [
      { name: "common", version: "2.31.4", repository: "oci://registry-1.docker.io/bitnamicharts" },
    ];
    expect(lockDigest(wanted, locked)).toBe(
      "sha256:fc442e77200e1914dd46fe26490dcf62f44caa51db673c2f8e67d5319cd4c163",
    );
  });

  test("have a status", () => {
    const chart = chartOf({
      "Chart.yaml": parentYaml,
      "charts/db/Chart.yaml": "name: db\nversion: 2.0.0",
      "charts/near/Chart.yaml": "name: near\nversion: 1.0.0",
    });
    expect(dependencyStatuses(chart).map(({ status }) => status)).toEqual([
      "wrong version",
      "missing",
      "unpacked",
    ]);
  });
});
