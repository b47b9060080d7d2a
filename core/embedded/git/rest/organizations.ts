import { rfc3339 } from "@catalyst/base/clock";
import { isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { Pusher } from "@catalyst/ports/git";
import { type Response, readJson } from "@catalyst/ports/transport";
import { isOwnerName, isPlainRef, isRepositoryName } from "../names.ts";
import { failure, forbidden, json, noContent, notFound } from "./answers.ts";
import { repositoryShape } from "./repositories.ts";
import { bodyLimit, pageOf, type RestCall, type RestContext, type RestRoutes } from "./router.ts";
import { stableNumber } from "./shapes.ts";

/** Organizations and the repositories below them. */
export const organizationRoutes: RestRoutes = [
  { method: "GET", path: "/orgs", demands: "sign-in", handle: listOrganizations },
  { method: "POST", path: "/orgs", demands: "sign-in", handle: createOrganization },
  { method: "GET", path: "/orgs/:org", demands: "sign-in", handle: getOrganization },
  { method: "DELETE", path: "/orgs/:org", demands: "sign-in", handle: deleteOrganization },
  { method: "GET", path: "/orgs/:org/repos", demands: "sign-in", handle: listRepositories },
  { method: "POST", path: "/orgs/:org/repos", demands: "sign-in", handle: createRepository },
];

async function listOrganizations({ context, principal, query }: RestCall): Promise<Response> {
  const { limit, skip } = pageOf(query);
  const all = await context.folder.organizations();
  const seen = await Promise.all(all.map(({ name }) => maySee(context, principal, name)));
  const visible = all.filter((_record, index) => seen[index]);
  const shapes = visible.slice(skip, skip + limit).map((record) => context.shapes.organization(record));
  return json(200, shapes, { "x-total-count": String(visible.length) });
}

async function createOrganization({ context, principal, request }: RestCall): Promise<Response> {
  const form = await readJson(request, bodyLimit);
  const name = isObject(form) && typeof form["username"] === "string" ? form["username"] : "";
  if (!isOwnerName(name)) return failure(422, `${JSON.stringify(name)} can't be an organization's name`);
  if (!(await context.authorization.mayAdminister(principal, name)))
    return forbidden("you may not create it");
  const created = rfc3339(context.clock.now());
  const id = stableNumber(`organization ${name} ${created}`);
  const record = { id, name, description: textOf(form, "description"), created };
  try {
    await context.folder.createOrganization(record);
  } catch (error) {
    if (!isCatalystError(error, "git-organization-exists")) throw error;
    return failure(422, `user already exists [name: ${name}]`);
  }
  return json(201, context.shapes.organization(record));
}

async function getOrganization({ context, principal, parameters }: RestCall): Promise<Response> {
  const record = await visibleOrganization(context, principal, parameters["org"]);
  return record === undefined ? notFound() : json(200, context.shapes.organization(record));
}

async function deleteOrganization({ context, principal, parameters }: RestCall): Promise<Response> {
  const record = await visibleOrganization(context, principal, parameters["org"]);
  if (record === undefined) return notFound();
  if (!(await context.authorization.mayAdminister(principal, record.name))) {
    return forbidden("Must be an organization owner");
  }
  if ((await context.folder.repositories(record.name)).length > 0) {
    return failure(422, `user still has ownership of repositories [name: ${record.name}]`);
  }
  await context.folder.deleteOrganization(record.name);
  return noContent();
}

async function listRepositories({ context, principal, parameters, query }: RestCall): Promise<Response> {
  const organization = await visibleOrganization(context, principal, parameters["org"]);
  if (organization === undefined) return notFound();
  const owner = organization.name;
  const { limit, skip } = pageOf(query);
  const all = await context.folder.repositories(owner);
  const readable = await Promise.all(
    all.map(({ name }) => context.authorization.mayRead(principal, { owner, name })),
  );
  const visible = all.filter((_record, index) => readable[index]);
  const page = visible.slice(skip, skip + limit);
  const shapes = await Promise.all(
    page.map((record) => repositoryShape(context, principal, { owner, name: record.name }, record)),
  );
  return json(200, shapes, { "x-total-count": String(visible.length) });
}

async function createRepository({ context, principal, parameters, request }: RestCall): Promise<Response> {
  const organization = await visibleOrganization(context, principal, parameters["org"]);
  if (organization === undefined) return notFound();
  const owner = organization.name;
  if (!(await context.authorization.mayAdminister(principal, owner))) {
    return forbidden("Given user is not allowed to create repository in organization.");
  }
  const form = await readJson(request, bodyLimit);
  const name = textOf(form, "name");
  const defaultBranch = textOf(form, "default_branch") || "main";
  if (!isRepositoryName(name)) return failure(422, `${JSON.stringify(name)} can't be a repository's name`);
  if (!isPlainRef(defaultBranch))
    return failure(422, `${JSON.stringify(defaultBranch)} can't be a branch's name`);
  const created = rfc3339(context.clock.now());
  const id = stableNumber(`repository ${owner}/${name} ${created}`);
  const record = { id, name, description: textOf(form, "description"), created, defaultBranch };
  try {
    await context.folder.createRepository(owner, record);
  } catch (error) {
    if (!isCatalystError(error, "git-repository-exists")) throw error;
    return failure(409, "The repository with the same name already exists.");
  }
  return json(201, await repositoryShape(context, principal, { owner, name }, record, true));
}

async function visibleOrganization(context: RestContext, principal: Pusher, name = "") {
  const record = isOwnerName(name) ? await context.folder.organization(name) : undefined;
  return record !== undefined && (await maySee(context, principal, record.name)) ? record : undefined;
}

/** Who may administer an organization sees it, and who may read any of its repositories. */
async function maySee(context: RestContext, principal: Pusher, owner: string): Promise<boolean> {
  if (await context.authorization.mayAdminister(principal, owner)) return true;
  for (const { name } of await context.folder.repositories(owner)) {
    if (await context.authorization.mayRead(principal, { owner, name })) return true;
  }
  return false;
}

function textOf(form: unknown, field: string): string {
  const value = isObject(form) ? form[field] : undefined;
  return typeof value === "string" ? value : "";
}
