import { type Static, Type } from "@sinclair/typebox";

/** What an Application is doing, as one word (resources.md, "Application"). */
export const phaseSchema = Type.Union([
  Type.Literal("Pending"),
  Type.Literal("PendingApproval"),
  Type.Literal("Installing"),
  Type.Literal("Running"),
  Type.Literal("Updating"),
  Type.Literal("Degraded"),
  Type.Literal("Failed"),
  Type.Literal("Paused"),
  Type.Literal("Deleting"),
]);
export type Phase = Static<typeof phaseSchema>;

/** Why an Application isn't Running, for a person. */
export const whySchema = Type.Object({
  sentence: Type.String({ description: "One sentence: what it waits for or what went wrong." }),
  label: Type.Union([
    Type.Literal("waiting"),
    Type.Literal("slow"),
    Type.Literal("doomed"),
    Type.Literal("stuck"),
  ]),
  action: Type.Optional(Type.String({ description: "The one thing to do about it." })),
});
export type Why = Static<typeof whySchema>;

/** Something the platform did of its own accord that a person should know of. */
export const noticeSchema = Type.Object({
  sentence: Type.String({ description: "One sentence: what was done, and why." }),
  time: Type.String({ format: "date-time" }),
});
export type Notice = Static<typeof noticeSchema>;
