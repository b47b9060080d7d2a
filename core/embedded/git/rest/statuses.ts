import { rfc3339 } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import { type Response, readJson } from "@catalyst/ports/transport";
import { readRecord, writeRecord } from "../folder.ts";
import { isObjectId } from "../names.ts";
import { failure, json, notFound } from "./answers.ts";
import { bodyLimit, pageOf, type RepositoryCall, type RestRoutes } from "./router.ts";

/** Statuses that others report about a commit. */
export const statusRoutes: RestRoutes = [
  { method: "GET", path: "/repos/:owner/:repo/statuses/:sha", demands: "read", handle: listStatuses },
  { method: "POST", path: "/repos/:owner/:repo/statuses/:sha", demands: "write", handle: createStatus },
];

interface StatusRecord {
  readonly id: number;
  readonly state: string;
  readonly targetUrl: string;
  readonly description: string;
  readonly context: string;
  readonly creator: { readonly user: string; readonly email: string };
  readonly created: string;
}

const states = new Set(["pending", "success", "error", "failure", "warning", "skipped"]);

async function listStatuses(call: RepositoryCall): Promise<Response> {
  const { limit, skip } = pageOf(call.query);
  const file = statusFile(call);
  if (file === undefined) return notFound();
  const statuses = ((await readRecord<StatusRecord[]>(file)) ?? []).toReversed();
  return json(
    200,
    statuses.slice(skip, skip + limit).map((status) => statusShape(call, status)),
    {
      "x-total-count": String(statuses.length),
    },
  );
}

async function createStatus(call: RepositoryCall): Promise<Response> {
  const file = statusFile(call);
  const sha = call.parameters["sha"] ?? "";
  if (file === undefined || (await call.read((reader) => reader.resolve(sha))) === undefined)
    return notFound();
  const form = await readJson(call.request, bodyLimit);
  const text = (field: string) =>
    isObject(form) && typeof form[field] === "string" ? form[field].slice(0, 1000) : "";
  if (!states.has(text("state"))) return failure(422, "Invalid state");
  const before = (await readRecord<StatusRecord[]>(file)) ?? [];
  const status: StatusRecord = {
    id: before.length + 1,
    state: text("state"),
    targetUrl: text("target_url"),
    description: text("description"),
    context: text("context") || "default",
    creator: { user: call.principal.user, email: call.principal.email },
    created: rfc3339(call.context.clock.now()),
  };
  await writeRecord(file, [...before.slice(-99), status]);
  return json(201, statusShape(call, status));
}

/** Each commit's statuses have a file of their own inside the repository. */
function statusFile({ context, repository, parameters }: RepositoryCall): string | undefined {
  const sha = parameters["sha"] ?? "";
  return isObjectId(sha) ? context.folder.ownFile(repository, `status-${sha}.json`) : undefined;
}

function statusShape({ context, repository, parameters }: RepositoryCall, status: StatusRecord): object {
  return {
    id: status.id,
    status: status.state,
    target_url: status.targetUrl,
    description: status.description,
    url: `${context.shapes.repositoryUrl(repository)}/statuses/${parameters["sha"]}`,
    context: status.context,
    creator: context.shapes.user(status.creator),
    created_at: status.created,
    updated_at: status.created,
  };
}
