import type { IncomingMessage, ServerResponse } from "node:http";
import { isCatalystError } from "@catalyst/base/errors";
import type Provider from "oidc-provider";
import { escaped, formOf, page, sendPage } from "./page.ts";
import type { Users } from "./users.ts";

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
  const again = (status: number, problem: string) =>
    sendPage(response, status, signInPage(action, name, problem));
  const user = await users.verifyPassword(name, password).catch((error: unknown) => {
    if (!isCatalystError(error, "password-blocked")) throw error;
    return "blocked" as const;
  });
  if (user === "blocked") return again(429, "Too many wrong passwords; wait five minutes.");
  if (user === undefined) return again(401, "This user and password don't go together.");
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: user.user } },
    { mergeWithLastSubmission: false },
  );
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
