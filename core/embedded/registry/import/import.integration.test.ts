import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ociRegistry } from "@catalyst/adapter-oci";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { inProcess } from "@catalyst/ports/transport";
import { create } from "tar";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedRegistry, openRegistry } from "../registry.ts";
import { parseImageReference } from "./reference.ts";

let folder: string;
let embedded: EmbeddedRegistry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "catalyst-import-"));
  embedded = await openRegistry({
    folder: join(folder, "registry"),
    access: async () => "allowed",
    clock: systemClock,
    logger: silentLogger,
    maxBlobBytes: 4 * 1024 * 1024,
  });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const registry = () =>
  ociRegistry({ host: "registry", origin: "http://registry", transport: inProcess(embedded.handler) });

const hex = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

type Files = Record<string, Uint8Array | string | { readonly link: string }>;

/** An archive of these files, in this order. */
async function archive(files: Files, gzip = false): Promise<AsyncIterable<Uint8Array>> {
  const content = await mkdtemp(join(folder, "content-"));
  for (const [path, value] of Object.entries(files)) {
    await mkdir(dirname(join(content, path)), { recursive: true });
    if (typeof value === "string" || value instanceof Uint8Array) await writeFile(join(content, path), value);
    else await symlink(value.link, join(content, path));
  }
  const file = `${content}.tar`;
  await create({ cwd: content, file, gzip }, Object.keys(files));
  return createReadStream(file);
}

const layer = Buffer.concat([Buffer.from("a layer"), randomBytes(1_500_000)]);
const config = JSON.stringify({
  architecture: "amd64",
  os: "linux",
  rootfs: { type: "layers", diff_ids: [`sha256:${hex(layer)}`] },
});

function dockerArchive(changes: Files = {}): Files {
  return {
    [`${hex(layer)}.tar`]: layer,
    [`${hex(config)}.json`]: config,
    "manifest.json": JSON.stringify([
      { Config: `${hex(config)}.json`, RepoTags: ["localhost/blog:1.0"], Layers: [`${hex(layer)}.tar`] },
    ]),
    ...changes,
  };
}

describe("importImage", () => {
  it.each([false, true])("takes what podman save writes, gzipped: %s", async (gzip) => {
    const [image] = await embedded.importImage(await archive(dockerArchive(), gzip));
    expect(image).toMatchObject({ repository: "library/blog", tag: "1.0" });
    const { bytes } = await registry().manifest("library/blog", "1.0");
    const manifest = JSON.parse(Buffer.from(bytes).toString());
    expect(manifest.config.digest).toBe(`sha256:${hex(config)}`);
    expect(manifest.layers).toEqual([
      {
        mediaType: "application/vnd.oci.image.layer.v1.tar",
        digest: `sha256:${hex(layer)}`,
        size: layer.length,
      },
    ]);
    const stored = await registry().blob("library/blog", manifest.layers[0].digest);
    expect(Buffer.compare(stored, layer)).toBe(0);
  });

  it("calls the image what it is told", async () => {
    const [image] = await embedded.importImage(await archive(dockerArchive()), "gitea/gitea:1.26.0-rootless");
    expect(image).toMatchObject({ repository: "gitea/gitea", tag: "1.26.0-rootless" });
  });

  it("follows links inside the archive", async () => {
    const files = dockerArchive({
      "abc/layer.tar": { link: `../${hex(layer)}.tar` },
      "manifest.json": JSON.stringify([
        { Config: `${hex(config)}.json`, RepoTags: ["blog:1.0"], Layers: ["abc/layer.tar"] },
      ]),
    });
    expect(await embedded.importImage(await archive(files))).toHaveLength(1);
  });

  it("takes an OCI layout with an index in it", async () => {
    const image = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: {
        mediaType: "application/vnd.oci.image.config.v1+json",
        digest: `sha256:${hex(config)}`,
        size: config.length,
      },
      layers: [
        {
          mediaType: "application/vnd.oci.image.layer.v1.tar",
          digest: `sha256:${hex(layer)}`,
          size: layer.length,
        },
      ],
    });
    const list = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [
        {
          mediaType: "application/vnd.oci.image.manifest.v1+json",
          digest: `sha256:${hex(image)}`,
          size: image.length,
        },
      ],
    });
    const top = {
      schemaVersion: 2,
      manifests: [
        {
          mediaType: "application/vnd.oci.image.index.v1+json",
          digest: `sha256:${hex(list)}`,
          size: list.length,
          annotations: { "io.containerd.image.name": "docker.io/library/blog:2.0" },
        },
      ],
    };
    const blobs = [config, layer, image, list].map((bytes) => [`blobs/sha256/${hex(bytes)}`, bytes] as const);
    const files = {
      "oci-layout": '{"imageLayoutVersion":"1.0.0"}',
      "index.json": JSON.stringify(top),
      ...Object.fromEntries(blobs),
    };
    expect(await embedded.importImage(await archive(files))).toEqual([
      { repository: "library/blog", tag: "2.0", digest: `sha256:${hex(list)}` },
    ]);
    expect((await registry().manifest("library/blog", `sha256:${hex(image)}`)).bytes.length).toBe(
      image.length,
    );
  });

  it.each<[string, Files]>([
    ["has no list of images", { "readme.txt": "hello" }],
    [
      "lacks a layer",
      {
        ...dockerArchive(),
        "manifest.json": JSON.stringify([
          { Config: `${hex(config)}.json`, RepoTags: ["a:1"], Layers: ["gone.tar"] },
        ]),
      },
    ],
    ["has a damaged layer", dockerArchive({ [`${hex(layer)}.tar`]: "something else" })],
    ["links outside (security case 3)", dockerArchive({ [`${hex(layer)}.tar`]: { link: "/etc/passwd" } })],
    [
      "links upwards (security case 4)",
      dockerArchive({ [`${hex(layer)}.tar`]: { link: "../../../../etc/passwd" } }),
    ],
    ["links in a circle", dockerArchive({ [`${hex(layer)}.tar`]: { link: `${hex(layer)}.tar` } })],
    [
      "has an image without a name",
      {
        ...dockerArchive(),
        "manifest.json": JSON.stringify([{ Config: `${hex(config)}.json`, Layers: [`${hex(layer)}.tar`] }]),
      },
    ],
    [
      "has a name that leads elsewhere",
      {
        ...dockerArchive(),
        "manifest.json": JSON.stringify([
          { Config: `${hex(config)}.json`, RepoTags: ["../../x:1"], Layers: [`${hex(layer)}.tar`] },
        ]),
      },
    ],
  ])("refuses an archive that %s", async (_name, files) => {
    await expect(embedded.importImage(await archive(files))).rejects.toMatchObject({ code: "image-invalid" });
    expect(await registry().repositories("")).toEqual([]);
  });

  it("refuses a file above the limit (security case 33)", async () => {
    const files = dockerArchive({ "huge.bin": Buffer.alloc(5 * 1024 * 1024) });
    await expect(embedded.importImage(await archive(files))).rejects.toMatchObject({
      code: "registry-size-invalid",
    });
  });

  it("refuses bytes that are no archive", async () => {
    const noise = async function* () {
      yield randomBytes(4096);
    };
    await expect(embedded.importImage(noise())).rejects.toMatchObject({ code: "image-invalid" });
  });
});

describe("parseImageReference", () => {
  it.each([
    ["mariadb:11.4", "library/mariadb", "11.4"],
    ["localhost/mariadb:11.4", "library/mariadb", "11.4"],
    ["docker.io/library/mariadb:11.4", "library/mariadb", "11.4"],
    ["localhost:5000/team/app:v1", "team/app", "v1"],
    ["team/app", "team/app", "latest"],
  ])("%s", (text, repository, tag) => {
    expect(parseImageReference(text)).toEqual({ repository, tag });
  });
});
