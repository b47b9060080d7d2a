import { comparable } from "../../machinery/conformance/scenario.ts";

/**
 * One request to an API server. In bodies `{{hooks}}` stands for the webhooks' URL, `{{ca}}` for their
 * authority.
 */
export interface Step {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** Default JSON; for PATCH a merge patch. */
  readonly type?: string;
}

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface Reply {
  readonly status: number;
  /** The Warning header. */
  readonly warning: string | undefined;
  readonly body: unknown;
}

/** Sends one request to the server that is looked at, as a member of system:masters called `admin`. */
export type Send = (step: Step) => Promise<Reply>;

/** What a server answered to a step, and which reviews it sent to webhooks for it. */
export interface Answer extends Reply {
  readonly reviews: readonly unknown[];
}

/** The webhooks a scenario's configurations name. */
export interface Hooks {
  readonly url: string;
  readonly ca: string;
  /** The reviews received since the last call, each with the path it came to, in the order of these paths. */
  take(): readonly unknown[];
}

/** Runs a scenario; `settle` waits until a configuration that was written, and so answered, is obeyed. */
export async function runScenario(
  scenario: Scenario,
  send: Send,
  hooks: Hooks,
  settle: (step: Step, answered: unknown) => Promise<void>,
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const step of scenario.steps) {
    const reply = await send(filledIn(step, hooks));
    if (configures(step)) await settle(step, reply.body);
    // What a definition is answered with is held elsewhere; here only whether it is taken.
    const body = step.path.startsWith(definitions) && reply.status < 300 ? undefined : reply.body;
    const answer: Answer = { ...reply, body, reviews: hooks.take() };
    answers.push(comparable(plain(JSON.parse(emptied(JSON.stringify(answer), hooks)))));
  }
  return answers;
}

const definitions = "/apis/apiextensions.k8s.io/";

/** Tells whether a step may change what is asked about the next one. */
function configures({ method, path }: Step): boolean {
  return (
    method !== "GET" &&
    !path.includes("dryRun") &&
    /admissionregistration|customresourcedefinitions|storageclasses/.test(path)
  );
}

function filledIn(step: Step, { url, ca }: Hooks): Step {
  if (step.body === undefined) return step;
  const text = JSON.stringify(step.body).replaceAll("{{hooks}}", url).replaceAll("{{ca}}", ca);
  return { ...step, body: JSON.parse(text) };
}

function emptied(text: string, { url, ca }: Hooks): string {
  const host = url.replace("https://", "");
  return (
    text
      .replace(/made-\w{5}/g, "made-<suffix>")
      // What is told of broken syntax is the parser's own.
      .replace(/(Syntax error): .*?(?=\\n \|)/g, "$1")
      .replaceAll(url, "{{hooks}}")
      .replaceAll(host, "{{host}}")
      .replaceAll(ca, "{{ca}}")
  );
}

/** The faults of fields are repeated in the text, in no particular order. */
function tellsOfFields(details: unknown): boolean {
  const { causes = [] } = (details ?? {}) as { readonly causes?: readonly { readonly field?: string }[] };
  return causes.some(({ field }) => field !== undefined);
}

function unique(list: readonly unknown[]): readonly unknown[] {
  return [...new Map(list.map((item) => [JSON.stringify(item), item])).values()];
}

/**
 * Leaves out what differs though nobody asked for it: the caller's uid, who manages fields, how often a cause
 * is told, and what of its items a list repeats.
 */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "managedFields");
  const copy: Record<string, unknown> = Object.fromEntries(kept.map(([key, item]) => [key, plain(item)]));
  const { userInfo } = copy;
  if (typeof userInfo === "object" && userInfo !== null) copy["userInfo"] = { ...userInfo, uid: undefined };
  if (Array.isArray(copy["causes"])) copy["causes"] = unique(copy["causes"]);
  if (copy["reason"] === "Invalid" && tellsOfFields(copy["details"])) copy["message"] = "<causes>";
  if (Array.isArray(copy["items"])) copy["items"] = copy["items"].map(({ metadata }) => ({ metadata }));
  return copy;
}
