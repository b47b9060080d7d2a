import { ownProgram } from "./own-program.ts";

/** A controller as people write them with controller-runtime, with all that is usual. */
export const siteController = ownProgram("site-controller");

/**
 * cert-manager's own controllers. The project's commands are Go modules of their own, which aren't published:
 * a `main` written here starts the published packages.
 */
export const certManager = ownProgram("cert-manager", {
  data: {
    crds: {
      module: "github.com/cert-manager/cert-manager",
      moduleVersion: "v1.21.2",
      path: "deploy/crds",
    },
  },
});
