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

  it("says so when its files can't be read", async () => {
    await localAuthority(dir, systemClock);
    await writeFile(join(dir, "authority.key"), "nothing");
    await expect(localAuthority(dir, systemClock)).rejects.toMatchObject({ code: "authority-unusable" });
  });
});
