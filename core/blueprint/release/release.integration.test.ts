import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ociRegistry } from "@catalyst/adapter-oci";
import { systemClock } from "@catalyst/base/clock";
import { digestOf } from "@catalyst/base/digest";
import { silentLogger } from "@catalyst/base/logger";
import { loadChart } from "@catalyst/charts";
import { openRegistry } from "@catalyst/embedded-registry";
import { memoryBucket } from "@catalyst/ports/events/testing";
import type { Registry, StoredManifest } from "@catalyst/ports/oci";
import { inProcess } from "@catalyst/ports/transport";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { RegistryCatalog } from "../catalog/registry-catalog.ts";
import { releaseStatus } from "../catalog/release.ts";
import { type FileTree, parseBlueprint, readFolder } from "../folder/index.ts";
import {
  openSigningKey,
  type SigningKey,
  verifyArtifact,
  verifyRelease,
  verifySignature,
} from "../signature/index.ts";
import { signArtifact } from "../signature/sign.ts";
import { signatureTag } from "../signature/simple-signing.ts";
import { packBlueprint } from "./pack.ts";
import { publishBlueprint, withdrawRelease } from "./publish.ts";

const staticSite = join(import.meta.dirname, "../../../platform/static-site");
const repository = "blueprints/bp-static-site";

let folder: string;
let registry: Registry;
let key: SigningKey;
let files: FileTree;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "catalyst-release-"));
  const { handler } = await openRegistry({
    folder: join(folder, "registry"),
    access: async () => "allowed",
    clock: systemClock,
    logger: silentLogger,
  });
  registry = ociRegistry({
    host: "registry.catalyst.local",
    origin: "http://registry",
    transport: inProcess(handler),
  });
  key = await openSigningKey(join(folder, "key.pem"));
  files = await readFolder(staticSite);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** The same Blueprint with another version, or with other changes made to its files. */
function changed(edit: (path: string, text: string) => string): FileTree {
  return new Map(
    [...files].map(([path, bytes]) => [path, Buffer.from(edit(path, Buffer.from(bytes).toString()))]),
  );
}

function withVersion(version: string): FileTree {
  const versioned = ["blueprint.yaml", "chart/Chart.yaml"];
  return changed((path, text) =>
    versioned.includes(path) ? text.replace(/^(\s*)version: 1\.0\.1$/m, `$1version: ${version}`) : text,
  );
}

async function publish(tree: FileTree, signer = key) {
  const parsed = parseBlueprint(tree);
  const packed = packBlueprint(parsed);
  const release = await publishBlueprint(parsed, packed, {
    registry,
    prefix: "blueprints",
    key: signer,
    source: {
      folder: "platform/static-site",
      repository: "https://git.example/catalyst.git",
      commit: "0".repeat(40),
    },
    clock: systemClock,
  });
  return { packed, release };
}

function catalog(keys = [key]): RegistryCatalog {
  return new RegistryCatalog({ registry, prefix: "blueprints", keys });
}

test("a Blueprint whose wrapped chart isn't inside isn't packed", () => {
  const hollow = changed((path, text) =>
    path === "chart/Chart.yaml"
      ? `${text}dependencies: [{ name: inner, version: 1.0.0, repository: "" }]\n`
      : text,
  );
  expect(() => packBlueprint(parseBlueprint(hollow))).toThrow(
    expect.objectContaining({ code: "blueprint-hollow" }),
  );
});

describe("reading a catalog again", () => {
  it("reads no blueprint.yaml that was read by the same rules, and keeps what it says", async () => {
    await publish(files);
    const manifests = memoryBucket();
    const first = new RegistryCatalog({ registry, prefix: "blueprints", keys: [key], manifests });
    await first.refresh();
    const layer = first.releases("bp-static-site")[0]?.files.get("blueprint.yaml")?.digest;
    const fetched = vi.spyOn(registry, "blob");
    const read = () => fetched.mock.calls.map(([, digest]) => digest);
    const open = async () => {
      const again = new RegistryCatalog({ registry, prefix: "blueprints", keys: [key], manifests });
      await again.refresh();
      return again.releases("bp-static-site");
    };
    expect(await open()).toEqual(first.releases("bp-static-site"));
    expect(layer).toBeDefined();
    expect(read()).not.toContain(layer);
    for (const [name] of manifests.kept) {
      const value = (await manifests.get(name))?.value as object;
      await manifests.put(name, { ...value, rules: "sha256:other", manifest: {} });
    }
    expect(await open()).toEqual(first.releases("bp-static-site"));
    expect(read()).toContain(layer);
  });
});

describe("publishing", () => {
  it("gives the same digest for the same folder, whatever order it is read in", () => {
    const again = new Map([...files].reverse());
    expect(packBlueprint(parseBlueprint(again)).digest).toBe(packBlueprint(parseBlueprint(files)).digest);
  });

  it("leaves out what .helmignore names", async () => {
    const more = new Map(files)
      .set("chart/.helmignore", Buffer.from("notes/\n*.tmp\n"))
      .set("chart/notes/a.txt", Buffer.from("not for others"))
      .set("chart/draft.tmp", Buffer.from("not for others"))
      .set("chart/files/kept.txt", Buffer.from("kept"));
    const chart = loadChart(packBlueprint(parseBlueprint(more)).chart);
    expect(chart.files.map((file) => file.name)).toContain("files/kept.txt");
    expect(JSON.stringify(chart.files.map((file) => file.name))).not.toMatch(/notes|draft/);
  });

  it("makes a chart Helm pulls, with the rest as named layers", async () => {
    const { packed } = await publish(files);
    const { bytes } = await registry.manifest(repository, "1.0.1");
    const manifest = JSON.parse(Buffer.from(bytes).toString());
    expect(digestOf(bytes)).toBe(packed.digest);
    expect(manifest.config.mediaType).toBe("application/vnd.cncf.helm.config.v1+json");
    expect(manifest.layers[0].mediaType).toBe("application/vnd.cncf.helm.chart.content.v1.tar+gzip");
    expect(
      manifest.layers.map(
        (layer: { annotations: Record<string, string> }) =>
          layer.annotations["org.opencontainers.image.title"],
      ),
    ).toEqual([
      "bp-static-site-1.0.1.tgz",
      "blueprint.yaml",
      "README.md",
      "card/description.md",
      "card/icon.svg",
    ]);
  });

  it("is verified by digest, with SBOM and provenance", async () => {
    const { packed } = await publish(files);
    const verification = await verifyRelease(registry, repository, packed.digest, [key]);
    expect(verification).toMatchObject({
      verified: true,
      signer: key.fingerprint,
      sbom: { predicate: { bomFormat: "CycloneDX", specVersion: "1.6" } },
      provenance: {
        predicate: { buildDefinition: { externalParameters: { folder: "platform/static-site" } } },
      },
    });
  });

  it("does nothing the second time, and never overwrites a version", async () => {
    const first = await publish(files);
    expect(first.release.created).toBe(true);
    expect((await publish(files)).release).toEqual({ ...first.release, created: false });
    const other = changed((path, text) => (path === "README.md" ? `${text}\nMore.` : text));
    await expect(publish(other)).rejects.toMatchObject({ code: "blueprint-version-exists" });
    expect((await registry.resolve(repository, "1.0.1"))?.digest).toBe(first.packed.digest);
  });

  it("finishes a publication that was interrupted before it was signed", async () => {
    const packed = packBlueprint(parseBlueprint(files));
    for (const { descriptor, bytes } of packed.blobs) {
      await registry.putBlob(repository, descriptor.mediaType, bytes);
    }
    await registry.putManifest(repository, packed.artifact, "1.0.1");
    await publish(files);
    expect((await verifyRelease(registry, repository, packed.digest, [key])).verified).toBe(true);
  });
});

describe("verifying fails closed (security case 32)", () => {
  it("refuses without any key, without a signature, and for another's key", async () => {
    const { packed } = await publish(files);
    const other = await openSigningKey(join(folder, "other.pem"));
    expect(await verifyArtifact(registry, repository, packed.digest, [])).toMatchObject({ verified: false });
    expect(await verifyArtifact(registry, repository, packed.digest, [other])).toEqual({
      verified: false,
      reason: "it has no signature by a trusted key",
    });
    expect(await verifyArtifact(registry, repository, digestOf("nothing"), [key])).toMatchObject({
      verified: false,
    });
  });

  it("answers Flux by public keys, and a key that can't be read trusts nobody", async () => {
    const { packed } = await publish(files);
    const artifact = { registry, repository, digest: packed.digest };
    expect(await verifySignature(artifact, ["nonsense", key.publicPem])).toEqual({ verified: true });
    expect(await verifySignature(artifact, ["nonsense"])).toEqual({
      verified: false,
      reason: "no key is trusted",
    });
  });

  it("doesn't take a signature of another digest, as bundle or as tag", async () => {
    const { packed } = await publish(files);
    const other = packBlueprint(parseBlueprint(withVersion("1.0.2")));
    for (const { descriptor, bytes } of other.blobs)
      await registry.putBlob(repository, descriptor.mediaType, bytes);
    await registry.putManifest(repository, other.artifact, "1.0.2");
    for (const referrer of await registry.referrers(repository, packed.digest)) {
      await registry.putManifest(
        repository,
        pointedAt(await registry.manifest(repository, referrer.digest), other.artifact),
      );
    }
    const tag = await registry.manifest(repository, signatureTag(packed.digest));
    await registry.putManifest(repository, tag, signatureTag(other.digest));
    expect(await verifyArtifact(registry, repository, other.digest, [key])).toMatchObject({
      verified: false,
    });
  });

  it("passes over statements that can't be read", async () => {
    const { packed } = await publish(files);
    const config = await registry.putBlob(repository, "application/vnd.oci.empty.v1+json", Buffer.from("{}"));
    const type = "application/vnd.dev.sigstore.bundle.v0.3+json";
    for (const text of [
      "not json",
      "{}",
      '{"dsseEnvelope":{"payload":"e30=","payloadType":"x","signatures":[{}]}}',
    ]) {
      const layer = await registry.putBlob(repository, type, Buffer.from(text));
      const { digest, size, mediaType } = packed.artifact.descriptor;
      await registry.putManifest(
        repository,
        stored({
          schemaVersion: 2,
          mediaType,
          artifactType: type,
          config,
          layers: [layer],
          subject: { digest, size, mediaType },
        }),
      );
    }
    expect((await verifyRelease(registry, repository, packed.digest, [key])).verified).toBe(true);
  });

  it("accepts the classic tag alone, but no release without a signed SBOM", async () => {
    const packed = packBlueprint(parseBlueprint(files));
    for (const { descriptor, bytes } of packed.blobs)
      await registry.putBlob(repository, descriptor.mediaType, bytes);
    await registry.putManifest(repository, packed.artifact, "1.0.1");
    await signArtifact({ registry, repository, subject: packed.artifact.descriptor }, key, 0);
    expect(await verifyArtifact(registry, repository, packed.digest, [key])).toMatchObject({
      verified: true,
    });
    expect(await verifyRelease(registry, repository, packed.digest, [key])).toEqual({
      verified: false,
      reason: "it has no SBOM signed by a trusted key",
    });
  });
});

describe("the catalog", () => {
  it("lists releases, newest first, with what people see of them", async () => {
    await publish(files);
    await publish(withVersion("1.10.0"));
    await publish(withVersion("1.9.0"));
    const now = catalog();
    expect(await now.refresh()).toEqual(["bp-static-site"]);
    expect(await now.refresh()).toEqual([]);
    const releases = now.releases("bp-static-site");
    expect(releases.map((release) => release.version)).toEqual(["1.10.0", "1.9.0", "1.0.1"]);
    const [newest] = releases;
    if (newest === undefined) throw new Error("no release");
    expect(newest.manifest.spec.card.title).toBe("Static site");
    expect(releaseStatus(newest)).toMatchObject({ verified: true, signer: key.fingerprint });
    expect(Buffer.from((await now.file(newest, "card/icon.svg")) ?? []).toString()).toContain("<svg");
    expect(await now.file(newest, "card/nothing.png")).toBeUndefined();
    expect([...(await now.chart(newest)).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  });

  it("lists what isn't signed as refused, and gives nothing of it", async () => {
    const stranger = await openSigningKey(join(folder, "stranger.pem"));
    const title = changed((path, text) =>
      path === "blueprint.yaml" ? text.replace("Static site", "Free money") : text,
    );
    await publish(title, stranger);
    const now = catalog();
    await now.refresh();
    const [release] = now.releases("bp-static-site");
    expect(release).toMatchObject({ verified: false, reason: "it has no signature by a trusted key" });
    expect(JSON.stringify(release?.manifest)).not.toContain("Free money");
    await expect(now.chart(release as never)).rejects.toMatchObject({ code: "catalog-not-verified" });
  });

  it("keeps to the digest when the tag is moved afterwards (security case 31)", async () => {
    const { packed } = await publish(files);
    const now = catalog();
    await now.refresh();
    const [pinned] = now.releases("bp-static-site");
    const evil = packBlueprint(
      parseBlueprint(changed((path, text) => (path === "README.md" ? "evil" : text))),
    );
    for (const { descriptor, bytes } of evil.blobs)
      await registry.putBlob(repository, descriptor.mediaType, bytes);
    await registry.putManifest(repository, evil.artifact, "1.0.1");
    expect(Buffer.from(await now.chart(pinned as never))).toEqual(Buffer.from(packed.chart));
    expect(await now.refresh()).toEqual(["bp-static-site"]);
    expect(now.releases("bp-static-site")).toMatchObject([{ verified: false, digest: evil.digest }]);
  });

  it("sees that a release was withdrawn", async () => {
    const { packed } = await publish(files);
    const now = catalog();
    await now.refresh();
    await withdrawRelease(
      { registry, repository, subject: packed.artifact.descriptor },
      "it loses data",
      key,
      systemClock,
    );
    expect(await now.refresh()).toEqual(["bp-static-site"]);
    expect(now.releases("bp-static-site")).toMatchObject([{ verified: true, yanked: true }]);
  });

  it("refuses a release that says it is another", async () => {
    const { packed } = await publish(files);
    await registry.putManifest(repository, packed.artifact, "7.0.0");
    const now = catalog();
    await now.refresh();
    expect(now.releases("bp-static-site")[0]).toMatchObject({
      version: "7.0.0",
      verified: false,
      reason: "what it holds can't be read: its blueprint.yaml says bp-static-site 1.0.1",
    });
  });
});

describe("the signing key", () => {
  it("is made once, readable by its owner alone", async () => {
    const again = await openSigningKey(join(folder, "key.pem"));
    expect(again.fingerprint).toBe(key.fingerprint);
    expect((await stat(join(folder, "key.pem"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, "key.pub"), "utf8")).toBe(key.publicPem);
  });

  it("is never replaced, even when it can't be read", async () => {
    await writeFile(join(folder, "broken.pem"), "garbage");
    await expect(openSigningKey(join(folder, "broken.pem"))).rejects.toMatchObject({
      code: "signing-key-invalid",
    });
    expect(await readFile(join(folder, "broken.pem"), "utf8")).toBe("garbage");
  });

  it("is one when two make it at once", async () => {
    const made = await Promise.all([1, 2, 3].map(() => openSigningKey(join(folder, "race.pem"))));
    expect(new Set(made.map((one) => one.fingerprint)).size).toBe(1);
  });
});

function pointedAt(manifest: StoredManifest, { descriptor }: StoredManifest): StoredManifest {
  const document = JSON.parse(Buffer.from(manifest.bytes).toString());
  return stored({ ...document, subject: descriptor });
}

function stored(document: { readonly mediaType: string } & Record<string, unknown>): StoredManifest {
  const bytes = Buffer.from(JSON.stringify(document));
  return {
    descriptor: { mediaType: document.mediaType, digest: digestOf(bytes), size: bytes.length },
    bytes,
  };
}
