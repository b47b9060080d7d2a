import { type Static, Type } from "@sinclair/typebox";
import { secretStoreName } from "../naming/index.ts";

const closed = { additionalProperties: false } as const;

const referenceSchema = Type.Object(
  {
    secretKey: Type.String(),
    remoteRef: Type.Object(
      {
        key: Type.String({ minLength: 1 }),
        property: Type.String({ minLength: 1 }),
        version: Type.String({ pattern: "^[1-9][0-9]{0,8}$" }),
      },
      closed,
    ),
  },
  closed,
);

/**
 * What a `secrets.yaml` may say: an ExternalSecret that refers to values, each in one version. Whatever could hold a
 * value itself, as `target.template` can, isn't part of it.
 */
export const secretsContentSchema = Type.Object(
  {
    apiVersion: Type.Literal("external-secrets.io/v1"),
    kind: Type.Literal("ExternalSecret"),
    metadata: Type.Object(
      { name: Type.String(), labels: Type.Optional(Type.Record(Type.String(), Type.String())) },
      closed,
    ),
    spec: Type.Object(
      {
        refreshInterval: Type.Optional(Type.String({ pattern: "^[0-9]{1,6}(s|m|h)$" })),
        secretStoreRef: Type.Object(
          { kind: Type.Literal("SecretStore"), name: Type.Literal(secretStoreName) },
          closed,
        ),
        target: Type.Object(
          {
            name: Type.String(),
            creationPolicy: Type.Optional(Type.Literal("Owner")),
            deletionPolicy: Type.Optional(Type.Literal("Retain")),
          },
          closed,
        ),
        data: Type.Array(referenceSchema, { minItems: 1 }),
      },
      closed,
    ),
  },
  closed,
);

export type SecretsContent = Static<typeof secretsContentSchema>;
