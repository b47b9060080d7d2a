import { type FieldFault, type ResourceKind, StatusError } from "../machinery/index.ts";

type Named = Pick<ResourceKind, "group" | "plural">;

/** `deployments.apps`, `pods`: how messages name a resource. */
export function qualified(resource: Named): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

export function notFound(resource: Named, name: string): StatusError {
  return new StatusError(
    404,
    "NotFound",
    `${qualified(resource)} ${JSON.stringify(name)} not found`,
    about(resource, name),
  );
}

/** The path leads nowhere, among the resources of a group that is served. */
export function noSuchResource(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource", {});
}

/** The path leads nowhere at all. What Go's servers answer is a line of text instead of a Status. */
export class PageNotFound extends StatusError {
  /** The line; empty where the status is all there is. */
  readonly text: string;

  constructor(text = "404 page not found\n") {
    super(404, "NotFound", "404 page not found");
    this.text = text;
  }
}

/** The name is taken; `ending` tells that what has it is being deleted. */
export function alreadyExists(resource: Named, name: string, ending = false): StatusError {
  const taken = `${qualified(resource)} ${JSON.stringify(name)} already exists`;
  const message = ending ? `object is being deleted: ${taken}` : taken;
  return new StatusError(409, "AlreadyExists", message, about(resource, name));
}

export function conflict(resource: Named, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} ${JSON.stringify(name)}: ${why}`;
  return new StatusError(409, "Conflict", message, about(resource, name));
}

export function forbidden(
  resource: Named,
  name: string,
  why: string,
  causes?: readonly FieldFault[],
): StatusError {
  const object = name === "" ? "" : ` ${JSON.stringify(name)}`;
  return new StatusError(403, "Forbidden", `${qualified(resource)}${object} is forbidden: ${why}`, {
    ...about(resource, name),
    ...(causes === undefined ? {} : { causes }),
  });
}

export function unauthorized(): StatusError {
  return new StatusError(401, "Unauthorized", "Unauthorized");
}

/** A version of the past that is no longer held; `token` goes on with the list from what is there now. */
export function expired(message: string, token?: string): StatusError {
  return new StatusError(410, "Expired", message, undefined, token === undefined ? {} : { continue: token });
}

export function methodNotAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return new StatusError(405, "MethodNotAllowed", message, {});
}

/** What a custom resource doesn't do is told with what it is. */
export function methodNotSupported(resource: Named, verb: string): StatusError {
  const message = `${verb} is not supported on resources of kind ${JSON.stringify(qualified(resource))}`;
  return new StatusError(405, "MethodNotAllowed", message, about(resource, ""));
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}

export function notAcceptable(accepted: readonly string[]): StatusError {
  const message = `only the following media types are accepted: ${accepted.join(", ")}`;
  return new StatusError(406, "NotAcceptable", message);
}

/** The path has one form, and the caller wants another. */
export function notAcceptableAs(type: string): StatusError {
  return new StatusError(
    406,
    "NotAcceptable",
    `406: Not Acceptable\n\nAvailable representations: ${type}`,
    {},
  );
}

export function tooLarge(limit: number): StatusError {
  return new StatusError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${limit}`);
}

/** A revision this server hasn't reached. */
export function tooLargeRevision(asked: number, current: number): StatusError {
  const message = `Too large resource version: ${asked}, current: ${current}`;
  return new StatusError(504, "Timeout", message, {
    retryAfterSeconds: 1,
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "" }],
  });
}

function about(resource: Named, name: string) {
  return {
    ...(name === "" ? {} : { name }),
    ...(resource.group === "" ? {} : { group: resource.group }),
    kind: resource.plural,
  };
}
