import type { ExpandFacts } from "../objects.ts";
import type { LiveState } from "../preflight/index.ts";

/** A cluster that has nothing yet. */
export const emptyCluster: LiveState = {
  ingresses: async () => [],
  storageClasses: async () => [],
  quotas: async () => [],
  limitRanges: async () => [],
};

/** Where the Applications of Environment `acme-dev` are. */
export const place: Pick<ExpandFacts, "platform" | "source"> = {
  platform: (application) => ({
    sovereign: "local",
    organization: "acme",
    environment: "acme-dev",
    host: `${application}.acme-dev.localhost`,
    url: "",
    registry: "r",
  }),
  source: (item) => ({ url: `oci://localhost/${item.repository}`, insecure: true }),
};
