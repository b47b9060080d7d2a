import type { Deployment, ReplicaSet } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { revisionAnnotation, revisionOf, setAnnotations } from "./revision.ts";

const set = (revision?: string) =>
  ({
    metadata: { annotations: revision === undefined ? {} : { [revisionAnnotation]: revision } },
  }) as ReplicaSet;
const deployment = { metadata: { name: "web" } } as Deployment;

describe("a ReplicaSet's revision", () => {
  it.each([
    ["1", 1n],
    ["3546343826724305832", 3546343826724305832n],
    ["x", 0n],
    ["", 0n],
    [undefined, 0n],
  ])("%s is %s", (text, revision) => {
    expect(revisionOf(set(text))).toBe(revision);
  });

  it.each([
    ["1 at first", undefined, [], "1"],
    ["the one after the others'", undefined, ["9", "10"], "11"],
    ["exact in 64 bits", undefined, ["3546343826724305832"], "3546343826724305833"],
    ["kept while it is the newest", "5", ["4"], "5"],
    ["moved when it is taken up again", "2", ["4"], "5"],
  ])("is %s", (_name, present, old, revision) => {
    const annotations = setAnnotations(
      deployment,
      present === undefined ? undefined : set(present),
      old.map(set),
    );
    expect(annotations[revisionAnnotation]).toBe(revision);
  });
});
