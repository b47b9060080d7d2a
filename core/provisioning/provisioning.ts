import { CatalystError } from "@catalyst/base/errors";
import {
  applicationObjects,
  applicationPath,
  type ProtectedChange,
  secretsDocumentPath,
  unreadLookup,
} from "@catalyst/blueprint/plan";
import type { Resolve } from "@catalyst/blueprint/resolver";
import type { ApplicationChange, Plan } from "@catalyst/model/plan";
import type { Commit, GitHost, ObjectId } from "@catalyst/ports/git";
import type { Author, Caller } from "./author.ts";
import { conflictBetween } from "./conflict.ts";
import {
  changesBetween,
  EnvironmentReader,
  type EnvironmentSnapshot,
  environmentRepository,
  hostReader,
  mainBranch,
} from "./environment-repository.ts";
import { Lines } from "./lines.ts";
import { commitMessage } from "./message.ts";
import { type PlanningFacts, type ProposedChange, planFrom } from "./planning.ts";
import { fulfilWishes } from "./wishes.ts";

export interface ProvisioningOptions extends PlanningFacts {
  readonly git: GitHost;
  readonly resolve: Resolve;
}

export interface ApplyOptions {
  /** The commit the person looked at; another change of the same Application since then is a conflict. */
  readonly seen?: ObjectId | undefined;
  readonly message?: string | undefined;
  /** Whether the Applications wished for must be there, or must not; unless given, both will do. */
  readonly expected?: "present" | "absent" | undefined;
}

export interface AppliedChange {
  readonly plan: Plan;
  /** Undefined when the wishes change nothing. */
  readonly commit: Commit | undefined;
}

/** How often a change is carried over to a head that moved meanwhile. */
const attempts = 8;

/**
 * Commands that end in commits to Environments' repositories.
 *
 * Errors: `plan-refused` (`details.plan` says what is wrong), `name-taken`, `application-missing`, `change-conflict` (`details` = `{yours,
 * theirs}`), and those of GitHost.
 */
export class Provisioning {
  readonly #options: ProvisioningOptions;
  /** Plans on their way into a commit: the push that names one isn't planned again. */
  readonly #underWay = new Map<string, Plan>();
  /** Changes of one Environment are committed one after another; racing, all but one would be planned for nothing. */
  readonly #lines = new Lines();
  readonly reader = new EnvironmentReader();

  constructor(options: ProvisioningOptions) {
    this.#options = options;
  }

  /**
   * The newest state of an Environment's repository. Throws `environment-unavailable` when its branch isn't there:
   * a change of nothing would begin it anew, without all that is installed.
   */
  async snapshot(environment: string): Promise<EnvironmentSnapshot> {
    const commit = await this.#options.git.resolve(environmentRepository(environment), mainBranch);
    if (commit === undefined) {
      throw new CatalystError("environment-unavailable", `the repository of ${environment} isn't there`, {
        hint: "A new Environment gets it in a moment; if it was there before, restore the data folder from a backup.",
      });
    }
    return this.#at(environment, commit);
  }

  /** Says what wishes would do; changes nothing. Throws `name-taken` and `application-missing`. */
  async plan(
    environment: string,
    wishes: readonly ApplicationChange[],
    caller: Caller,
    options: Pick<ApplyOptions, "expected"> = {},
  ): Promise<Plan> {
    const snapshot = await this.snapshot(environment);
    const proposed = this.#propose(environment, wishes, options)(snapshot);
    return planFrom(environment, snapshot, proposed, this.#options, caller);
  }

  /**
   * What an Application is at the newest commit: its document, and the objects it stands for as YAML; secret values masked.
   * What `caller` may not see of them stands above, as comments.
   */
  async manifests(
    environment: string,
    application: string,
    caller: Caller,
  ): Promise<{ readonly document: string; readonly objects: string }> {
    const { tree, files } = await this.snapshot(environment);
    const { catalog, render, place, readerOf, work } = this.#options;
    const facts = { catalog, ...place(environment) };
    const reader = readerOf(environment, caller);
    const options = { reader, crds: "Skip", revision: "current" } as const;
    const rendered = await applicationObjects(tree.applications.get(application), facts, render, options);
    const unread = rendered.unread.map((key) => `# ${unreadLookup(application, key)}\n`);
    const shown = await work.printMasked(rendered);
    return { document: files.get(applicationPath(application)) ?? "", objects: unread.join("") + shown };
  }

  /** Carries wishes out as one commit by `author`. */
  apply(
    environment: string,
    wishes: readonly ApplicationChange[],
    author: Author,
    options: ApplyOptions = {},
  ): Promise<AppliedChange> {
    return this.#commit(environment, this.#propose(environment, wishes, options), author, options);
  }

  /** Says what going back to an Application's documents of an earlier commit would do. */
  async planRollback(environment: string, application: string, to: ObjectId, caller: Caller): Promise<Plan> {
    const snapshot = await this.snapshot(environment);
    const propose = await this.#proposeRollback(environment, application, to);
    return planFrom(environment, snapshot, propose(snapshot), this.#options, caller);
  }

  /** Puts an Application's documents back as they were at an earlier commit, as a new commit. */
  async rollback(
    environment: string,
    application: string,
    to: ObjectId,
    author: Author,
    options: ApplyOptions = {},
  ): Promise<AppliedChange> {
    const propose = await this.#proposeRollback(environment, application, to);
    const message = options.message ?? `Roll ${application} back to ${to.slice(0, 10)}`;
    return this.#commit(environment, propose, author, { ...options, message });
  }

  /** The plan of a commit that is being written just now, by its id. */
  planUnderWay(id: string): Plan | undefined {
    return this.#underWay.get(id);
  }

  /** The state of an Environment's repository at a commit. */
  snapshotAt(environment: string, commit: ObjectId | undefined): Promise<EnvironmentSnapshot> {
    return this.#at(environment, commit);
  }

  /** Plans a pushed commit against the head it moves from, for whom pushes it. */
  async planPush(
    environment: string,
    before: ObjectId | undefined,
    after: EnvironmentSnapshot,
    protectedChanges: readonly ProtectedChange[],
    caller: Caller | undefined,
  ): Promise<Plan> {
    const snapshot = await this.#at(environment, before);
    const proposed = { files: after.files, protectedChanges };
    return planFrom(environment, snapshot, proposed, this.#options, caller);
  }

  #at(environment: string, commit: ObjectId | undefined): Promise<EnvironmentSnapshot> {
    return this.reader.read(
      environment,
      commit,
      hostReader(this.#options.git, environmentRepository(environment)),
    );
  }

  #propose(
    environment: string,
    wishes: readonly ApplicationChange[],
    { expected }: Pick<ApplyOptions, "expected">,
  ) {
    return (snapshot: EnvironmentSnapshot): ProposedChange => {
      // asked of the state that is committed to: two installs under one name can't both win
      for (const { name } of wishes) {
        if (expected === "absent") refuseTaken(environment, name, snapshot);
        // what Git has no more is still shown while it is taken down
        if (expected === "present") refuseMissing(environment, name, snapshot);
      }
      return fulfilWishes(wishes, { environment, ...this.#options, ...snapshot });
    };
  }

  async #proposeRollback(environment: string, application: string, to: ObjectId) {
    const read = async (path: string) => {
      const content = await this.#options.git.readFile(environmentRepository(environment), to, path);
      return content === undefined ? undefined : new TextDecoder().decode(content);
    };
    const path = applicationPath(application);
    const secretsPath = secretsDocumentPath(application);
    const [document, secrets] = await Promise.all([read(path), read(secretsPath)]);
    if (document === undefined) {
      throw new CatalystError("rollback-missing", `${application} didn't exist at ${to.slice(0, 10)}`, {
        place: { file: path },
        hint: "Choose a commit of its history.",
      });
    }
    return (snapshot: EnvironmentSnapshot): ProposedChange => {
      const files = new Map(snapshot.files).set(path, document);
      if (secrets === undefined) files.delete(secretsPath);
      else files.set(secretsPath, secrets);
      return { files };
    };
  }

  async #commit(
    environment: string,
    propose: (snapshot: EnvironmentSnapshot) => ProposedChange,
    author: Author,
    options: ApplyOptions,
  ): Promise<AppliedChange> {
    // what was there when it was asked for: a change of the same Application that comes first is a conflict
    const base = await (options.seen === undefined
      ? this.snapshot(environment)
      : this.#at(environment, options.seen));
    return this.#lines.wait(environment, () =>
      this.#commitInTurn(environment, propose, author, options, base),
    );
  }

  async #commitInTurn(
    environment: string,
    propose: (snapshot: EnvironmentSnapshot) => ProposedChange,
    author: Author,
    options: ApplyOptions,
    base: EnvironmentSnapshot,
  ): Promise<AppliedChange> {
    const repository = environmentRepository(environment);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const snapshot = await this.snapshot(environment);
      const proposed = propose(snapshot);
      const caller = { user: author.user, scope: "write" } as const;
      const plan = await planFrom(environment, snapshot, proposed, this.#options, caller);
      if (base.commit !== snapshot.commit) await this.#refuseConflict(environment, base, snapshot, plan);
      if (plan.problems.length > 0) throw refusal(plan);
      const changes = changesBetween(snapshot.files, proposed.files);
      if (changes.length === 0) return { plan, commit: undefined };
      try {
        const message = options.message ?? commitMessage(plan);
        this.#underWay.set(plan.id, plan);
        const commit = await this.#options.git.write(repository, {
          branch: mainBranch,
          expected: snapshot.commit,
          author,
          message,
          changes,
          plan: plan.id,
        });
        return { plan, commit };
      } catch (error) {
        if (!(error instanceof CatalystError) || error.code !== "git-conflict") throw error;
      } finally {
        this.#underWay.delete(plan.id);
      }
    }
    throw new CatalystError(
      "change-conflict",
      `${environment} changes too fast: ${attempts} attempts lost the race`,
      { hint: "Try again." },
    );
  }

  /** Two changes of different Applications go together; two of the same don't. */
  async #refuseConflict(
    environment: string,
    base: EnvironmentSnapshot,
    head: EnvironmentSnapshot,
    plan: Plan,
  ): Promise<void> {
    const conflict = conflictBetween(base, head, plan);
    if (conflict === undefined || head.commit === undefined) return;
    const by = await this.#options.git.history(environmentRepository(environment), {
      ref: head.commit,
      path: applicationPath(conflict.application),
      limit: 1,
    });
    const theirs = { commit: by[0], fields: conflict.theirs };
    throw new CatalystError(
      "change-conflict",
      `${conflict.application} was changed by ${by[0]?.author.name ?? "somebody"} meanwhile`,
      {
        hint: "Look at both changes and decide again.",
        details: { application: conflict.application, yours: { fields: conflict.yours }, theirs },
      },
    );
  }
}

function refuseTaken(environment: string, name: string, { tree }: EnvironmentSnapshot): void {
  if (!tree.applications.has(name)) return;
  throw new CatalystError("name-taken", `${environment} already has an Application "${name}"`, {
    place: { field: "name" },
    hint: "Choose another name.",
  });
}

function refuseMissing(environment: string, name: string, { tree }: EnvironmentSnapshot): void {
  if (tree.applications.has(name)) return;
  throw new CatalystError("application-missing", `there is no Application "${name}" in ${environment}`, {
    hint: "It was removed; what is shown of it goes as soon as it is taken down.",
  });
}

function refusal(plan: Plan): CatalystError {
  const [first] = plan.problems;
  const more = plan.problems.length > 1 ? ` (and ${plan.problems.length - 1} more)` : "";
  return new CatalystError("plan-refused", `${first?.message ?? "the change is refused"}${more}`, {
    place: { file: first?.file, line: first?.line, field: first?.field },
    hint: first?.hint,
    details: { plan },
  });
}
