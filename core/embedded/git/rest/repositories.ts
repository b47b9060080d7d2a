import type { Pusher, RepositoryRef } from "@catalyst/ports/git";
import type { Response } from "@catalyst/ports/transport";
import { parseCommit } from "../commit.ts";
import type { RepositoryRecord } from "../folder.ts";
import { isPlainRef } from "../names.ts";
import type { RepositoryReader } from "../repository-reader.ts";
import { json, noContent, notFound } from "./answers.ts";
import { pageOf, type RepositoryCall, type RestContext, type RestRoutes } from "./router.ts";

/** A repository and its branches. */
export const repositoryRoutes: RestRoutes = [
  { method: "GET", path: "/repos/:owner/:repo", demands: "read", handle: getRepository },
  { method: "DELETE", path: "/repos/:owner/:repo", demands: "administer", handle: deleteRepository },
  { method: "GET", path: "/repos/:owner/:repo/branches", demands: "read", handle: listBranches },
  { method: "GET", path: "/repos/:owner/:repo/branches/*", demands: "read", handle: getBranch },
];

async function getRepository({ context, principal, repository, record }: RepositoryCall): Promise<Response> {
  return json(200, await repositoryShape(context, principal, repository, record));
}

async function deleteRepository({ context, repository }: RepositoryCall): Promise<Response> {
  context.webhooks.forget(repository);
  context.readers.forget(repository);
  await context.folder.deleteRepository(repository);
  return noContent();
}

/** Describes a repository to a principal; `empty` is looked up unless it is known. */
export async function repositoryShape(
  context: RestContext,
  principal: Pusher,
  repository: RepositoryRef,
  record: RepositoryRecord,
  empty?: boolean,
): Promise<object> {
  const { authorization, readers, shapes } = context;
  const permissions = {
    admin: await authorization.mayAdminister(principal, repository.owner),
    push: await authorization.mayWrite(principal, repository),
    pull: true,
  };
  return shapes.repository(repository, record, {
    empty: empty ?? (await readers.use(repository, (reader) => isEmpty(reader, record.defaultBranch))),
    permissions,
  });
}

async function isEmpty(reader: RepositoryReader, defaultBranch: string): Promise<boolean> {
  if ((await reader.resolve(`refs/heads/${defaultBranch}`)) !== undefined) return false;
  return (await reader.run(["for-each-ref", "--count=1"])).length === 0;
}

function listBranches({ context, repository, query, read }: RepositoryCall): Promise<Response> {
  const { limit, skip } = pageOf(query);
  return read(async (reader) => {
    const names = (await reader.run(["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/"]))
      .toString()
      .split("\n")
      .filter((name) => name !== "");
    const page = names.slice(skip, skip + limit);
    const shapes = await Promise.all(page.map((name) => branchShape(context, repository, reader, name)));
    return json(
      200,
      shapes.filter((shape) => shape !== undefined),
      { "x-total-count": String(names.length) },
    );
  });
}

function getBranch({ context, repository, parameters, read }: RepositoryCall): Promise<Response> {
  return read(async (reader) => {
    const shape = await branchShape(context, repository, reader, parameters["*"] ?? "");
    return shape === undefined
      ? notFound(`branch does not exist [name: ${parameters["*"]}]`)
      : json(200, shape);
  });
}

async function branchShape(
  context: RestContext,
  repository: RepositoryRef,
  reader: RepositoryReader,
  name: string,
): Promise<object | undefined> {
  const head = isPlainRef(name) ? await reader.object(`refs/heads/${name}^{commit}`) : undefined;
  if (head === undefined) return undefined;
  return {
    name,
    commit: context.shapes.payloadCommit(repository, parseCommit(head)),
    protected: false,
    required_approvals: 0,
    enable_status_check: false,
    status_check_contexts: [],
    user_can_push: true,
    user_can_merge: true,
    effective_branch_protection_name: "",
  };
}
