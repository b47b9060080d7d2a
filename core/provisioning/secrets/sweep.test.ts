import { rfc3339 } from "@catalyst/base/clock";
import { printYaml } from "@catalyst/base/yaml";
import { readEnvironmentTree, secretsContent } from "@catalyst/blueprint/plan";
import type { Commit } from "@catalyst/ports/git";
import { beforeEach, describe, expect, it } from "vitest";
import { MemorySecrets } from "../testing/memory-secrets.ts";
import { removeAllSecrets } from "./remove-all.ts";
import { sweepSecrets } from "./sweep.ts";

const day = 24 * 60 * 60_000;
const environment = "acme-dev";
const key = "org/acme/env/dev/applications/mail/password";

let now: number;
let store: MemorySecrets;
/** What `secrets.yaml` said, oldest first; undefined: it was removed. */
let commits: { readonly at: number; readonly text: string | undefined }[];

beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
  store = new MemorySecrets(() => now);
  commits = [];
});

function commit(version: number | undefined): void {
  const text = version && printYaml(secretsContent(environment, "mail", { password: version }, []));
  commits.push({ at: now, text: text || undefined });
}

const application = printYaml({
  apiVersion: "catalyst.openova.io/v1alpha1",
  kind: "Application",
  metadata: { name: "mail" },
  spec: { blueprint: { name: "bp-mail", version: "1.0.0", digest: `sha256:${"a".repeat(64)}` } },
});

async function sweep(): Promise<number> {
  const newest = commits.at(-1)?.text;
  const files = new Map([["applications/mail/application.yaml", application]]);
  if (newest !== undefined) files.set("applications/mail/secrets.yaml", newest);
  const author = { name: "a", email: "a@b" };
  const history = commits
    .map(({ at }, index): Commit => {
      const signature = { ...author, date: rfc3339(at) };
      return { id: String(index), parents: [], author: signature, committer: signature, message: "" };
    })
    .reverse();
  return sweepSecrets(environment, {
    store,
    git: {
      history: async () => history,
      readFile: async (_repository, ref) => {
        const text = commits[Number(ref)]?.text;
        return text === undefined ? undefined : new TextEncoder().encode(text);
      },
    },
    snapshot: async () => ({ commit: "head", files, tree: await readEnvironmentTree(files) }),
    now: () => now,
  });
}

const left = async () => (await store.metadata(key))?.versions.map(({ version }) => version);
const give = () => store.write(key, { value: "x" });

describe("values nothing refers to", () => {
  it("go after a day when no commit took them up, with all that was known of them", async () => {
    await give();
    expect(await sweep()).toBe(0);
    now += 2 * day;
    expect(await sweep()).toBe(1);
    expect(await store.metadata(key)).toBeUndefined();
  });

  it("stay while they run, whatever their age", async () => {
    commit(await give());
    now += 1000 * day;
    expect(await sweep()).toBe(0);
    expect(await left()).toEqual([1]);
  });

  it("stay for thirty days after they were replaced, then go; their number isn't given again", async () => {
    commit(await give());
    now += 100 * day;
    commit(await give());
    now += 29 * day;
    expect(await sweep()).toBe(0);
    now += 2 * day;
    expect(await sweep()).toBe(1);
    expect(await left()).toEqual([2]);
    expect(await give()).toBe(3);
  });

  it("stay for thirty days after their Application was removed, so that the removal can be taken back", async () => {
    commit(await give());
    now += day;
    commit(undefined);
    now += 29 * day;
    expect(await sweep()).toBe(0);
    now += 2 * day;
    expect(await sweep()).toBe(1);
    expect(await left()).toEqual([]);
    expect(await give()).toBe(2);
  });

  it("are left alone outside the Applications' part", async () => {
    await store.write("org/acme/env/dev/shared/smtp", { value: "x" });
    await store.write("org/acme/env/prod/applications/mail/password", { value: "x" });
    now += 1000 * day;
    expect(await sweep()).toBe(0);
  });
});

describe("an Environment that is gone", () => {
  it("leaves none of its values, and touches no other's", async () => {
    for (const path of [key, "org/acme/env/dev/shared/smtp", "org/acme/env/prod/applications/mail/password"])
      await store.write(path, { value: "x" });
    await removeAllSecrets(environment, store);
    expect(await store.list("org/acme/env")).toEqual(["prod/"]);
  });
});
