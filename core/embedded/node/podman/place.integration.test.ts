import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepPlace } from "./place.ts";

test("a folder may be used again where it was, and not where it was moved to", async () => {
  const root = mkdtempSync(join(tmpdir(), "catalyst-place-"));
  try {
    const [first, second] = [join(root, "first"), join(root, "second")];
    await keepPlace(first);
    await keepPlace(first);
    renameSync(first, second);
    await expect(keepPlace(second)).rejects.toMatchObject({
      code: "data-folder-moved",
      message: expect.stringContaining(first),
    });
    renameSync(second, first);
    await keepPlace(first);
  } finally {
    rmSync(root, { recursive: true });
  }
});
