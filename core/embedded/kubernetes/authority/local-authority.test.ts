import { X509Certificate } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localAuthority } from "./local-authority.ts";

describe("the local authority", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "catalyst-authority-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("is kept, its files for the owner alone", async () => {
    const first = await localAuthority(dir, systemClock);
    const second = await localAuthority(dir, systemClock);
    expect(second.certificate).toBe(first.certificate);
    for (const name of ["authority.key", "authority.crt"]) {
      expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
    }
  });

  it("issues certificates for listening and for users, which it vouches for after a new start too", async () => {
    await localAuthority(dir, systemClock);
    const authority = await localAuthority(dir, systemClock);
    const own = new X509Certificate(authority.certificate);
    const server = new X509Certificate((await authority.issueServer({ dns: ["catalyst.example"] })).cert);
    expect(server.verify(own.publicKey)).toBe(true);
    expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect([server.checkHost("localhost"), server.checkHost("catalyst.example")]).toEqual([
      "localhost",
      "catalyst.example",
    ]);
    const user = await authority.issueClient({ name: "ann", groups: ["a", "b"], cluster: "demo" });
    const { subject } = new X509Certificate(user.cert);
    expect(subject.split("\n").sort()).toEqual(["CN=ann", "O=a", "O=b", "OU=demo"]);
  });

  it("keeps the certificate for listening over starts", async () => {
    const first = await (await localAuthority(dir, systemClock)).keptServer();
    const authority = await localAuthority(dir, systemClock);
    expect(await authority.keptServer()).toEqual(first);
    const server = new X509Certificate(first.cert);
    expect(server.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect([server.checkHost("localhost"), server.checkIP("::1")]).toEqual(["localhost", "::1"]);
    expect((await stat(join(dir, "server.key"))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["that is missing", () => rm(join(dir, "server.key"))],
    ["that is damaged", () => writeFile(join(dir, "server.crt"), "nothing")],
    [
      "of another authority",
      async () => {
        await rm(join(dir, "authority.crt"));
        await rm(join(dir, "authority.key"));
      },
    ],
  ])("issues one %s anew", async (_what, spoil) => {
    const first = await (await localAuthority(dir, systemClock)).keptServer();
    await spoil();
    const authority = await localAuthority(dir, systemClock);
    const second = await authority.keptServer();
    expect(second.cert).not.toBe(first.cert);
    const server = new X509Certificate(second.cert);
    expect(server.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(await authority.keptServer()).toEqual(second);
  });

  it("issues one that ends within 30 days anew", async () => {
    const first = await (await localAuthority(dir, systemClock)).keptServer();
    const later = (days: number) => ({ ...systemClock, now: () => Date.now() + days * 24 * 3600 * 1000 });
    expect(await (await localAuthority(dir, later(334))).keptServer()).toEqual(first);
    expect(await (await localAuthority(dir, later(336))).keptServer()).not.toEqual(first);
  });

  it("says so when its files can't be read", async () => {
    await localAuthority(dir, systemClock);
    await writeFile(join(dir, "authority.key"), "nothing");
    await expect(localAuthority(dir, systemClock)).rejects.toMatchObject({ code: "authority-unusable" });
  });
});
