/** What a form understands of JSON Schema 2020-12; what it doesn't, the plan checks and says. */
export interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly items?: FieldSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly "x-catalyst-ui-hint"?: string;
}

export type Widget =
  | "object"
  | "list"
  | "choice"
  | "switch"
  | "number"
  | "colour"
  | "long-text"
  | "password"
  | "text"
  | "yaml";

/** Chooses how a field is shown. */
export function widgetOf(schema: FieldSchema): Widget {
  const type = typeof schema.type === "string" ? schema.type : schema.type?.find((name) => name !== "null");
  const hint = schema["x-catalyst-ui-hint"];
  if (schema.enum !== undefined) return "choice";
  if (type === "object") return schema.properties === undefined ? "yaml" : "object";
  if (type === "array") return isText(schema.items) ? "list" : "yaml";
  if (type === "boolean") return "switch";
  if (type === "integer" || type === "number") return "number";
  if (type !== "string") return "yaml";
  if (hint === "password") return "password";
  if (hint === "color" || schema.format === "color") return "colour";
  if (hint === "textarea" || (schema.maxLength ?? 0) > 300) return "long-text";
  return "text";
}

function isText(schema: FieldSchema | undefined): boolean {
  return schema?.type === "string" && schema.enum === undefined;
}

/** `themeColor` as `Theme color`, for a field without a title. */
export function labelOf(name: string, schema: FieldSchema): string {
  if (schema.title !== undefined) return schema.title;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[-_]/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Sets a value, or takes the field away when it is undefined, so that the default applies. */
export function withField(
  object: Readonly<Record<string, unknown>>,
  name: string,
  value: unknown,
): Record<string, unknown> {
  const { [name]: _, ...rest } = object;
  return value === undefined ? rest : { ...object, [name]: value };
}
