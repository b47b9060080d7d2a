import type { ObjectId } from "@catalyst/ports/git";
import type { Response } from "@catalyst/ports/transport";
import { type ParsedCommit, parseCommit } from "../commit.ts";
import { isPlainRef, isTreePath } from "../names.ts";
import type { RepositoryReader } from "../repository-reader.ts";
import { failure, json, notFound } from "./answers.ts";
import { pageOf, type RepositoryCall, type RestRoutes } from "./router.ts";

/** Commits, their lists, differences and comparisons. */
export const commitRoutes: RestRoutes = [
  { method: "GET", path: "/repos/:owner/:repo/commits", demands: "read", handle: listCommits },
  { method: "GET", path: "/repos/:owner/:repo/git/commits/:sha", demands: "read", handle: getCommit },
  { method: "GET", path: "/repos/:owner/:repo/compare/*", demands: "read", handle: compare },
];

/** The empty tree, which every SHA-1 repository knows. */
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Most commits a comparison lists. */
const compareLimit = 1000;

function getCommit({ context, repository, parameters, read }: RepositoryCall): Promise<Response> {
  const asked = parameters["sha"] ?? "";
  const difference = /^(.*)\.(diff|patch)$/.exec(asked);
  return read(async (reader) => {
    const name = difference?.[1] ?? asked;
    if (!isPlainRef(name)) return failure(422, `no valid ref or sha: ${name}`);
    const id = await reader.resolve(name);
    if (id === undefined) return notFound(`commit doesn't exist: ${name}`);
    const commit = await commitOf(reader, id);
    if (difference === null) return json(200, context.shapes.commit(repository, commit));
    const body =
      difference[2] === "diff"
        ? await reader.run(["diff-tree", "-p", "-M", commit.parents[0] ?? emptyTree, id])
        : await reader.run(["format-patch", "--no-signature", "--stdout", "-1", "--root", id]);
    return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body };
  });
}

function listCommits({ context, repository, record, query, read }: RepositoryCall): Promise<Response> {
  const { page, limit, skip } = pageOf(query);
  const path = query.get("path") ?? "";
  return read(async (reader) => {
    const name = query.get("sha") || record.defaultBranch;
    const head = await reader.resolve(name);
    if (head === undefined) {
      const empty = (await reader.run(["for-each-ref", "--count=1"])).length === 0;
      return empty ? failure(409, "Git Repository is empty.") : notFound();
    }
    if (path !== "" && !isTreePath(path)) return notFound();
    const where = path === "" ? [head, "--"] : [head, "--", path];
    const total = Number((await reader.run(["rev-list", "--count", ...where])).toString());
    if (total === 0) return notFound("FileCommitsCount");
    const ids = await listIds(reader, [`--skip=${skip}`, `--max-count=${limit}`, ...where]);
    const commits = await Promise.all(ids.map((id) => commitOf(reader, id)));
    return json(
      200,
      commits.map((commit) => context.shapes.commit(repository, commit)),
      {
        "x-total-count": String(total),
        "x-page": String(page),
        "x-perpage": String(limit),
        "x-total": String(total),
        "x-pagecount": String(Math.ceil(total / limit)),
        "x-hasmore": String(skip + limit < total),
      },
    );
  });
}

function compare({ context, repository, parameters, read }: RepositoryCall): Promise<Response> {
  const [base = "", head = ""] = (parameters["*"] ?? "").split("...");
  return read(async (reader) => {
    const from = await reader.resolve(base);
    const to = await reader.resolve(head);
    if (from === undefined || to === undefined) return notFound();
    const ids = await listIds(reader, [`--max-count=${compareLimit}`, to, `^${from}`, "--"]);
    const commits = await Promise.all(ids.map((id) => commitOf(reader, id)));
    const shapes = commits.map((commit) => context.shapes.commit(repository, commit));
    return json(200, { total_commits: shapes.length, commits: shapes });
  });
}

/** Reads a commit known to exist. */
async function commitOf(reader: RepositoryReader, id: ObjectId): Promise<ParsedCommit> {
  const object = await reader.object(id);
  if (object === undefined) throw new Error(`commit ${id} vanished`);
  return parseCommit(object);
}

/** Runs rev-list; gives the ids, newest first. */
async function listIds(reader: RepositoryReader, args: readonly string[]): Promise<ObjectId[]> {
  const output = (await reader.run(["rev-list", ...args])).toString();
  return output.split("\n").filter((id) => id !== "");
}
