import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Calls } from "../sovereign/calls.ts";
import { Clone } from "../sovereign/git.ts";
import type { Sovereign } from "../sovereign/sovereign.ts";
import type { Random } from "./random.ts";

export const environment = "demo-dev";
const path = `/environments/${environment}/applications`;

/** What an Application was asked to be. */
export interface Asked {
  readonly blueprint: string;
  readonly version: string;
  readonly title?: string;
}

/** What an Environment was asked to hold, by Application. */
export type AskedState = ReadonlyMap<string, Asked>;

/** A change that somebody asks for. */
export interface Change {
  readonly what: string;
  /** What is asked for once it is made. */
  readonly after: AskedState;
  /**
   * Asks for it. Gives the commit that was acknowledged, undefined when nothing was. Asked again, it ends the
   * same, whether the first one was carried out or not.
   */
  ask(sovereign: Sovereign): Promise<string | undefined>;
}

/** Two versions of each Blueprint that these changes move about: the one that ships, and the next. */
export const versions = {
  "bp-static-site": ["1.0.1", "1.0.2"],
  "bp-wordpress": ["1.0.0", "1.0.1"],
} as const;

/** Draws a change that makes sense in a state. `number` makes names and titles its own. */
export function drawChange(random: Random, state: AskedState, number: number): Change {
  const named = (blueprint: string) =>
    [...state.keys()].filter((name) => state.get(name)?.blueprint === blueprint);
  const [sites, blogs] = [named("bp-static-site"), named("bp-wordpress")];
  const kinds = [
    () => install(state, `page-${number}`, random.of(versions["bp-static-site"])),
    () => installBlog(state, `blog-${number}`),
  ];
  if (sites.length > 0) {
    kinds.push(
      () => changeTitle(state, random.of(sites), `change ${number}`),
      () => moveTo(state, random.of(sites)),
      () => pushTitle(state, random.of(sites), `push ${number}`),
      () => pushVersion(state, random.of(sites)),
      () => remove(state, random.of(sites)),
      () => pushRemoval(state, [random.of(sites)]),
    );
  }
  if (blogs.length > 0) {
    kinds.push(
      () => moveTo(state, random.of(blogs)),
      () => remove(state, random.of(blogs)),
      () => pushRemoval(state, [...blogs, ...named("bp-mariadb")]),
    );
  } else {
    kinds.push(...named("bp-mariadb").map((database) => () => remove(state, database)));
  }
  return random.of(kinds)();
}

/** Asks by the API: acknowledged when it answers with a commit, or with a code that says it is so already. */
async function byApi(
  act: () => Promise<{ readonly commit?: string }>,
  already: readonly string[] = [],
): Promise<string | undefined> {
  try {
    return (await act()).commit;
  } catch (error) {
    if (already.some((code) => (error as Error).message.includes(`"code":"${code}"`))) return undefined;
    throw error;
  }
}

export function install(state: AskedState, name: string, version: string): Change {
  const wish = { name, blueprint: { name: "bp-static-site", version }, config: { title: "first" } };
  return {
    what: `install ${name} ${version}`,
    after: new Map([...state, [name, { blueprint: "bp-static-site", version, title: "first" }]]),
    ask: (sovereign) => byApi(() => new Calls(sovereign).post(path, wish), ["name-taken"]),
  };
}

/** A blog uses the database that is there, and brings one along when there is none. */
export function installBlog(state: AskedState, name: string): Change {
  const wish = { name, blueprint: { name: "bp-wordpress", version: "1.0.0" } };
  const hasDatabase = [...state.values()].some(({ blueprint }) => blueprint === "bp-mariadb");
  return {
    what: `install ${name}${hasDatabase ? "" : " with its database"}`,
    after: new Map([
      ...state,
      [name, { blueprint: "bp-wordpress", version: "1.0.0" }],
      ...(hasDatabase ? [] : [[`${name}-db`, { blueprint: "bp-mariadb", version: "1.0.0" }] as const]),
    ]),
    ask: (sovereign) => byApi(() => new Calls(sovereign).post(path, wish), ["name-taken"]),
  };
}

function changeTitle(state: AskedState, name: string, title: string): Change {
  return {
    what: `change the title of ${name}`,
    after: changed(state, name, { title }),
    ask: (sovereign) => byApi(() => new Calls(sovereign).patch(`${path}/${name}`, { config: { title } })),
  };
}

function moveTo(state: AskedState, name: string): Change {
  const version = otherVersion(state, name);
  return {
    what: `move ${name} to ${version}`,
    after: changed(state, name, { version }),
    ask: (sovereign) =>
      byApi(() => new Calls(sovereign).patch(`${path}/${name}`, { blueprint: { version } })),
  };
}

export function remove(state: AskedState, name: string): Change {
  return {
    what: `remove ${name}`,
    after: without(state, [name]),
    ask: (sovereign) =>
      byApi(() => new Calls(sovereign).delete(`${path}/${name}`), ["not-found", "application-missing"]),
  };
}

function pushTitle(state: AskedState, name: string, title: string): Change {
  return {
    what: `push a title for ${name}`,
    after: changed(state, name, { title }),
    ask: (sovereign) => byPush(sovereign, name, (text) => text.replace(/title: .*/, `title: ${title}`)),
  };
}

function pushVersion(state: AskedState, name: string): Change {
  const version = otherVersion(state, name);
  return {
    what: `push ${version} for ${name}`,
    after: changed(state, name, { version }),
    ask: async (sovereign) => {
      const { releases } = await new Calls(sovereign).get("/blueprints/bp-static-site");
      const { digest } = releases.find((release: { version: string }) => release.version === version);
      return byPush(sovereign, name, (text) =>
        text.replace(/digest: .*/, `digest: ${digest}`).replace(/( {4}version: ).*/, `$1${version}`),
      );
    },
  };
}

function pushRemoval(state: AskedState, names: readonly string[]): Change {
  return {
    what: `push the removal of ${names.join(" and ")}`,
    after: without(state, names),
    ask: (sovereign) => byPush(sovereign, names, () => undefined),
  };
}

/** Edits documents in a clone and pushes them: acknowledged when git says so. */
async function byPush(
  sovereign: Sovereign,
  names: string | readonly string[],
  edit: (text: string) => string | undefined,
): Promise<string | undefined> {
  const clone = await Clone.make(sovereign, `demo/${environment}`, "admin", sovereign.token());
  try {
    const files = [names].flat().map((name) => `applications/${name}/application.yaml`);
    const held = (await clone.git("ls-files")).text.split("\n");
    const edits = files
      .filter((file) => held.includes(file))
      .map((file) => [file, edit(readFileSync(join(clone.folder, file), "utf8"))] as const)
      .filter(([file, text]) => text !== readFileSync(join(clone.folder, file), "utf8"));
    if (edits.length === 0) return undefined;
    await clone.commit(Object.fromEntries(edits));
    const { code, text } = await clone.git("push", "-q", "origin", "HEAD");
    if (code !== 0) throw new Error(`the push failed: ${text}`);
    return (await clone.git("rev-parse", "HEAD")).text.trim();
  } finally {
    clone.remove();
  }
}

function otherVersion(state: AskedState, name: string): string {
  const asked = state.get(name);
  if (asked === undefined) throw new Error(`nothing was asked of ${name}`);
  const [one, other] = versions[asked.blueprint as keyof typeof versions];
  return asked.version === one ? other : one;
}

function changed(state: AskedState, name: string, change: Partial<Asked>): AskedState {
  const asked = state.get(name);
  if (asked === undefined) throw new Error(`nothing was asked of ${name}`);
  return new Map([...state, [name, { ...asked, ...change }]]);
}

function without(state: AskedState, names: readonly string[]): AskedState {
  return new Map([...state].filter(([name]) => !names.includes(name)));
}
