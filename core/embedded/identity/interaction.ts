import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import { escaped, formOf, page, sendPage } from "./page.ts";
import type { Users } from "./users.ts";

/** Wrong passwords for one user before it has to wait. */
const failureLimit = 10;
const failureWindow = 5 * 60_000;

const failures = new Map<string, { count: number; since: number }>();

/** The page on which a person signs in, and what it posts. */
export async function serveInteraction(
  provider: Provider,
  users: Users,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  const action = `${path}/interaction/${uid}`;
  if (request.method !== "POST") return sendPage(response, 200, signInPage(action, "", undefined));
  const form = await formOf(request);
  const [name, password] = [(form.get("user") ?? "").trim(), form.get("password") ?? ""];
  if (isBlocked(name))
    return sendPage(response, 429, signInPage(action, name, "Too many wrong passwords; wait five minutes."));
  const user = await users.verifyPassword(name, password);
  if (user === undefined) {
    countFailure(name);
    return sendPage(response, 401, signInPage(action, name, "This user and password don't go together."));
  }
  failures.delete(name);
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: user.user } },
    { mergeWithLastSubmission: false },
  );
}

function isBlocked(name: string): boolean {
  const known = failures.get(name);
  return known !== undefined && known.count >= failureLimit && Date.now() - known.since < failureWindow;
}

function countFailure(name: string): void {
  const known = failures.get(name);
  const fresh = known === undefined || Date.now() - known.since >= failureWindow;
  failures.set(
    name,
    fresh ? { count: 1, since: Date.now() } : { count: known.count + 1, since: known.since },
  );
  const [oldest] = failures.keys();
  if (failures.size > 1000 && oldest !== undefined) failures.delete(oldest);
}

function signInPage(action: string, user: string, problem: string | undefined): string {
  const body = `<form method="post" action="${escaped(action)}">
    <label for="user">User</label>
    <input id="user" name="user" value="${escaped(user)}" autocomplete="username" autocapitalize="none" required autofocus>
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required>
    <button>Sign in</button>
  </form>`;
  return page({ title: "Sign in", subtitle: "with your user of this Sovereign", problem, body });
}
