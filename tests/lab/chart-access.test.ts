import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { localAuthority } from "@catalyst/embedded-kubernetes";
import { generateKey } from "openpgp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHelm, runOwn } from "../charts/chart-programs.ts";
import { available } from "./available.ts";
import { type FileServer, login, serveFiles, serveRegistry } from "./guarded-servers.ts";

const signedIn = ["--username", login.username, "--password", login.password];

const files: Readonly<Record<string, string>> = {
  "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.0\n",
  "web/values.yaml": "a: {b: 1}\n",
  "web/templates/a.yaml": "kind: ConfigMap\nmetadata: {name: a}\ndata: {v: {{ toJson .Values | quote }}}\n",
  "repository/values.yaml": "a: {b: fetched}\n",
  "repository/text.txt": "fetched, with a comma\n",
};

describe.skipIf(!(await available(import.meta.filename, "helm")))(
  "charts reached as helm reaches them",
  () => {
    let root = "";
    const servers: Record<string, FileServer> = {};
    const hosts: Record<string, string> = {};
    const closing: (() => unknown)[] = [];
    let count = 0;

    async function done(words: readonly string[]): Promise<void> {
      expect(await runHelm(words, root)).toMatchObject({ isDone: true });
    }

    function write(path: string, text: string | Uint8Array): void {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }

    beforeAll(async () => {
      root = mkdtempSync(join(tmpdir(), "chart-access-"));
      for (const [path, text] of Object.entries(files)) write(path, text);
      await makeKeys();
      for (const version of ["1.2.0", "1.3.0"])
        await done(["package", "web", "-d", "repository", "--version", version, ...signing]);
      rmSync(join(root, "repository/web-1.3.0.tgz.prov"));
      const authority = await localAuthority(join(root, "authority"), systemClock);
      const issued = await authority.issueServer({});
      const client = await authority.issueClient({ name: "ann", groups: [] });
      const stranger = await localAuthority(join(root, "stranger"), systemClock);
      write("ca.crt", authority.certificate);
      write("other-ca.crt", stranger.certificate);
      write("client.crt", client.cert);
      write("client.key", client.key);
      await serve(issued, authority.certificate);
      await index("repository", "");
      await index("elsewhere", servers["GUARDED2"]?.url ?? "");
      write("repositories.yaml", repositoriesFile());
      write("registry.json", registryFile());
      await done(["repo", "update", "--repository-config", "repositories.yaml"]);
    }, 120_000);
    afterAll(async () => {
      for (const close of closing) await close();
      rmSync(root, { recursive: true });
    });

    const signing = ["--sign", "--key", "Ann", "--keyring", "secret.gpg"];

    async function makeKeys(): Promise<void> {
      for (const name of ["", "other-"]) {
        const userIDs = [{ name: "Ann", email: "ann@example.com" }];
        const { privateKey, publicKey } = await generateKey({ userIDs, format: "binary" });
        write(`${name}secret.gpg`, privateKey);
        write(`${name}public.gpg`, publicKey);
      }
    }

    async function serve(
      tls: { readonly cert: string; readonly key: string },
      clientCa: string,
    ): Promise<void> {
      const repository = join(root, "repository");
      // helm takes another port of the same host for the same server
      const elsewhere = (name: string) => hosts[name]?.replace("127.0.0.1", "localhost") ?? "";
      const open = async (name: string, folder: string, options: Parameters<typeof serveFiles>[1]) => {
        const server = await serveFiles(folder, options);
        servers[name] = server;
        hosts[name] = server.url;
        closing.push(server.close);
      };
      await open("OPEN", repository, {});
      await open("GUARDED", repository, { guarded: true });
      await open("GUARDED2", repository, { guarded: true });
      await open("LEADING", join(root, "elsewhere"), { guarded: true });
      await open("SENDING", repository, { redirect: () => elsewhere("GUARDED") });
      await open("SENDINGOPEN", repository, { redirect: () => elsewhere("OPEN") });
      await open("TLS", repository, { tls });
      await open("MUTUAL", repository, { tls: { ...tls, clientCa } });
      const plain = await serveRegistry(join(root, "registry"));
      const secure = await serveRegistry(join(root, "registry"), tls);
      hosts["REGISTRY"] = `oci://${plain.host}/charts`;
      hosts["SECURE"] = `oci://${secure.host}/charts`;
      closing.push(plain.close, secure.close);
      for (const version of ["1.2.0", "1.3.0"])
        await done(["push", `repository/web-${version}.tgz`, hosts["REGISTRY"], "--plain-http", ...signedIn]);
    }

    async function index(folder: string, url: string): Promise<void> {
      mkdirSync(join(root, folder), { recursive: true });
      await done(["repo", "index", "repository", ...(url === "" ? [] : ["--url", url])]);
      if (folder !== "repository")
        cpSync(join(root, "repository/index.yaml"), join(root, folder, "index.yaml"));
      if (folder !== "repository") await done(["repo", "index", "repository"]);
    }

    function repositoriesFile(): string {
      const { username, password } = login;
      const entries = [
        { name: "open", url: hosts["OPEN"] },
        { name: "guarded", url: `${hosts["GUARDED"]}/`, username, password },
        { name: "passing", url: `${hosts["LEADING"]}/x`, username, password, pass_credentials_all: true },
        { name: "secure", url: hosts["TLS"], caFile: join(root, "ca.crt") },
        { name: "lax", url: `${hosts["TLS"]}/lax`, insecure_skip_tls_verify: true },
        {
          name: "mutual",
          url: hosts["MUTUAL"],
          caFile: join(root, "ca.crt"),
          certFile: join(root, "client.crt"),
          keyFile: join(root, "client.key"),
        },
      ];
      return JSON.stringify({ apiVersion: "", repositories: entries });
    }

    function registryFile(): string {
      const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
      return JSON.stringify({ auths: { [new URL(hosts["REGISTRY"] ?? "").host]: { auth } } });
    }

    function addressed(word: string): string {
      return word.replace(/\b([A-Z]{3,}2?)\b/g, (name) => hosts[name] ?? name);
    }

    function seen(): Record<string, readonly string[]> {
      return Object.fromEntries(
        Object.entries(servers).map(([name, server]) => [name, server.takeSeen().filter(isWithPassword)]),
      );
    }

    /** Runs both with these words; both must print the same, and show their password in the same places. */
    async function compare(given: readonly string[], setUp: (folder: string) => void = () => {}) {
      const words = given.map(addressed);
      const ran = [];
      for (const [program, run] of [
        ["theirs", runHelm],
        ["ours", runOwn],
      ] as const) {
        const folder = join(root, `${program}-${++count}`);
        mkdirSync(folder);
        setUp(folder);
        seen();
        // helm reads an index that it got before, and knows no registry without TLS
        const cache = ["--repository-cache", join(root, ".cache/helm/repository")];
        const plain = given.some((word) => word.startsWith("REGISTRY")) ? ["--plain-http"] : [];
        const result = await run(program === "theirs" ? [...words, ...cache, ...plain] : words, folder);
        ran.push({ ...result, folder, seen: seen() });
      }
      const [helm, own] = ran;
      if (helm === undefined || own === undefined) throw new Error("both run");
      expect({ isDone: own.isDone, stdout: own.stdout }).toEqual({
        isDone: helm.isDone,
        // how far helm came before it failed isn't told here
        stdout: helm.isDone ? withoutUpdates(helm.stdout) : "",
      });
      return { helm, own };
    }

    /** What helm says is wrong, and ours must say too. */
    function problemOf({ stderr }: { readonly stderr: string }): string {
      const [, problem] = /^Error: (.*)$/m.exec(stderr) ?? [];
      if (problem === undefined) throw new Error(`helm says no error: ${stderr}`);
      return problem;
    }

    const config = () => ["--repository-config", join(root, "repositories.yaml")];
    const tls = (file: string) => join(root, file);

    test.each<[string, readonly string[]]>([
      ["a repository with name and password", ["web", "--repo", "GUARDED", ...signedIn]],
      ["one with a slash at its end", ["web", "--repo", "GUARDED/", "--version", "~1.2", ...signedIn]],
      [
        "one that leads to another host, with leave",
        ["web", "--repo", "LEADING", "--pass-credentials", ...signedIn],
      ],
      ["one that sends on to another host", ["web", "--repo", "SENDINGOPEN", ...signedIn]],
      ["one whose certificate isn't looked at", ["web", "--repo", "TLS", "--insecure-skip-tls-verify"]],
      ["a chart's own address", ["OPEN/web-1.2.0.tgz"]],
      ["a guarded chart's own address", ["GUARDED/web-1.2.0.tgz", ...signedIn]],
      ["a registry with name and password", ["REGISTRY/web", "--version", "1.2.0", ...signedIn]],
      ["a registry that takes any certificate", ["SECURE/web", "--insecure-skip-tls-verify", ...signedIn]],
      ["values at an address", ["OPEN/web-1.2.0.tgz", "-f", "OPEN/values.yaml"]],
      [
        "a value that is a file at an address",
        ["OPEN/web-1.2.0.tgz", "--set-file", "t=OPEN/text.txt,u.v=OPEN/values.yaml"],
      ],
    ])("from %s", async (_name, words) => {
      const { helm, own } = await compare(["template", "site", ...words]);
      expect(helm.isDone).toBe(true);
      expect(own.seen).toEqual(helm.seen);
    });

    test.each<[string, readonly string[]]>([
      ["a certificate of an authority", ["web", "--repo", "TLS", "--ca-file", "ca.crt"]],
      [
        "one's own certificate",
        [
          "web",
          "--repo",
          "MUTUAL",
          "--ca-file",
          "ca.crt",
          "--cert-file",
          "client.crt",
          "--key-file",
          "client.key",
        ],
      ],
      ["a certificate of a registry's authority", ["SECURE/web", "--ca-file", "ca.crt", ...signedIn]],
    ])("with %s", async (_name, words) => {
      const given = words.map((word) => (/\.(crt|key)$/.test(word) ? tls(word) : word));
      expect((await compare(["template", "site", ...given])).helm.isDone).toBe(true);
    });

    test.each<[string, readonly string[]]>([
      ["an open one", ["open/web"]],
      ["a guarded one", ["guarded/web", "--version", "~1.2"]],
      ["one that passes its password on", ["passing/web"]],
      ["one with an authority of its own", ["secure/web"]],
      ["one that wants a certificate", ["mutual/web"]],
    ])("from a repository by its name: %s", async (_name, words) => {
      const { helm, own } = await compare(["show", "all", ...words, ...config()]);
      expect(helm.isDone).toBe(true);
      expect(own.seen["GUARDED2"]).toEqual(helm.seen["GUARDED2"]);
    });

    test("from a registry one is signed in to", async () => {
      const words = ["show", "values", "REGISTRY/web", "--registry-config", join(root, "registry.json")];
      expect((await compare(words)).helm.isDone).toBe(true);
    });

    test.each<[string, readonly string[]]>([
      ["no password", ["web", "--repo", "GUARDED"]],
      ["a password that isn't right", ["web", "--repo", "GUARDED", "--username", "ann", "--password", "x"]],
      ["15: a password that goes to another host", ["web", "--repo", "LEADING", ...signedIn]],
      ["15: a password that is sent on to another host", ["web", "--repo", "SENDING", ...signedIn]],
      ["a chart it doesn't have", ["nothing", "--repo", "OPEN"]],
      ["a version it doesn't have", ["web", "--repo", "OPEN", "--version", "^9"]],
      ["no index", ["web", "--repo", "OPEN/no/index", "--version", "^9"]],
      ["a chart whose address has none", ["OPEN/nothing-1.0.0.tgz"]],
      ["values whose address has none", ["OPEN/web-1.2.0.tgz", "-f", "OPEN/nothing.yaml"]],
      ["a file whose address has none", ["OPEN/web-1.2.0.tgz", "--set-file", "a=OPEN/nothing.txt"]],
      ["a repository nobody knows by that name", ["nowhere/web"]],
    ])("not with %s", async (_name, words) => {
      const { helm, own } = await compare(["template", "site", ...words]);
      expect(helm.isDone).toBe(false);
      expect(own.stderr).toContain(problemOf(helm).replace(/index\.yaml : 404.*$/, "index.yaml : 404"));
      expect(own.stderr).not.toContain(login.password);
    });

    test.each<[string, readonly string[]]>([
      ["another authority", ["web", "--repo", "TLS", "--ca-file", "other-ca.crt"]],
      ["no authority", ["web", "--repo", "TLS"]],
      ["no certificate", ["web", "--repo", "MUTUAL", "--ca-file", "ca.crt"]],
      [
        "a certificate without its key",
        ["web", "--repo", "MUTUAL", "--ca-file", "ca.crt", "--cert-file", "client.crt"],
      ],
      ["a registry's other authority", ["SECURE/web", "--ca-file", "other-ca.crt", ...signedIn]],
      ["a registry without a password", ["REGISTRY/web"]],
    ])("not with %s", async (_name, words) => {
      const given = words.map((word) => (/\.(crt|key)$/.test(word) ? tls(word) : word));
      expect((await compare(["template", "site", ...given])).helm.isDone).toBe(false);
    });

    test.each<[string, boolean, readonly string[]]>([
      ["a repository", true, ["web", "--repo", "OPEN", "--version", "1.2.0"]],
      ["its own address", true, ["OPEN/web-1.2.0.tgz"]],
      ["a registry", true, ["REGISTRY/web", "--version", "1.2.0", ...signedIn]],
      ["a repository, unsigned", false, ["web", "--repo", "OPEN", "--version", "1.3.0"]],
      ["a registry, unsigned", false, ["REGISTRY/web", "--version", "1.3.0", ...signedIn]],
    ])("only with a proof from %s", async (_name, isProved, words) => {
      const proof = ["--verify", "--keyring", tls("public.gpg")];
      const { helm, own } = await compare(["template", "site", ...words, ...proof]);
      expect(helm.isDone).toBe(isProved);
      if (!isProved) expect(own.stderr).toContain(problemOf(helm));
      const others = ["--verify", "--keyring", tls("other-public.gpg")];
      expect((await compare(["template", "site", ...words, ...others])).own.isDone).toBe(false);
    });

    describe("dependencies", () => {
      function site(dependencies: readonly string[]): (folder: string) => void {
        const list = dependencies.map((line) => `- {${addressed(line)}}\n`).join("");
        return (folder) => {
          mkdirSync(join(folder, "site"));
          const head = "apiVersion: v2\nname: site\nversion: 1.0.0\n";
          writeFileSync(join(folder, "site/Chart.yaml"), `${head}dependencies:\n${list}`);
        };
      }

      function stateOf(folder: string): unknown {
        const path = join(folder, "site");
        const names = readdirSync(path, { recursive: true, encoding: "utf8" })
          // helm leaves the folder it made before it failed
          .filter((name) => name !== "charts")
          .sort();
        const lock = names.includes("Chart.lock")
          ? readFileSync(join(path, "Chart.lock"), "utf8").replace(/^generated: .*$/m, "")
          : undefined;
        return { names, lock };
      }

      test.each<[string, readonly string[]]>([
        ["a name", ['name: web, version: ~1.2, repository: "@open"']],
        ["an alias", ['name: web, version: 1.x, repository: "alias:guarded"']],
        ["the address of a known one", ["name: web, version: 1.x, repository: GUARDED"]],
        ["a known one that passes its password on", ['name: web, version: 1.x, repository: "@passing"']],
        ["a known one with an authority of its own", ['name: web, version: 1.x, repository: "@secure"']],
        [
          "names and addresses",
          [
            'name: web, version: 1.2.0, repository: "@open"',
            "name: web, alias: b, version: 1.3.0, repository: OPEN",
          ],
        ],
        ["a name nobody knows", ['name: web, version: 1.x, repository: "@nobody"']],
        ["an alias nobody knows", ['name: web, version: 1.x, repository: "alias:nobody"']],
        ["a name without its sign", ["name: web, version: 1.x, repository: stable"]],
        ["an address of another kind", ['name: web, version: 1.x, repository: "ftp://127.0.0.1/x"']],
      ])("are got by %s", async (_name, dependencies) => {
        const words = ["dependency", "update", "site", ...config()];
        const { helm, own } = await compare(words, site(dependencies));
        expect(stateOf(own.folder)).toEqual(stateOf(helm.folder));
        if (!helm.isDone) expect(own.stderr).toContain(problemOf(helm));
        if (!helm.isDone) return;
        const again = ["dependency", "build", "site", ...config()];
        const built = await compare(again, (folder) => {
          cpSync(join(helm.folder, "site"), join(folder, "site"), { recursive: true });
          rmSync(join(folder, "site/charts"), { recursive: true });
        });
        expect(built.helm.isDone).toBe(true);
        expect(stateOf(built.own.folder)).toEqual(stateOf(built.helm.folder));
      });

      test.each<[string, string]>([
        ["proved", "1.2.0"],
        ["not proved", "1.3.0"],
      ])("are looked at when they are got: %s", async (_name, version) => {
        for (const repository of ["OPEN", "REGISTRY"]) {
          const access = repository === "OPEN" ? config() : signedIn;
          const words = [
            "dependency",
            "update",
            "site",
            "--verify",
            "--keyring",
            tls("public.gpg"),
            ...access,
          ];
          const chart = site([`name: web, version: ${version}, repository: ${addressed(repository)}`]);
          const isRegistry = repository === "REGISTRY" ? ["--plain-http"] : [];
          const { helm, own } = await compare([...words, ...isRegistry], chart);
          expect(helm.isDone).toBe(version === "1.2.0");
          expect(stateOf(own.folder)).toEqual(stateOf(helm.folder));
          if (!helm.isDone) expect(own.stderr).toContain(problemOf(helm));
        }
      });

      test("without a proof are built with a warning, and not where it is another's", async () => {
        const plain = (version: string) => (folder: string) => {
          site([`name: web, version: ${version}, repository: ${addressed("OPEN")}`])(folder);
        };
        const words = (keyring: string) => [
          "dependency",
          "build",
          "site",
          "--verify",
          "--keyring",
          tls(keyring),
          ...config(),
        ];
        expect((await compare(words("public.gpg"), plain("1.3.0"))).helm).toMatchObject({ isDone: true });
        const { helm, own } = await compare(words("other-public.gpg"), plain("1.2.0"));
        expect([helm.isDone, own.isDone]).toEqual([false, false]);
      });
    });
  },
);

function isWithPassword(line: string): boolean {
  return line.endsWith(" with a password");
}

/** What helm says of its cache of indexes, which we have none of, and of files it can't move. */
function withoutUpdates(text: string): string {
  return text
    .replace(/Could not verify .*?\.prov for moving: .*? \(Skipping\)/g, "")
    .split("\n")
    .filter(
      (line) =>
        !/^(Getting updates|Hang tight|Update Complete|\.\.\.|Save error|Pulled: |Digest: )/.test(line),
    )
    .join("\n");
}
