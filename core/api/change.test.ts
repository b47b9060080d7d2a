import { CatalystError } from "@catalyst/base/errors";
import { silentLogger } from "@catalyst/base/logger";
import { beforeEach, describe, expect, it } from "vitest";
import type { Principal } from "./access/principal.ts";
import { audited } from "./change.ts";
import type { ApiOptions, AuditEntry } from "./options.ts";

const ada: Principal = {
  user: "ada",
  name: "Ada",
  email: "ada@localhost",
  sovereignAdmin: false,
  scope: "write",
  via: "token",
};
const subject = { kind: "give-secret", organization: "acme", environment: "acme-dev", application: "blog" };
const entry = {
  user: "ada",
  action: "give-secret",
  organization: "acme",
  environment: "acme-dev",
  application: "blog",
};

let entries: AuditEntry[];
let isFull: boolean;
beforeEach(() => {
  entries = [];
  isFull = false;
});

const options = {
  logger: silentLogger,
  audit: async (said: AuditEntry) => {
    if (isFull) throw new CatalystError("disk-full", "the disk is full");
    entries.push(said);
  },
} as unknown as ApiOptions;

const refused = new CatalystError("secret-field-unknown", "there is no such field");
const run = (act: () => Promise<number>, commit?: string) =>
  audited(options, ada, subject, act, (version) => ({
    message: `version ${version}`,
    ...(commit === undefined ? {} : { commit }),
  }));
const refuse = async (): Promise<number> => {
  throw refused;
};

describe("the audit view", () => {
  it("says what was done", async () => {
    expect(await run(async () => 3)).toBe(3);
    expect(entries).toEqual([{ ...entry, outcome: "done", message: "version 3" }]);
  });

  it("says why something was refused", async () => {
    await expect(run(refuse)).rejects.toBe(refused);
    expect(entries).toEqual([{ ...entry, outcome: "refused", message: "there is no such field" }]);
  });

  it("says of what broke inside only that it did", async () => {
    const broken = new Error("value Zaunkoenig can't be sent");
    await expect(run(() => Promise.reject(broken))).rejects.toBe(broken);
    expect(entries).toEqual([{ ...entry, outcome: "failed", message: "something broke inside" }]);
  });
});

describe("when nothing can be recorded", () => {
  beforeEach(() => {
    isFull = true;
  });

  it("the refusal is the answer all the same", async () => {
    await expect(run(refuse)).rejects.toBe(refused);
  });

  it("a commit that was made is told", async () => {
    const answer = run(async () => 3, "1234567890abcdef");
    await expect(answer).rejects.toMatchObject({
      code: "change-unrecorded",
      message: expect.stringContaining("1234567890"),
    });
  });
});
