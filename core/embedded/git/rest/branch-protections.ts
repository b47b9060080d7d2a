import { rfc3339 } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import { type Response, readJson } from "@catalyst/ports/transport";
import { type BranchRule, readRules, writeRules } from "../branch-rules.ts";
import { failure, json, noContent, notFound } from "./answers.ts";
import { bodyLimit, type RepositoryCall, type RestRoutes } from "./router.ts";

/** Who may push to which branches. Fields of Gitea's that nothing here enforces are refused, not ignored. */
export const branchProtectionRoutes: RestRoutes = [
  { method: "GET", path: "/repos/:owner/:repo/branch_protections", demands: "administer", handle: list },
  { method: "POST", path: "/repos/:owner/:repo/branch_protections", demands: "administer", handle: create },
  { method: "GET", path: "/repos/:owner/:repo/branch_protections/*", demands: "administer", handle: get },
  {
    method: "DELETE",
    path: "/repos/:owner/:repo/branch_protections/*",
    demands: "administer",
    handle: remove,
  },
];

const known = new Set([
  "rule_name",
  "branch_name",
  "enable_push",
  "enable_push_whitelist",
  "push_whitelist_usernames",
  "enable_force_push",
]);

async function list({ context, repository }: RepositoryCall): Promise<Response> {
  return json(200, (await readRules(context.folder, repository)).map(shape));
}

async function get({ context, repository, parameters }: RepositoryCall): Promise<Response> {
  const rule = (await readRules(context.folder, repository)).find(({ name }) => name === parameters["*"]);
  return rule === undefined ? notFound() : json(200, shape(rule));
}

async function create({ context, repository, request }: RepositoryCall): Promise<Response> {
  const form = await readJson(request, bodyLimit);
  if (!isObject(form)) return failure(422, "Invalid branch protection");
  const unknown = Object.entries(form).find(([field, value]) => !known.has(field) && isSet(value));
  if (unknown !== undefined) return failure(422, `${unknown[0]} can't be enforced here`);
  const name = String(form["rule_name"] || form["branch_name"] || "");
  if (name === "") return failure(400, "both rule_name and branch_name are empty");
  if (name.length > 255) return failure(422, "the rule's name is too long");
  const rules = await readRules(context.folder, repository);
  if (rules.some((rule) => rule.name === name)) return failure(403, "Branch protection already exist");
  const users = form["push_whitelist_usernames"];
  const rule: BranchRule = {
    name,
    push: form["enable_push"] === true,
    ...(form["enable_push_whitelist"] === true
      ? { pushers: Array.isArray(users) ? users.map(String) : [] }
      : {}),
    forcePush: form["enable_force_push"] === true,
    created: rfc3339(context.clock.now()),
  };
  await writeRules(context.folder, repository, [...rules, rule]);
  return json(201, shape(rule));
}

async function remove({ context, repository, parameters }: RepositoryCall): Promise<Response> {
  const rules = await readRules(context.folder, repository);
  const kept = rules.filter(({ name }) => name !== parameters["*"]);
  if (kept.length === rules.length) return notFound();
  await writeRules(context.folder, repository, kept);
  return noContent();
}

function isSet(value: unknown): boolean {
  return !(
    value === false ||
    value === null ||
    value === "" ||
    value === 0 ||
    (Array.isArray(value) && value.length === 0)
  );
}

function shape(rule: BranchRule): object {
  return {
    branch_name: /[*?[{\\]/.test(rule.name) ? "" : rule.name,
    rule_name: rule.name,
    priority: 0,
    enable_push: rule.push,
    enable_push_whitelist: rule.pushers !== undefined,
    push_whitelist_usernames: rule.pushers ?? [],
    enable_force_push: rule.forcePush,
    created_at: rule.created,
    updated_at: rule.created,
  };
}
