import { type Static, Type } from "@sinclair/typebox";

/** What may be known of the value of a password field: never the value. */
export const secretViewSchema = Type.Object({
  field: Type.String({ description: "The field of config, by path." }),
  version: Type.Optional(
    Type.Integer({ description: "The version Git refers to; absent: no value was given." }),
  ),
  setAt: Type.Optional(
    Type.String({ description: "When that value was given; absent: it isn't in the store (any longer)." }),
  ),
});
export type SecretView = Static<typeof secretViewSchema>;

/** The answer to giving a value: what Git is to say to use it. */
export const givenSecretSchema = Type.Object({
  field: Type.String(),
  version: Type.Integer({ description: "For `secrets` of an install or a change." }),
  reference: Type.Object(
    {
      secretKey: Type.String(),
      remoteRef: Type.Object({ key: Type.String(), property: Type.String(), version: Type.String() }),
    },
    { description: "For `spec.data` of secrets.yaml, when the change is pushed." },
  ),
});
export type GivenSecret = Static<typeof givenSecretSchema>;
