import { StatusError } from "../machinery/index.ts";
import { forbidden } from "../request/errors.ts";
import type { Route } from "../request/path.ts";
import type { User } from "./user.ts";

/** What is asked for, as authorization sees it. */
export type Attributes = ResourceAttributes | PathAttributes;

export interface ResourceAttributes {
  readonly user: User;
  readonly verb: string;
  readonly group: string;
  /** Told by audit; no rule asks for it. */
  readonly version?: string | undefined;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface PathAttributes {
  readonly user: User;
  readonly verb: string;
  readonly path: string;
}

/** The verb of a request, as roles name it. */
export function verbOf(method: string, route: Route, query: URLSearchParams): string {
  if (route.kind === "other") return method.toLowerCase();
  const named = route.name !== undefined;
  switch (method) {
    case "GET":
    case "HEAD":
      if (named) return "get";
      return ["true", "1"].includes(query.get("watch") ?? "") ? "watch" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return named ? "delete" : "deletecollection";
    default:
      // Only who may do everything with it gets as far as hearing that this can't be done.
      return "";
  }
}

/** The attributes of a request. */
export function attributesOf(user: User, verb: string, route: Route, query: URLSearchParams): Attributes {
  if (route.kind === "other") return { user, verb, path: route.path };
  const own = route.group === "" && route.resource === "namespaces";
  return {
    user,
    verb,
    group: route.group,
    version: route.version,
    resource: route.resource,
    subresource: route.subresource ?? "",
    namespace: (own ? route.name : route.namespace) ?? "",
    name: route.name ?? selectedName(query.get("fieldSelector")),
  };
}

/** A list or watch of one name is judged as a read of that name. */
function selectedName(selector: string | null): string {
  return /^metadata\.name==?([^,!]+)$/.exec(selector ?? "")?.[1] ?? "";
}

/** The sentence of a refusal, as upstream words it. */
export function refusal(attributes: Attributes): string {
  const user = JSON.stringify(attributes.user.name);
  if ("path" in attributes) {
    return `User ${user} cannot ${attributes.verb} path ${JSON.stringify(attributes.path)}`;
  }
  const { resource, subresource, group, namespace, verb } = attributes;
  const what = subresource === "" ? resource : `${resource}/${subresource}`;
  const where = namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return `User ${user} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
}

/** The answer to what isn't allowed; `reason` says more, where there is more to say. */
export function refusalOf(attributes: Attributes, reason: string): StatusError {
  const why = reason === "" ? refusal(attributes) : `${refusal(attributes)}: ${reason}`;
  if ("path" in attributes) return new StatusError(403, "Forbidden", `forbidden: ${why}`, {});
  return forbidden({ group: attributes.group, plural: attributes.resource }, attributes.name, why);
}
