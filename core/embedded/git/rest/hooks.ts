import { rfc3339 } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import { type Response, readJson } from "@catalyst/ports/transport";
import type { HookRecord } from "../webhooks/hook-file.ts";
import { failure, json, noContent, notFound } from "./answers.ts";
import { bodyLimit, pageOf, type RepositoryCall, type RestRoutes } from "./router.ts";

/** Webhooks of a repository. Their secrets go in and never come out. */
export const hookRoutes: RestRoutes = [
  { method: "GET", path: "/repos/:owner/:repo/hooks", demands: "administer", handle: listHooks },
  { method: "POST", path: "/repos/:owner/:repo/hooks", demands: "administer", handle: createHook },
  { method: "GET", path: "/repos/:owner/:repo/hooks/:id", demands: "administer", handle: getHook },
  { method: "PATCH", path: "/repos/:owner/:repo/hooks/:id", demands: "administer", handle: editHook },
  { method: "DELETE", path: "/repos/:owner/:repo/hooks/:id", demands: "administer", handle: deleteHook },
];

async function listHooks({ context, repository, query }: RepositoryCall): Promise<Response> {
  const { limit, skip } = pageOf(query);
  const hooks = await context.webhooks.file(repository).read();
  return json(200, hooks.slice(skip, skip + limit).map(hookShape), { "x-total-count": String(hooks.length) });
}

async function getHook(call: RepositoryCall): Promise<Response> {
  const hook = await findHook(call);
  return hook === undefined ? notFound() : json(200, hookShape(hook));
}

async function createHook({ context, repository, request }: RepositoryCall): Promise<Response> {
  const form = await readJson(request, bodyLimit);
  if (!isObject(form) || form["type"] !== "gitea")
    return failure(422, "Invalid hook type: only gitea is known here");
  const config = isObject(form["config"]) ? form["config"] : {};
  const { url, secret = "", content_type: contentType } = config;
  if (typeof url !== "string" || typeof secret !== "string")
    return failure(422, "Missing config option: url");
  if (contentType !== "json") return failure(422, "Invalid content type: only json is known here");
  if (!context.webhooks.allows(url)) return failure(422, "Invalid url: webhooks may not go there");
  const now = rfc3339(context.clock.now());
  const events = Array.isArray(form["events"]) ? form["events"].map(String) : ["push"];
  const delivered = await context.webhooks.refs(repository);
  const base = {
    url,
    secret,
    events,
    active: form["active"] === true,
    created: now,
    updated: now,
    delivered,
  };
  let made: HookRecord | undefined;
  await context.webhooks.file(repository).update((hooks) => {
    made = { id: Math.max(0, ...hooks.map(({ id }) => id)) + 1, ...base };
    return [...hooks, made];
  });
  return made === undefined ? failure(500, "") : json(201, hookShape(made));
}

async function editHook(call: RepositoryCall): Promise<Response> {
  const { context, repository, request } = call;
  const hook = await findHook(call);
  if (hook === undefined) return notFound();
  const form = await readJson(request, bodyLimit);
  const config = isObject(form) && isObject(form["config"]) ? form["config"] : {};
  const { url = hook.url, secret = hook.secret } = config;
  if (typeof url !== "string" || typeof secret !== "string" || !context.webhooks.allows(url)) {
    return failure(422, "Invalid url: webhooks may not go there");
  }
  const asked = isObject(form) ? form : {};
  const edit = (old: HookRecord): HookRecord => ({
    ...old,
    url,
    secret,
    events: Array.isArray(asked["events"]) ? asked["events"].map(String) : old.events,
    active: typeof asked["active"] === "boolean" ? asked["active"] : old.active,
    updated: rfc3339(context.clock.now()),
  });
  await context.webhooks
    .file(repository)
    .update((hooks) => hooks.map((old) => (old.id === hook.id ? edit(old) : old)));
  void context.webhooks.poke(repository);
  return json(200, hookShape(edit(hook)));
}

async function deleteHook(call: RepositoryCall): Promise<Response> {
  const hook = await findHook(call);
  if (hook === undefined) return notFound();
  await call.context.webhooks
    .file(call.repository)
    .update((hooks) => hooks.filter(({ id }) => id !== hook.id));
  return noContent();
}

async function findHook({
  context,
  repository,
  parameters,
}: RepositoryCall): Promise<HookRecord | undefined> {
  const hooks = await context.webhooks.file(repository).read();
  return hooks.find(({ id }) => String(id) === parameters["id"]);
}

function hookShape(hook: HookRecord): object {
  return {
    id: hook.id,
    name: "",
    type: "gitea",
    branch_filter: "*",
    config: { content_type: "json", url: hook.url },
    events: hook.events,
    authorization_header: "",
    active: hook.active,
    updated_at: hook.updated,
    created_at: hook.created,
  };
}
