import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ociRegistry } from "@catalyst/adapter-oci";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { RegistryCatalog } from "@catalyst/blueprint/catalog";
import { openSigningKey, type SigningKey } from "@catalyst/blueprint/signature";
import { openEventSpine } from "@catalyst/embedded-events";
import { openRegistry } from "@catalyst/embedded-registry";
import { openStore, type Store } from "@catalyst/embedded-store";
import type { KeyValue } from "@catalyst/ports/events";
import type { Registry } from "@catalyst/ports/oci";
import { inProcess } from "@catalyst/ports/transport";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blueprintPrefix, publishCheckout } from "./publish.ts";

const site = "platform/static-site";

let folder: string;
let store: Store;
let remembered: KeyValue;
let key: SigningKey;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "catalyst-publish-"));
  await cp(join(import.meta.dirname, "../../../..", site), join(folder, "checkout", site), {
    recursive: true,
  });
  store = await openStore({ dir: join(folder, "data") });
  remembered = await (await openEventSpine({ store, clock: systemClock })).bucket("published-folders");
  key = await openSigningKey(join(folder, "key.pem"));
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function registryAt(name: string): Promise<Registry> {
  const { handler } = await openRegistry({
    folder: join(folder, name),
    access: async () => "allowed",
    clock: systemClock,
    logger: silentLogger,
  });
  const host = "registry.catalyst.local";
  return ociRegistry({ host, origin: "http://registry", transport: inProcess(handler) });
}

/** A start: reads the catalog, publishes, and gives what became of the folder and what the catalog has then. */
async function start(registryName = "registry", signer = key) {
  const registry = await registryAt(registryName);
  const catalog = new RegistryCatalog({ registry, prefix: blueprintPrefix, keys: [signer] });
  await catalog.refresh();
  const [outcome] = await publishCheckout({
    checkout: join(folder, "checkout"),
    registry,
    catalog,
    remembered,
    key: signer,
    clock: systemClock,
    logger: silentLogger,
  });
  await catalog.refresh();
  return { outcome, releases: catalog.releases("bp-static-site") };
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const file = join(folder, "checkout", site, path);
  await writeFile(file, change(await readFile(file, "utf8")));
}

describe("the Blueprints of a checkout", () => {
  it("are published once; a start with the same files does nothing", async () => {
    const first = await start();
    expect(first.outcome).toEqual({ folder: site, outcome: "published" });
    expect(first.releases).toMatchObject([{ verified: true }]);
    const second = await start();
    expect(second.outcome).toEqual({ folder: site, outcome: "unchanged" });
    expect(second.releases).toMatchObject([{ verified: true, digest: first.releases[0]?.digest }]);
  });

  it("are published again where the registry has lost them, or their signature doesn't count any more", async () => {
    await start();
    expect((await start("another")).outcome?.outcome).toBe("published");
    const other = await openSigningKey(join(folder, "other.pem"));
    const signed = await start("registry", other);
    expect(signed.outcome?.outcome).toBe("published");
    expect(signed.releases).toMatchObject([{ verified: true }]);
  });

  it("are refused when they change under the same version, at each start", async () => {
    await start();
    await edit("README.md", (text) => `${text}\nMore.\n`);
    expect((await start()).outcome?.outcome).toBe("refused");
    expect((await start()).outcome?.outcome).toBe("refused");
  });

  it("are refused without the chart that they wrap, and published once it is there", async () => {
    await edit(
      "chart/Chart.yaml",
      (text) => `${text}dependencies: [{ name: inner, version: 1.0.0, repository: "" }]\n`,
    );
    const hollow = await start();
    expect(hollow.outcome?.outcome).toBe("refused");
    expect(hollow.releases).toEqual([]);
    const inner = join(folder, "checkout", site, "chart/charts/inner");
    await mkdir(inner, { recursive: true });
    await writeFile(join(inner, "Chart.yaml"), "apiVersion: v2\nname: inner\nversion: 1.0.0\n");
    expect((await start()).outcome?.outcome).toBe("published");
  });

  it("that get a new version are published beside the old one", async () => {
    await start();
    const raise = (text: string) => text.replace(/^(\s*)version: 1\.0\.1$/m, "$1version: 1.1.0");
    await edit("blueprint.yaml", raise);
    await edit("chart/Chart.yaml", raise);
    const { outcome, releases } = await start();
    expect(outcome?.outcome).toBe("published");
    expect(releases.map(({ version }) => version)).toEqual(["1.1.0", "1.0.1"]);
  });
});
