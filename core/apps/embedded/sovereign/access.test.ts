import { clusterGroup, readersGroup } from "@catalyst/controllers/environment";
import { mastersGroup } from "@catalyst/embedded-kubernetes";
import type { Member } from "@catalyst/model/role";
import { describe, expect, it } from "vitest";
import { Access, type AccessOptions } from "./access.ts";

const people: Readonly<Record<string, boolean>> = { root: true, dora: false, vic: false, eve: false };
const members: readonly Member[] = [
  { user: "dora", role: "org-developer", environments: ["acme-dev"] },
  { user: "vic", role: "org-viewer" },
];

const access = new Access({
  master: "m",
  tokens: {} as AccessOptions["tokens"],
  users: {
    find: (user: string) =>
      user in people
        ? { user, name: user, email: `${user}@example.com`, sovereignAdmin: people[user] === true }
        : undefined,
  } as unknown as AccessOptions["users"],
  membersOf: (organization) => (organization === "acme" ? members : undefined),
});

describe("whom an Environment's cluster takes somebody for", () => {
  it.each<[string, string, "read" | "write", string, readonly string[] | undefined]>([
    ["a sovereign-admin", "root", "write", "acme-dev", [mastersGroup]],
    ["a sovereign-admin's token that only reads", "root", "read", "acme-dev", [readersGroup]],
    ["a developer", "dora", "write", "acme-dev", [clusterGroup("org-developer", "write")]],
    ["a developer's token that only reads", "dora", "read", "acme-dev", [readersGroup]],
    ["a developer of another Environment", "dora", "write", "acme-prod", undefined],
    ["a viewer, who has no role in it", "vic", "write", "acme-dev", [clusterGroup("org-viewer", "write")]],
    ["nobody of the Organization", "eve", "write", "acme-dev", undefined],
    ["a member of another Organization", "dora", "write", "rival-prod", undefined],
    ["somebody who is gone", "ghost", "write", "acme-dev", undefined],
  ])("%s", (_name, user, scope, environment, groups) => {
    expect(access.clusterUser({ user, scope }, environment)?.groups).toEqual(groups);
  });
});
