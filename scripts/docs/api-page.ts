import { openApi } from "@catalyst/api/server";
import { code, madeBy, table } from "./markdown.ts";
import { type SchemaNode, schemaRows } from "./schema-rows.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: SchemaNode;
  readonly description?: string;
}

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: SchemaNode }>> };
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
  readonly "x-permission"?: string;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

type Options = Parameters<typeof openApi>[0];

/** The description that the API gives of itself. Describing calls nothing, so nothing stands behind it. */
async function description(): Promise<{ readonly paths: Readonly<Record<string, object>> }> {
  const unused: unknown = new Proxy(() => undefined, { get: () => unused });
  const options = new Proxy(
    { origin: "http://localhost:8700" },
    { get: (own, key) => (key === "origin" ? own.origin : unused) },
  );
  const server = await openApi(options as unknown as Options);
  const answer = await server.inject({ method: "GET", url: "/v1/openapi.json" });
  await server.close();
  return answer.json();
}

/** Prints the reference of the REST API. */
export async function apiPage(): Promise<string> {
  const { paths } = await description();
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
  const groups = Map.groupBy(routes, ({ operation }) => operation.tags?.[0] ?? "other");
  const sections = ["# REST API", madeBy, introduction];
  for (const [group, members] of groups) {
    sections.push(`## ${group[0]?.toUpperCase()}${group.slice(1)}`, overview(members));
    sections.push(...members.flatMap(details));
  }
  return `${sections.join("\n\n")}\n`;
}

const introduction = `Everything is below \`/v1\` of the Sovereign's origin. \`GET /v1/openapi.json\` is the same in OpenAPI 3.1, with the
schemas of all answers; the permission of a route stands there as \`x-permission\`. Which role has which permission is in
[Roles and permissions](roles.md).

A program sends \`Authorization: Bearer <personal token>\`. A browser has a session cookie, and sends the header
\`x-csrf-token\` (from \`GET /v1/me\`) with every change.

A change of an Application answers 202 with the plan, the commit and an operation, or 200 with the plan alone when
\`?dryRun=true\` is given. \`GET /v1/operations/{id}\` tells where it stands. An \`If-Match\` header with the ETag of what you
read refuses to overwrite a change made since.

An error is \`application/problem+json\` (RFC 9457) with a stable \`code\`, a \`hint\` where there is one, and the \`field\`,
\`file\` and \`line\` it is about. What you may not see is answered as if it weren't there: 404.`;

function overview(routes: readonly Route[]): string {
  return table(
    ["route", "permission", ""],
    routes.map(({ method, path, operation }) => [
      code(`${method} ${path}`),
      operation["x-permission"] ?? "",
      operation.summary === undefined ? "" : `${operation.summary}.`,
    ]),
  );
}

/** Query and body of a route that has one; its path says its other parameters. */
function details({ method, path, operation }: Route): string[] {
  const query = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === "query")
    .map(({ name, required, schema, description: text }) => ({
      [name]: { ...schema, ...(text === undefined ? {} : { description: text }) },
      required,
    }));
  const querySchema: SchemaNode = {
    properties: Object.assign({}, ...query.map(({ required: _, ...field }) => field)),
  };
  const body = operation.requestBody?.content["application/json"]?.schema;
  const rows = [...rowsOf("query", querySchema), ...(body === undefined ? [] : rowsOf("body", body))];
  if (rows.length === 0) return [];
  return [`### ${code(`${method} ${path}`)}`, table(["in", "field", "type", "required", ""], rows)];
}

function rowsOf(where: string, schema: SchemaNode): string[][] {
  return schemaRows(schema).map(({ path, type, required, default: preset, description: text }) => [
    where,
    code(path),
    type,
    required ? "yes" : "",
    [...(text === "" ? [] : [text]), ...(preset === "" ? [] : [`Default ${code(preset)}.`])].join(" "),
  ]);
}
