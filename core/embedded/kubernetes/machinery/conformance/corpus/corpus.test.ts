import { describe, expect, test } from "vitest";
import { tryCases } from "./corpus.ts";
import { DryMachinery } from "./dry-machinery.ts";
import { recorded } from "./golden.ts";
import { corpus } from "./index.ts";

describe.each(corpus.map((kind) => [kind.kind, kind] as const))("%s", async (_name, kind) => {
  const verdicts = await tryCases(new DryMachinery(), kind);
  const golden = recorded(kind);

  test.each(kind.cases.map(({ name }) => name))("%s", (name) => {
    expect(verdicts[name]).toEqual(golden[name]);
  });
});
