import { join } from "node:path";
import type { Component } from "../component.ts";
import { folderDigest } from "../folder-digest.ts";
import type { GoProgram } from "../go-program.ts";

/** A program whose sources are in `programs/<name>`; its version is theirs. */
export function ownProgram(
  name: string,
  more: Partial<Pick<GoProgram, "data" | "variables">> = {},
): Component {
  const folder = join(import.meta.dirname, "../programs", name);
  const version = folderDigest(folder);
  return {
    name,
    version,
    source: {
      kind: "go",
      module: `catalyst.test/${name}`,
      moduleVersion: version,
      folder,
      programs: { [name]: "." },
      ...more,
    },
  };
}
