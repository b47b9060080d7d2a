import { join } from "node:path";
import type { Component } from "../component.ts";
import { folderDigest } from "../folder-digest.ts";
import type { GoProgram } from "../go-program.ts";

/** A controller as people write them with controller-runtime, with all that is usual. */
export const siteController = ownProgram("site-controller");

/**
 * cert-manager's own controllers. The project's commands are Go modules of their own, which aren't published:
 * a `main` written here starts the published packages.
 */
export const certManager = ownProgram("cert-manager", {
  crds: {
    module: "github.com/cert-manager/cert-manager",
    moduleVersion: "v1.21.2",
    path: "deploy/crds",
  },
});

/** A program whose sources are in `programs/<name>`; its version is theirs. */
function ownProgram(name: string, data?: NonNullable<GoProgram["data"]>): Component {
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
      ...(data === undefined ? {} : { data }),
    },
  };
}
