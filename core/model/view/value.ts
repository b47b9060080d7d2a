import { type Static, Type } from "@sinclair/typebox";

/** Who says what a value of the chart is. */
export const valueOriginSchema = Type.Object({
  kind: Type.String({
    enum: ["config", "config-default", "secret", "size", "blueprint", "platform", "chart", "none"],
    description:
      "config: the Application's config; config-default: the Blueprint's config schema; secret: a value in the secret store; size: a size of the Blueprint; blueprint: a constant of the Blueprint; platform: a fact of the platform; chart: the chart's values.yaml; none: nobody.",
  }),
  name: Type.Optional(Type.String({ description: "The field of config, the size, or the platform's fact." })),
  file: Type.Optional(
    Type.String({
      description:
        "In the Environment's repository for config, in the Blueprint's folder for what the Blueprint and its chart say.",
    }),
  ),
  line: Type.Optional(Type.Integer({ description: "From 1." })),
});
export type ValueOrigin = Static<typeof valueOriginSchema>;

/** One place in a template that reads a value. */
export const valueReadSchema = Type.Object({
  path: Type.String({
    description:
      "What it reads: the value, one inside of it (`*`: an element), or the one it is in; empty: all values.",
  }),
  file: Type.String({ description: "In the Blueprint's folder: chart/templates/service.yaml." }),
  line: Type.Integer({ description: "From 1." }),
  column: Type.Integer({ description: "From 1." }),
  template: Type.Optional(Type.String({ description: "The template it stands in, where that has a name." })),
  text: Type.String({ description: "The line, or the first 200 characters of it." }),
});
export type ValueRead = Static<typeof valueReadSchema>;

/** A value of a chart: where it comes from, and where it goes. Never the value itself. */
export const valueViewSchema = Type.Object({
  path: Type.String({ description: "In the chart's values: image.tag, db.port for a subchart's." }),
  origin: valueOriginSchema,
  reads: Type.Array(valueReadSchema, { description: "The first 100 places, by file and line." }),
  readsTotal: Type.Integer(),
});
export type ValueView = Static<typeof valueViewSchema>;

/** The form of a Blueprint's config. */
export const configFormSchema = Type.Object({
  schema: Type.Object({}, { additionalProperties: true, description: "JSON Schema 2020-12." }),
  from: Type.String({
    enum: ["schema", "values"],
    description: "schema: the Blueprint has a config schema; values: config is the chart's values.",
  }),
  leftOut: Type.Array(Type.String(), {
    description: "Values that are secret by their names: they can't be in config, as that is in Git.",
  }),
});
export type ConfigForm = Static<typeof configFormSchema>;
