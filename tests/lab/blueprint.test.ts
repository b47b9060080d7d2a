import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { httpTransport } from "@catalyst/adapter-http";
import { ociRegistry } from "@catalyst/adapter-oci";
import { systemClock } from "@catalyst/base/clock";
import { parseBlueprint, readFolder } from "@catalyst/blueprint/folder";
import { type PackedBlueprint, packBlueprint, publishBlueprint } from "@catalyst/blueprint/release";
import { openSigningKey, type SigningKey, trustedKey, verifyArtifact } from "@catalyst/blueprint/signature";
import { withStandIns } from "@catalyst/blueprint/testing";
import type { Registry } from "@catalyst/ports/oci";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";
import { type LabRegistry, openLabRegistry, registryLogin } from "./lab-registry.ts";

const run = promisify(execFile);
const platform = resolve(import.meta.dirname, "../../platform");
const names = await readdir(platform);

describe.skipIf(!(await available(import.meta.filename, "cosign", "helm", "helm3")))(
  "published Blueprints",
  () => {
    let folder: string;
    let server: LabRegistry;
    let registry: Registry;
    let key: SigningKey;
    let environment: NodeJS.ProcessEnv;
    const packed = new Map<string, PackedBlueprint>();

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "catalyst-lab-blueprint-"));
      environment = { ...process.env, HOME: folder, COSIGN_PASSWORD: "lab" };
      server = await openLabRegistry(join(folder, "registry"), "blueprints");
      const origin = `http://${server.host}`;
      registry = ociRegistry({
        host: server.host,
        origin,
        transport: httpTransport({ baseUrl: origin }),
        credentials: registryLogin,
      });
      key = await openSigningKey(join(folder, "key.pem"));
      await writeFile(join(folder, "key.pub"), key.publicPem);
      for (const name of names) {
        const blueprint = parseBlueprint(withStandIns(await readFolder(join(platform, name))));
        const result = packBlueprint(blueprint);
        packed.set(name, result);
        const source = { folder: `platform/${name}` };
        await publishBlueprint(blueprint, result, {
          registry,
          prefix: "blueprints",
          key,
          source,
          clock: systemClock,
        });
      }
    });

    afterAll(async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    const place = (name: string) => `${server.host}/blueprints/bp-${name}`;
    const cosign = (...words: string[]) =>
      run(programPath("cosign"), words, { cwd: folder, env: environment });
    const plain = ["--allow-http-registry", "--private-infrastructure"];

    it.each(names)("cosign verifies bp-%s as a bundle and by the classic tag", async (name) => {
      const reference = `${place(name)}@${packed.get(name)?.digest}`;
      await cosign("verify", "--key", "key.pub", ...plain, reference);
      await cosign("verify", "--key", "key.pub", ...plain, "--new-bundle-format=false", reference);
    });

    it.each(names)("cosign verifies SBOM and provenance of bp-%s", async (name) => {
      for (const type of ["cyclonedx", "slsaprovenance1"]) {
        await cosign(
          "verify-attestation",
          "--type",
          type,
          "--key",
          "key.pub",
          ...plain,
          `${place(name)}:${packed.get(name)?.version}`,
        );
      }
    });

    it("cosign refuses another key", async () => {
      const other = await openSigningKey(join(folder, "other.pem"));
      await writeFile(join(folder, "other.pub"), other.publicPem);
      await expect(
        cosign("verify", "--key", "other.pub", ...plain, `${place("mariadb")}:1.0.0`),
      ).rejects.toThrow();
    });

    it("accepts what cosign signed, as a bundle and by the classic tag", async () => {
      await cosign("generate-key-pair");
      const { stdout } = await run("cat", [join(folder, "cosign.pub")]);
      const digest = packed.get("gitea")?.digest;
      if (digest === undefined) throw new Error("bp-gitea isn't packed");
      const reference = `${place("gitea")}@${digest}`;
      const trusted = [trustedKey(stdout)];
      expect(await verifyArtifact(registry, "blueprints/bp-gitea", digest, trusted)).toMatchObject({
        verified: false,
      });
      const { username, password } = registryLogin;
      const login = ["--registry-username", username, "--registry-password", password];
      const offline = ["--key", "cosign.key", "--allow-http-registry", "--yes", ...login];
      const classic = ["--use-signing-config=false", "--new-bundle-format=false", "--tlog-upload=false"];
      await cosign("sign", ...offline, ...classic, reference);
      expect(await verifyArtifact(registry, "blueprints/bp-gitea", digest, trusted)).toMatchObject({
        verified: true,
      });

      const other = packed.get("wordpress")?.digest;
      if (other === undefined) throw new Error("bp-wordpress isn't packed");
      await cosign("signing-config", "create", "--out", "signing-config.json");
      await cosign(
        "sign",
        ...offline,
        "--signing-config",
        "signing-config.json",
        `${place("wordpress")}@${other}`,
      );
      expect(await verifyArtifact(registry, "blueprints/bp-wordpress", other, trusted)).toMatchObject({
        verified: true,
      });
    });

    it.each(["helm", "helm3"])("%s pulls and renders each as a chart", async (program) => {
      for (const name of names) {
        const into = join(folder, program, name);
        await mkdir(into, { recursive: true });
        const words = [
          "pull",
          "--plain-http",
          `oci://${place(name)}`,
          "--version",
          packed.get(name)?.version ?? "",
          "--untar",
          "--destination",
          into,
        ];
        await run(programPath(program), words, { env: environment });
        const { stdout } = await run(
          programPath(program),
          ["template", "example", join(into, `bp-${name}`), "--kube-version", "1.36.3"],
          { env: environment },
        );
        expect(stdout).toContain("openova.io/blueprint:");
      }
    });
  },
);
