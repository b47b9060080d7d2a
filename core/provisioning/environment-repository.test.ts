import { expect, test } from "vitest";
import { EnvironmentReader } from "./environment-repository.ts";

test("those who ask for a commit at once share one reading of it", async () => {
  let listings = 0;
  const tree = {
    files: async () => {
      listings++;
      return [];
    },
    read: () => Promise.reject(new Error("there is no file")),
  };
  const reader = new EnvironmentReader();
  const commit = "a".repeat(40);
  const snapshots = await Promise.all([1, 2, 3].map(() => reader.read("acme-dev", commit, tree)));
  expect(listings).toBe(1);
  expect(new Set(snapshots).size).toBe(1);
});

test("a reading that failed is begun anew", async () => {
  const reader = new EnvironmentReader();
  const commit = "a".repeat(40);
  const read = () => Promise.reject(new Error("there is no file"));
  const broken = { files: () => Promise.reject(new Error("the host is away")), read };
  await expect(reader.read("acme-dev", commit, broken)).rejects.toThrow("away");
  expect((await reader.read("acme-dev", commit, { files: async () => [], read })).commit).toBe(commit);
});
