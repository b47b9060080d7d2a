import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { parseYaml, printYaml } from "@catalyst/base/yaml";
import { schemaProblems } from "@catalyst/blueprint/plan";
import { environmentKind } from "@catalyst/model/environment";
import {
  type EnvironmentType,
  environmentName,
  organizationNameProblem,
  parseEnvironmentName,
  systemRepository,
} from "@catalyst/model/naming";
import { organizationKind } from "@catalyst/model/organization";
import type { Member } from "@catalyst/model/role";
import type { Commit, FileChange, GitHost, ObjectId } from "@catalyst/ports/git";
import type { Author } from "./author.ts";
import { mainBranch } from "./environment-repository.ts";
import {
  environmentDocument,
  environmentPath,
  organizationFiles,
  organizationFolder,
} from "./system-repository.ts";

type Spec = Readonly<Record<string, unknown>>;

/** How often a change is carried over to a head that moved meanwhile. */
const attempts = 8;

/**
 * Commands that make, change and remove Organizations and Environments, as commits to the system repository.
 *
 * Errors: `organization-name-invalid`, `organization-exists`, `organization-missing`, `environment-exists`,
 * `environment-missing`, `spec-invalid`, `organization-not-empty`.
 */
export class Organizations {
  readonly #git: GitHost;

  constructor(git: GitHost) {
    this.#git = git;
  }

  async create(name: string, spec: Spec, author: Author): Promise<Commit> {
    const problem = organizationNameProblem(name);
    if (problem !== undefined)
      throw new CatalystError("organization-name-invalid", problem, { place: { field: "name" } });
    checkSpec(organizationKind.spec, spec);
    return this.#commit(`Create Organization ${name}`, author, async (read) => {
      if ((await read(`${organizationFolder(name)}/organization.yaml`)) !== undefined) {
        throw new CatalystError("organization-exists", `there is already an Organization "${name}"`, {
          place: { field: "name" },
          hint: "Choose another name.",
        });
      }
      return [...organizationFiles(name, spec)].map(([path, content]) => ({ path, content }));
    });
  }

  /** Lays fields over an Organization's spec (JSON merge patch at the top level: null removes). */
  async change(name: string, patch: Spec, author: Author): Promise<Commit> {
    const path = `${organizationFolder(name)}/organization.yaml`;
    return this.#commit(`Change Organization ${name}`, author, async (read) => [
      patched(path, await read(path), patch, organizationKind.spec),
    ]);
  }

  /** Gives somebody a role in an Organization, or another one. */
  setMember(organization: string, member: Member, author: Author): Promise<Commit> {
    const others = (members: readonly Member[]) => members.filter((known) => known.user !== member.user);
    return this.#changeMembers(
      organization,
      `Make ${member.user} ${member.role} of ${organization}`,
      author,
      (members) => [...others(members), member],
    );
  }

  /** Takes somebody out of an Organization. Throws `member-missing`. */
  removeMember(organization: string, user: string, author: Author): Promise<Commit> {
    return this.#changeMembers(organization, `Take ${user} out of ${organization}`, author, (members) => {
      const left = members.filter((known) => known.user !== user);
      if (left.length === members.length)
        throw new CatalystError("member-missing", `"${user}" is no member of ${organization}`);
      return left;
    });
  }

  #changeMembers(
    organization: string,
    message: string,
    author: Author,
    change: (members: readonly Member[]) => readonly Member[],
  ): Promise<Commit> {
    const path = `${organizationFolder(organization)}/organization.yaml`;
    return this.#commit(message, author, async (read) => {
      const text = await read(path);
      const members = change(membersIn(path, text));
      return [patched(path, text, { members }, organizationKind.spec)];
    });
  }

  /** Removes an Organization that has no Environments left. */
  async remove(name: string, author: Author): Promise<Commit> {
    const folder = organizationFolder(name);
    return this.#commit(`Remove Organization ${name}`, author, async (_read, head) => {
      const files = (await this.#git.files(systemRepository, head)).filter((file) =>
        file.path.startsWith(`${folder}/`),
      );
      if (files.length === 0) throw missing("organization", name);
      const environments = files.filter((file) => file.path.includes("/environments/"));
      if (environments.length > 0) {
        throw new CatalystError("organization-not-empty", `${name} still has ${environments.join(", ")}`, {
          hint: "Remove its Environments first.",
        });
      }
      return files.map((file) => ({ path: file.path, content: undefined }));
    });
  }

  async createEnvironment(
    organization: string,
    type: EnvironmentType,
    spec: Spec,
    author: Author,
  ): Promise<Commit> {
    const name = environmentName(organization, type);
    checkSpec(environmentKind.spec, { organization, envType: type, ...spec });
    return this.#commit(`Create Environment ${name}`, author, async (read) => {
      if ((await read(`${organizationFolder(organization)}/organization.yaml`)) === undefined)
        throw missing("organization", organization);
      const path = environmentPath(organization, type);
      if ((await read(path)) !== undefined) {
        throw new CatalystError("environment-exists", `there is already an Environment "${name}"`, {
          place: { field: "type" },
        });
      }
      return [{ path, content: environmentDocument(organization, type, spec) }];
    });
  }

  async changeEnvironment(environment: string, patch: Spec, author: Author): Promise<Commit> {
    const { organization, type } = parseEnvironmentName(environment);
    const path = environmentPath(organization, type);
    return this.#commit(`Change Environment ${environment}`, author, async (read) => [
      patched(path, await read(path), patch, environmentKind.spec),
    ]);
  }

  async removeEnvironment(environment: string, author: Author): Promise<Commit> {
    const { organization, type } = parseEnvironmentName(environment);
    const path = environmentPath(organization, type);
    return this.#commit(`Remove Environment ${environment}`, author, async (read) => {
      if ((await read(path)) === undefined) throw missing("environment", environment);
      return [{ path, content: undefined }];
    });
  }

  async #commit(
    message: string,
    author: Author,
    propose: (
      read: (path: string) => Promise<string | undefined>,
      head: ObjectId,
    ) => Promise<readonly FileChange[]>,
  ): Promise<Commit> {
    for (let attempt = 1; ; attempt++) {
      const head = await this.#git.resolve(systemRepository, mainBranch);
      if (head === undefined)
        throw new CatalystError("system-repository-empty", "the system repository has no commit yet");
      const read = async (path: string) => {
        const content = await this.#git.readFile(systemRepository, head, path);
        return content === undefined ? undefined : new TextDecoder().decode(content);
      };
      const changes = await propose(read, head);
      try {
        return await this.#git.write(systemRepository, {
          branch: mainBranch,
          expected: head,
          author,
          message: `${message}\n`,
          changes,
        });
      } catch (error) {
        if (!(error instanceof CatalystError) || error.code !== "git-conflict" || attempt === attempts)
          throw error;
      }
    }
  }
}

function missing(what: "organization" | "environment", name: string): CatalystError {
  return new CatalystError(
    `${what}-missing`,
    `there is no ${what === "organization" ? "Organization" : "Environment"} "${name}"`,
  );
}

function patched(path: string, text: string | undefined, patch: Spec, schema: object): FileChange {
  const object = text === undefined ? undefined : parseYaml(text, { file: path }).value;
  if (!isObject(object))
    throw missing(path.includes("/environments/") ? "environment" : "organization", path.split("/")[1] ?? "");
  const spec = { ...(isObject(object["spec"]) ? object["spec"] : {}), ...patch };
  for (const [field, value] of Object.entries(spec))
    if (value === null) delete (spec as Record<string, unknown>)[field];
  checkSpec(schema, spec);
  return { path, content: printYaml({ ...object, spec }) };
}

function membersIn(path: string, text: string | undefined): readonly Member[] {
  const object = text === undefined ? undefined : parseYaml(text, { file: path }).value;
  const spec = isObject(object) && isObject(object["spec"]) ? object["spec"] : {};
  return Array.isArray(spec["members"]) ? (spec["members"] as readonly Member[]) : [];
}

function checkSpec(schema: object, spec: Spec): void {
  const [problem] = schemaProblems(schema, spec, ["spec"]);
  if (problem !== undefined)
    throw new CatalystError("spec-invalid", problem.message, { place: { field: problem.field } });
}
