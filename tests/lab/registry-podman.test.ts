import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";
import { type LabRegistry, openLabRegistry } from "./lab-registry.ts";

const run = promisify(execFile);

describe.skipIf(!(await available(import.meta.filename, "podman")))(
  "podman and the embedded registry",
  () => {
    let folder: string;
    let server: LabRegistry;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "catalyst-lab-podman-"));
      server = await openLabRegistry(join(folder, "registry"), "library");
      await writeFile(join(folder, "hello"), "hello");
      await run("tar", ["cf", "content.tar", "hello"], { cwd: folder });
      await podman("import", "content.tar", "localhost/tiny:1.0");
    });

    afterAll(async () => {
      await podman("rmi", "--all", "--force");
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    const podman = (...words: string[]) => {
      const storage = [
        "--root",
        join(folder, "root"),
        "--runroot",
        join(folder, "run"),
        "--storage-driver",
        "vfs",
      ];
      return run(programPath("podman"), [...storage, ...words], { cwd: folder });
    };
    const place = (name: string) => `${server.host}/${name}`;

    async function helloOf(image: string): Promise<string> {
      const { stdout } = await podman(
        "image",
        "save",
        "--format",
        "oci-dir",
        "--output",
        join(folder, "out"),
        image,
      );
      expect(stdout).toBeDefined();
      const index = JSON.parse(await readFile(join(folder, "out/index.json"), "utf8"));
      const blob = (digest: string) => join(folder, "out/blobs", digest.replace(":", "/"));
      const manifest = JSON.parse(await readFile(blob(index.manifests[0].digest), "utf8"));
      const { stdout: text } = await run("tar", ["xOf", blob(manifest.layers[0].digest), "hello"]);
      await rm(join(folder, "out"), { recursive: true });
      return text;
    }

    it("takes what podman pushes, and gives it back without a token", async () => {
      const image = place("library/pushed:1.0");
      await podman("push", "--tls-verify=false", "--creds", "lab:secret", "localhost/tiny:1.0", image);
      await podman("rmi", "--all", "--force");
      await podman("pull", "--tls-verify=false", image);
      expect(await helloOf(image)).toBe("hello");
      await podman("tag", image, "localhost/tiny:1.0");
    });

    it("refuses a push without a token", async () => {
      const image = place("library/refused:1.0");
      await expect(podman("push", "--tls-verify=false", "localhost/tiny:1.0", image)).rejects.toThrow(
        /unauthorized/,
      );
    });

    it.each(["docker-archive", "oci-archive"])(
      "takes what podman saves as %s, and gives it back",
      async (format) => {
        const file = join(folder, `${format}.tar`);
        await podman("save", "--format", format, "--output", file, "localhost/tiny:1.0");
        const name = `library/${format}:1.0`;
        await server.registry.importImage(createReadStream(file), name);
        await podman("pull", "--tls-verify=false", place(name));
        expect(await helloOf(place(name))).toBe("hello");
      },
    );
  },
);
