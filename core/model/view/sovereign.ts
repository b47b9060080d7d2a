import { type Static, Type } from "@sinclair/typebox";

import { conditionSchema } from "../condition/index.ts";

/** The Sovereign itself: what runs behind each protocol. */
export const sovereignViewSchema = Type.Object({
  name: Type.String(),
  domain: Type.String(),
  conditions: Type.Array(conditionSchema, { description: "Of the document `sovereign.yaml`." }),
  url: Type.String(),
  version: Type.String(),
  runtime: Type.Object({
    name: Type.String({ description: "podman, simulated or kubernetes." }),
    simulated: Type.Boolean(),
    reason: Type.String({ description: "Why this one." }),
  }),
  components: Type.Array(
    Type.Object({
      name: Type.String(),
      protocol: Type.String(),
      implementation: Type.String({ description: "embedded, or the production component's name." }),
    }),
  ),
  capabilities: Type.Object({ receiveVerdict: Type.Boolean() }),
});
export type SovereignView = Static<typeof sovereignViewSchema>;
