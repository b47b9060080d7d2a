import { isObject } from "@catalyst/base/json";
import type { TSchema } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import type { RouteOptions } from "fastify";

/**
 * Makes a route refuse what it doesn't know in its query and body: a misspelt field, or a `dryRun` where there
 * is none, would be passed over and the opposite of what was asked be done. Public routes are left alone: others
 * add parameters of their own to what they send there.
 */
export function refuseUnknownFields(route: RouteOptions): void {
  if (route.config?.permission === "public") return;
  const { querystring, body } = route.schema ?? {};
  route.schema = {
    ...route.schema,
    querystring: closed((querystring as TSchema | undefined) ?? Type.Object({})),
    ...(body === undefined ? {} : { body: closed(body as TSchema) }),
  };
}

/** Gives a copy of a schema whose objects have no fields but those named, unless one says otherwise itself. */
export function closed<T extends TSchema>(schema: T): T {
  const copy: { [key: string]: unknown } = { ...(schema as TSchema) };
  if (isObject(schema["properties"])) {
    copy["properties"] = Object.fromEntries(
      Object.entries(schema["properties"]).map(([name, field]) => [name, closed(field as TSchema)]),
    );
    copy["additionalProperties"] ??= false;
  }
  if (isObject(schema["items"])) copy["items"] = closed(schema["items"] as unknown as TSchema);
  return copy as T;
}
