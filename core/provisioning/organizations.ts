import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { parseYaml, printYaml } from "@catalyst/base/yaml";
import { planFiles, schemaProblems } from "@catalyst/blueprint/plan";
import { environmentKind } from "@catalyst/model/environment";
import {
  type EnvironmentType,
  environmentName,
  organizationNameProblem,
  parseEnvironmentName,
  systemRepository,
} from "@catalyst/model/naming";
import { organizationKind } from "@catalyst/model/organization";
import type { Plan } from "@catalyst/model/plan";
import type { Member } from "@catalyst/model/role";
import type { Commit, FileChange, GitHost, ObjectId, TreeFile } from "@catalyst/ports/git";
import type { Author } from "./author.ts";
import { mainBranch } from "./environment-repository.ts";
import {
  environmentAt,
  environmentDocument,
  environmentPath,
  organizationFiles,
  organizationFolder,
  organizationPath,
} from "./system-repository.ts";

type Spec = Readonly<Record<string, unknown>>;

/** How often a change is carried over to a head that moved meanwhile. */
const attempts = 8;

/** The system repository as a change finds it. */
interface SystemState {
  read(path: string): Promise<string | undefined>;
  files(): Promise<readonly TreeFile[]>;
}

/** A change of the system repository, to be planned or committed. */
export interface SystemChange {
  /** The commit's first line. */
  readonly message: string;
  /** What it changes, asked of the state it is committed to; throws where the change can't be made there. */
  propose(state: SystemState): Promise<readonly FileChange[]>;
}

/**
 * Changes that make, alter and remove Organizations and Environments, as commits to the system repository.
 *
 * Errors, thrown by the change's maker or by `plan` and `commit`: `organization-name-invalid`,
 * `organization-exists`, `organization-missing`, `environment-exists`, `environment-missing`, `spec-invalid`,
 * `organization-not-empty`, `member-missing`.
 */
export class Organizations {
  readonly #git: GitHost;

  constructor(git: GitHost) {
    this.#git = git;
  }

  /** Says what a change would do to the system repository; changes nothing. */
  async plan(change: SystemChange): Promise<Plan> {
    const { head, state } = await this.#state();
    const changes = await change.propose(state);
    const [before, after] = [new Map<string, string>(), new Map<string, string>()];
    for (const { path, content } of changes) {
      const old = await state.read(path);
      if (old !== undefined) before.set(path, old);
      if (content !== undefined) after.set(path, String(content));
    }
    return planFiles(head, before, after);
  }

  /** Commits a change as `author`, on whatever the repository is at by then. */
  async commit(change: SystemChange, author: Author): Promise<Commit> {
    for (let attempt = 1; ; attempt++) {
      const { head, state } = await this.#state();
      const changes = await change.propose(state);
      try {
        return await this.#git.write(systemRepository, {
          branch: mainBranch,
          expected: head,
          author,
          message: `${change.message}\n`,
          changes,
        });
      } catch (error) {
        if (!isCatalystError(error, "git-conflict") || attempt === attempts) throw error;
      }
    }
  }

  create(name: string, spec: Spec): SystemChange {
    const problem = organizationNameProblem(name);
    if (problem !== undefined)
      throw new CatalystError("organization-name-invalid", problem, { place: { field: "name" } });
    checkSpec(organizationKind.spec, spec);
    return {
      message: `Create Organization ${name}`,
      propose: async ({ read }) => {
        if ((await read(organizationPath(name))) !== undefined) {
          throw new CatalystError("organization-exists", `there is already an Organization "${name}"`, {
            place: { field: "name" },
            hint: "Choose another name.",
          });
        }
        return [...organizationFiles(name, spec)].map(([path, content]) => ({ path, content }));
      },
    };
  }

  /** Lays fields over an Organization's spec (JSON merge patch at the top level: null removes). */
  change(name: string, patch: Spec): SystemChange {
    const path = organizationPath(name);
    return {
      message: `Change Organization ${name}`,
      propose: async ({ read }) => [patched(path, await read(path), patch, organizationKind.spec)],
    };
  }

  /** Gives somebody a role in an Organization, or another one. */
  setMember(organization: string, member: Member): SystemChange {
    return membersChange(organization, `Make ${member.user} ${member.role} of ${organization}`, (members) => [
      ...members.filter((known) => known.user !== member.user),
      member,
    ]);
  }

  /** Takes somebody out of an Organization. */
  removeMember(organization: string, user: string): SystemChange {
    return membersChange(organization, `Take ${user} out of ${organization}`, (members) => {
      const left = members.filter((known) => known.user !== user);
      if (left.length === members.length)
        throw new CatalystError("member-missing", `"${user}" is no member of ${organization}`);
      return left;
    });
  }

  /** Removes an Organization that has no Environments left. */
  remove(name: string): SystemChange {
    const folder = organizationFolder(name);
    return {
      message: `Remove Organization ${name}`,
      propose: async (state) => {
        const files = (await state.files()).filter((file) => file.path.startsWith(`${folder}/`));
        if (files.length === 0) throw missing("organization", name);
        const environments = files.flatMap((file) => environmentAt(file.path) ?? []);
        if (environments.length > 0) {
          throw new CatalystError("organization-not-empty", `${name} still has ${environments.join(", ")}`, {
            hint: "Remove its Environments first.",
          });
        }
        return files.map((file) => ({ path: file.path, content: undefined }));
      },
    };
  }

  createEnvironment(organization: string, type: EnvironmentType, spec: Spec): SystemChange {
    const name = environmentName(organization, type);
    checkSpec(environmentKind.spec, { organization, envType: type, ...spec });
    return {
      message: `Create Environment ${name}`,
      propose: async ({ read }) => {
        if ((await read(organizationPath(organization))) === undefined)
          throw missing("organization", organization);
        const path = environmentPath(organization, type);
        if ((await read(path)) !== undefined) {
          throw new CatalystError("environment-exists", `there is already an Environment "${name}"`, {
            place: { field: "type" },
          });
        }
        return [{ path, content: environmentDocument(organization, type, spec) }];
      },
    };
  }

  changeEnvironment(environment: string, patch: Spec): SystemChange {
    const { organization, type } = parseEnvironmentName(environment);
    const path = environmentPath(organization, type);
    return {
      message: `Change Environment ${environment}`,
      propose: async ({ read }) => [patched(path, await read(path), patch, environmentKind.spec)],
    };
  }

  removeEnvironment(environment: string): SystemChange {
    const { organization, type } = parseEnvironmentName(environment);
    const path = environmentPath(organization, type);
    return {
      message: `Remove Environment ${environment}`,
      propose: async ({ read }) => {
        if ((await read(path)) === undefined) throw missing("environment", environment);
        return [{ path, content: undefined }];
      },
    };
  }

  async #state(): Promise<{ readonly head: ObjectId; readonly state: SystemState }> {
    const head = await this.#git.resolve(systemRepository, mainBranch);
    if (head === undefined)
      throw new CatalystError("system-repository-empty", "the system repository has no commit yet");
    const read = async (path: string) => {
      const content = await this.#git.readFile(systemRepository, head, path);
      return content === undefined ? undefined : new TextDecoder().decode(content);
    };
    return { head, state: { read, files: () => this.#git.files(systemRepository, head) } };
  }
}

function membersChange(
  organization: string,
  message: string,
  change: (members: readonly Member[]) => readonly Member[],
): SystemChange {
  const path = organizationPath(organization);
  return {
    message,
    propose: async ({ read }) => {
      const text = await read(path);
      return [patched(path, text, { members: change(membersIn(path, text)) }, organizationKind.spec)];
    },
  };
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
