import { type Static, Type } from "@sinclair/typebox";
import { problemSchema } from "../problem/index.ts";

/** A change under way: from the request that asked for it to the state it leads to. */
export const operationSchema = Type.Object({
  id: Type.String(),
  kind: Type.String({ description: "install, change, remove, rollback, create-environment, …" }),
  organization: Type.String(),
  environment: Type.Optional(Type.String()),
  application: Type.Optional(Type.String()),
  user: Type.String(),
  status: Type.String({ enum: ["running", "succeeded", "failed"] }),
  commit: Type.Optional(Type.String()),
  message: Type.String({ description: "Where it stands, one sentence." }),
  problem: Type.Optional(problemSchema),
  startedAt: Type.String({ format: "date-time" }),
  finishedAt: Type.Optional(Type.String({ format: "date-time" })),
});
export type Operation = Static<typeof operationSchema>;
