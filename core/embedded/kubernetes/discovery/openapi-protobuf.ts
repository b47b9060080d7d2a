import { double, each, type FieldWriter, flag, message, text, whole } from "../protobuf/write.ts";

/**
 * Swagger 2 documents as protobuf, the form in which kubectl, Helm and client-go ask for them: the messages of
 * gnostic's `openapiv2/OpenAPIv2.proto` (github.com/google/gnostic-models), as far as our documents have them.
 */

type Json = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, readonly [number: number, write: FieldWriter]>>;

/** Any value is told as the YAML it is written as, and JSON is YAML. */
const anything = message((value) => text(2, JSON.stringify(value)));

/** A message of the fields a document's object has. What begins with `x-` goes into the field `extensions`. */
function object(fields: () => Fields, extensions: number): FieldWriter {
  return message((value: Json) => contentOf(value, fields(), extensions));
}

function contentOf(value: Json, fields: Fields, extensions: number): readonly Uint8Array[] {
  return Object.entries(value).flatMap(([key, part]) => {
    if (part === undefined) return [];
    if (key.startsWith("x-")) return namedOne(anything)(extensions, [key, part]);
    const [number, write] = fields[key] ?? [];
    return number === undefined || write === undefined ? [] : write(number, part);
  });
}

function namedOne(write: FieldWriter): FieldWriter {
  return message(([name, value]: readonly [string, unknown]) => [...text(1, name), ...write(2, value)]);
}

/** A map's entries are the repeated field `within` of a message. */
function named(write: FieldWriter, within: number): FieldWriter {
  return message((map: Json) => each(namedOne(write))(within, Object.entries(map)));
}

/** One of several messages, each in a field of its own. */
function choice(choose: (value: Json) => readonly [number: number, write: FieldWriter]): FieldWriter {
  return message((value: Json) => {
    const [number, write] = choose(value);
    return write(number, value);
  });
}

const schema: FieldWriter = object(() => schemaFields, 31);

const listOf = (write: FieldWriter) =>
  message((value) => each(write)(1, Array.isArray(value) ? value : [value]));

const schemaFields: Fields = {
  $ref: [1, text],
  format: [2, text],
  title: [3, text],
  description: [4, text],
  default: [5, anything],
  multipleOf: [6, double],
  maximum: [7, double],
  exclusiveMaximum: [8, flag],
  minimum: [9, double],
  exclusiveMinimum: [10, flag],
  maxLength: [11, whole],
  minLength: [12, whole],
  pattern: [13, text],
  maxItems: [14, whole],
  minItems: [15, whole],
  uniqueItems: [16, flag],
  maxProperties: [17, whole],
  minProperties: [18, whole],
  required: [19, each(text)],
  enum: [20, each(anything)],
  additionalProperties: [
    21,
    message((value) => (typeof value === "boolean" ? flag(2, value) : schema(1, value))),
  ],
  type: [22, listOf(text)],
  items: [23, listOf(schema)],
  allOf: [24, each(schema)],
  properties: [25, named(schema, 1)],
  example: [30, anything],
};

const placed = { required: [1, flag], in: [2, text], description: [3, text], name: [4, text] } as const;
const queryParameter = object(
  () => ({ ...placed, type: [6, text], format: [7, text], uniqueItems: [20, flag] }),
  23,
);
const pathParameter = object(
  () => ({ ...placed, type: [5, text], format: [6, text], uniqueItems: [19, flag] }),
  22,
);
const bodyParameter = object(
  () => ({
    description: [1, text],
    name: [2, text],
    in: [3, text],
    required: [4, flag],
    schema: [5, schema],
  }),
  6,
);

/** Parameters stand within ParametersItem, Parameter and, but for a body, NonBodyParameter. */
const parameter = message((value: Json) => {
  const plain = choice(({ in: place }) => (place === "path" ? [4, pathParameter] : [3, queryParameter]));
  return choice(({ in: place }) => (place === "body" ? [1, bodyParameter] : [2, plain]))(1, value);
});

const schemaItem = message((value) => schema(1, value));
const response = object(() => ({ description: [1, text], schema: [2, schemaItem] }), 5);
const responseValue = message((value) => response(1, value));

const operation = object(
  () => ({
    tags: [1, each(text)],
    summary: [2, text],
    description: [3, text],
    operationId: [5, text],
    produces: [6, each(text)],
    consumes: [7, each(text)],
    parameters: [8, each(parameter)],
    responses: [9, named(responseValue, 1)],
    deprecated: [11, flag],
  }),
  13,
);

const pathItem = object(
  () => ({
    get: [2, operation],
    put: [3, operation],
    post: [4, operation],
    delete: [5, operation],
    options: [6, operation],
    head: [7, operation],
    patch: [8, operation],
    parameters: [9, each(parameter)],
  }),
  10,
);

const document: Fields = {
  swagger: [1, text],
  info: [2, object(() => ({ title: [1, text], version: [2, text], description: [3, text] }), 7)],
  paths: [8, named(pathItem, 2)],
  definitions: [9, named(schema, 1)],
};

/** Writes a Swagger 2 document as gnostic's `Document`. How one signs in isn't told. */
export function openApiProtobuf(swagger: Json): Buffer {
  return Buffer.concat(contentOf(swagger, document, 16));
}
