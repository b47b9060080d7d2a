import { randomUUID } from "node:crypto";
import { digestOf } from "@catalyst/base/digest";
import { isCatalystError } from "@catalyst/base/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBytes } from "../transport/index.ts";
import { copyImage } from "./copy-image.ts";
import type { Descriptor, Manifest, Registry, StoredManifest } from "./registry.ts";

/** A registry under test and how to let go of it. */
export interface OpenedRegistry {
  /** May push and pull below `contract/`. */
  readonly registry: Registry;
  readonly close: () => Promise<void>;
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";

/** What every implementation of Registry keeps to, whatever registry is behind it. */
export function registryContract(name: string, open: () => Promise<OpenedRegistry>): void {
  describe(`Registry: ${name}`, () => {
    let opened: OpenedRegistry;
    let registry: Registry;
    const repository = () => `contract/${randomUUID()}`;
    beforeAll(async () => {
      opened = await open();
      registry = opened.registry;
    });
    afterAll(() => opened.close());

    it("gives back a stored blob, and stores it again without harm", async () => {
      const place = repository();
      const bytes = new TextEncoder().encode("some content");
      const first = await registry.putBlob(place, "text/plain", bytes);
      const second = await registry.putBlob(place, "text/plain", bytes);
      expect(first).toEqual({ mediaType: "text/plain", digest: digestOf(bytes), size: bytes.length });
      expect(second).toEqual(first);
      expect(Buffer.from(await registry.blob(place, first.digest))).toEqual(Buffer.from(bytes));
      expect(await registry.hasBlob(place, first.digest)).toBe(true);
    });

    it("takes and gives a blob piece by piece, and refuses one that isn't what it was said to be", async () => {
      const place = repository();
      const bytes = new TextEncoder().encode("some content in pieces");
      const pieces = async function* () {
        for (const byte of bytes) yield Uint8Array.of(byte);
      };
      const descriptor = { mediaType: "text/plain", digest: digestOf(bytes), size: bytes.length };
      await registry.putBlobStream(place, descriptor, pieces());
      await registry.putBlobStream(place, descriptor, pieces());
      const read = await readBytes({ body: registry.streamBlob(place, descriptor.digest) });
      expect(Buffer.from(read).toString()).toBe("some content in pieces");
      const other = { ...descriptor, digest: digestOf("something else") };
      await expect(registry.putBlobStream(place, other, pieces())).rejects.toThrow();
      expect(await registry.hasBlob(place, other.digest)).toBe(false);
    });

    it("copies an image with all it names, once", async () => {
      const [from, to] = [repository(), repository()];
      const { descriptor } = await pushImage(registry, from, "copied", "1.0.0");
      for (const _ of [1, 2]) {
        const copied = await copyImage({ registry, repository: from }, { registry, repository: to }, "1.0.0");
        expect(copied).toEqual(descriptor);
      }
      expect(await registry.resolve(to, "1.0.0")).toEqual(descriptor);
      const { layers } = JSON.parse(new TextDecoder().decode((await registry.manifest(to, "1.0.0")).bytes));
      expect(Buffer.from(await registry.blob(to, layers[0].digest)).toString()).toBe("copied");
    });

    it("stores an empty blob", async () => {
      const place = repository();
      const { digest } = await registry.putBlob(place, "text/plain", new Uint8Array());
      expect((await registry.blob(place, digest)).length).toBe(0);
    });

    it("keeps a blob to the repository it was stored in", async () => {
      const bytes = new TextEncoder().encode(randomUUID());
      const { digest } = await registry.putBlob(repository(), "text/plain", bytes);
      expect(await registry.hasBlob(repository(), digest)).toBe(false);
    });

    it("resolves a tag to the digest of its manifest", async () => {
      const place = repository();
      const manifest = await pushImage(registry, place, "one", "1.0.0");
      expect(await registry.resolve(place, "1.0.0")).toEqual(manifest.descriptor);
      const byTag = await registry.manifest(place, "1.0.0");
      const byDigest = await registry.manifest(place, manifest.descriptor.digest);
      expect(Buffer.from(byTag.bytes)).toEqual(Buffer.from(manifest.bytes));
      expect(byDigest).toEqual(byTag);
    });

    it("stores a manifest by digest alone", async () => {
      const place = repository();
      const manifest = await pushImage(registry, place, "untagged");
      expect((await registry.manifest(place, manifest.descriptor.digest)).descriptor).toEqual(
        manifest.descriptor,
      );
      expect(await registry.tags(place)).toEqual([]);
    });

    it("moves a tag", async () => {
      const place = repository();
      await pushImage(registry, place, "first", "latest");
      const second = await pushImage(registry, place, "second", "latest");
      expect((await registry.resolve(place, "latest"))?.digest).toBe(second.descriptor.digest);
    });

    it("lists tags, and none for a repository that isn't there", async () => {
      const place = repository();
      for (const tag of ["1.1.0", "1.0.0", "V2"]) await pushImage(registry, place, tag, tag);
      expect([...(await registry.tags(place))].sort()).toEqual(["1.0.0", "1.1.0", "V2"]);
      expect(await registry.tags(repository())).toEqual([]);
    });

    it("lists repositories below a prefix", async () => {
      const place = repository();
      await pushImage(registry, place, "listed", "1.0.0");
      expect(await registry.repositories(place.slice(0, -4))).toContain(place);
      expect(await registry.repositories("contract/none-")).toEqual([]);
    });

    it("finds manifests by the one they refer to, by type", async () => {
      const place = repository();
      const subject = await pushImage(registry, place, "subject", "1.0.0");
      expect(await registry.referrers(place, subject.descriptor.digest)).toEqual([]);
      const signature = await pushReferrer(registry, place, subject.descriptor, "example/signature");
      const sbom = await pushReferrer(registry, place, subject.descriptor, "example/sbom");
      const all = await registry.referrers(place, subject.descriptor.digest);
      expect(all.map((item) => item.digest).sort()).toEqual([signature.digest, sbom.digest].sort());
      const signatures = await registry.referrers(place, subject.descriptor.digest, "example/signature");
      expect(signatures).toEqual([
        { ...signature, artifactType: "example/signature", annotations: { "example/note": "kept" } },
      ]);
    });

    it("names what isn't there", async () => {
      const place = repository();
      expect(await registry.resolve(place, "1.0.0")).toBeUndefined();
      await expect(registry.manifest(place, "1.0.0")).rejects.toSatisfy((error) =>
        isCatalystError(error, "oci-not-found"),
      );
      await expect(registry.blob(place, digestOf("absent"))).rejects.toSatisfy((error) =>
        isCatalystError(error, "oci-not-found"),
      );
    });

    it("refuses a manifest whose blobs aren't there", async () => {
      const place = repository();
      const missing = { mediaType: "text/plain", digest: digestOf("missing"), size: 7 };
      const manifest = storedManifest({
        schemaVersion: 2,
        mediaType: manifestType,
        config: missing,
        layers: [],
      });
      await expect(registry.putManifest(place, manifest, "1.0.0")).rejects.toThrow();
      expect(await registry.resolve(place, "1.0.0")).toBeUndefined();
    });
  });
}

async function pushImage(
  registry: Registry,
  repository: string,
  text: string,
  tag?: string,
): Promise<StoredManifest> {
  const config = await registry.putBlob(repository, "application/vnd.oci.empty.v1+json", Buffer.from("{}"));
  const layer = await registry.putBlob(repository, "text/plain", Buffer.from(text));
  const manifest = storedManifest({ schemaVersion: 2, mediaType: manifestType, config, layers: [layer] });
  await registry.putManifest(repository, manifest, tag);
  return manifest;
}

async function pushReferrer(
  registry: Registry,
  repository: string,
  subject: Descriptor,
  artifactType: string,
): Promise<Descriptor> {
  const config = await registry.putBlob(repository, "application/vnd.oci.empty.v1+json", Buffer.from("{}"));
  const manifest = storedManifest({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType,
    config,
    layers: [],
    subject,
    annotations: { "example/note": "kept" },
  });
  await registry.putManifest(repository, manifest);
  return manifest.descriptor;
}

function storedManifest(manifest: Manifest): StoredManifest {
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const descriptor = { mediaType: manifest.mediaType, digest: digestOf(bytes), size: bytes.length };
  return { descriptor, bytes };
}
