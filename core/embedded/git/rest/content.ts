import type { Response } from "@catalyst/ports/transport";
import { isObjectId, isTreePath } from "../names.ts";
import type { StoredObject } from "../object-reader.ts";
import type { RepositoryReader, TreeEntry } from "../repository-reader.ts";
import { failure, json, notFound } from "./answers.ts";
import type { RepositoryCall, RestRoutes } from "./router.ts";

/** Trees, blobs and files of a commit. */
export const contentRoutes: RestRoutes = [
  { method: "GET", path: "/repos/:owner/:repo/git/trees/:sha", demands: "read", handle: getTree },
  { method: "GET", path: "/repos/:owner/:repo/git/blobs/:sha", demands: "read", handle: getBlob },
  { method: "GET", path: "/repos/:owner/:repo/raw/*", demands: "read", handle: getRawFile },
  { method: "GET", path: "/repos/:owner/:repo/contents", demands: "read", handle: getContents },
  { method: "GET", path: "/repos/:owner/:repo/contents/*", demands: "read", handle: getContents },
];

/** Gitea's DEFAULT_GIT_TREES_PER_PAGE. */
const treePageSize = 1000;

function getTree({ context, repository, parameters, query, read }: RepositoryCall): Promise<Response> {
  const asked = parameters["sha"] ?? "";
  return read(async (reader) => {
    const id = await treeish(reader, asked);
    if (id === undefined) return failure(400, `sha not found [${asked}]`);
    const recursive = /^(1|true)$/.test(query.get("recursive") ?? "");
    const entries = recursive ? await reader.entriesBelow(id) : await reader.entries(id);
    const wanted = Number.parseInt(query.get("per_page") ?? "", 10);
    const size = wanted > 0 && wanted <= treePageSize ? wanted : treePageSize;
    const page = Math.max(1, Number.parseInt(query.get("page") ?? "1", 10) || 1);
    const url = context.shapes.repositoryUrl(repository);
    return json(200, {
      sha: id,
      url: `${url}/git/trees/${id}`,
      tree: entries.slice((page - 1) * size, page * size).map((entry) => entryShape(url, entry)),
      truncated: page * size < entries.length,
      page,
      total_count: entries.length,
    });
  });
}

/** A commit by any of its names, or a tree by its id. */
async function treeish(reader: RepositoryReader, name: string): Promise<string | undefined> {
  const commit = await reader.resolve(name);
  if (commit !== undefined || !isObjectId(name)) return commit;
  return (await reader.objects.info(name))?.type === "tree" ? name : undefined;
}

function entryShape(url: string, entry: TreeEntry): object {
  const place = entry.type === "commit" ? "" : `${url}/git/${entry.type}s/${entry.id}`;
  return {
    path: entry.path,
    mode: entry.mode,
    type: entry.type,
    size: entry.size ?? 0,
    sha: entry.id,
    url: place,
  };
}

function getBlob({ context, repository, parameters, read }: RepositoryCall): Promise<Response> {
  const id = parameters["sha"] ?? "";
  return read(async (reader) => {
    const found = isObjectId(id) ? await reader.object(id) : undefined;
    if (found?.type !== "blob") return failure(400, `object does not exist [id: ${id}, rel_path: ]`);
    return json(200, {
      content: found.bytes.toString("base64"),
      encoding: "base64",
      url: `${context.shapes.repositoryUrl(repository)}/git/blobs/${id}`,
      sha: id,
      size: found.size,
    });
  });
}

function getRawFile(call: RepositoryCall): Promise<Response> {
  return call.read(async (reader) => {
    const found = (await fileAt(call, reader))?.object;
    if (found?.type !== "blob") return notFound();
    // whatever a repository holds must not run as a page of this origin
    const headers = {
      "content-type": "application/octet-stream",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    };
    return { status: 200, headers, body: found.bytes };
  });
}

function getContents(call: RepositoryCall): Promise<Response> {
  return call.read(async (reader) => {
    const path = call.parameters["*"] ?? "";
    const commit = await reader.resolve(call.query.get("ref") || call.record.defaultBranch);
    if (commit === undefined || (path !== "" && !isTreePath(path))) return notFound();
    const url = call.context.shapes.repositoryUrl(call.repository);
    const object = path === "" ? await reader.object(`${commit}^{tree}`) : await reader.at(commit, path);
    if (object?.type === "tree") {
      const prefix = path === "" ? "" : `${path}/`;
      const entries = await reader.entries(object.id);
      return json(
        200,
        entries.map((entry) => contentShape(url, { ...entry, path: prefix + entry.path })),
      );
    }
    if (object?.type !== "blob") return notFound();
    const mode = (await reader.run(["ls-tree", "--format=%(objectmode)", commit, path])).toString().trim();
    const entry = { path, id: object.id, mode, type: "blob", size: object.size } as const;
    return json(200, contentShape(url, entry, object));
  });
}

function contentShape(url: string, entry: TreeEntry, object?: StoredObject): object {
  const type = { tree: "dir", commit: "submodule", blob: entry.mode === "120000" ? "symlink" : "file" }[
    entry.type
  ];
  return {
    name: entry.path.slice(entry.path.lastIndexOf("/") + 1),
    path: entry.path,
    sha: entry.id,
    type,
    size: entry.size ?? 0,
    encoding: object === undefined ? null : "base64",
    content: object === undefined ? null : object.bytes.toString("base64"),
    url: `${url}/contents/${entry.path}`,
    git_url: `${url}/git/${entry.type}s/${entry.id}`,
  };
}

async function fileAt({ parameters, query, record }: RepositoryCall, reader: RepositoryReader) {
  const commit = await reader.resolve(query.get("ref") || record.defaultBranch);
  const object = commit && (await reader.at(commit, parameters["*"] ?? ""));
  return commit && object ? { commit, object } : undefined;
}
