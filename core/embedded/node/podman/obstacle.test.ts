import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noteSkip } from "@catalyst/base/testing/note-skip";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { podmanObstacle } from "./obstacle.ts";

const canTell = process.platform === "linux" && process.getuid?.() === 0;
if (!canTell) noteSkip(import.meta.filename, "podman needs root on Linux");

describe.skipIf(!canTell)("what keeps podman from running Pods", () => {
  const all = ["podman", "runc", "iptables-restore", "conmon", "catatonit", "netavark"];
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "catalyst-obstacle-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function install(...programs: readonly string[]): void {
    for (const program of programs) {
      writeFileSync(join(folder, program), "#!/bin/sh\n");
      chmodSync(join(folder, program), 0o755);
    }
  }

  test.each(all)("%s that is missing is named", async (missing) => {
    install(...all.filter((program) => program !== missing));
    expect(await podmanObstacle({ path: folder, helperFolders: [] })).toContain(`${missing} isn't installed`);
  });

  test("nothing does when all are there, helpers in podman's own folder too", async () => {
    install(...all);
    expect(await podmanObstacle({ path: folder, helperFolders: [] })).toBeUndefined();
  });
});
