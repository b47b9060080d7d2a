import type { IncomingMessage, ServerResponse } from "node:http";
import { isCatalystError } from "@catalyst/base/errors";
import { escaped, formOf, page, sendPage } from "./page.ts";
import type { ProviderRecords } from "./records.ts";
import type { Users } from "./users.ts";

/** Where a password is set by a link, below the issuer. */
export const passwordPath = "/password";

export interface PasswordPageParts {
  /** `http://localhost:8700/identity`. */
  readonly issuer: string;
  readonly users: Users;
  readonly records: ProviderRecords;
  /** Ends the sessions that the user's sign-ins here began elsewhere. */
  signOut(user: string): Promise<void>;
}

/** The address at which a user sets a password, once. Throws `user-missing`. */
export async function passwordLink(
  { issuer, users }: Pick<PasswordPageParts, "issuer" | "users">,
  user: string,
): Promise<string> {
  const query = new URLSearchParams({ user, code: await users.makePasswordCode(user) });
  return `${issuer}${passwordPath}?${query}`;
}

/** The page on which a person chooses a password by a link, and what it posts. */
export async function servePassword(
  parts: PasswordPageParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { issuer, users, records, signOut } = parts;
  const isForm = request.method === "POST";
  const given = isForm ? await formOf(request) : new URL(request.url ?? "/", issuer).searchParams;
  const [user, code] = [given.get("user") ?? "", given.get("code") ?? ""];
  if (!users.acceptsPasswordCode(user, code)) return sendPage(response, 410, usedPage());
  const again = (problem: string) => sendPage(response, 400, choosePage(issuer, user, code, problem));
  if (!isForm) return sendPage(response, 200, choosePage(issuer, user, code, undefined));
  const password = given.get("password") ?? "";
  if (password !== given.get("repeated")) return again("The two passwords aren't the same.");
  try {
    await users.setPassword(user, code, password);
  } catch (error) {
    if (isCatalystError(error, "password-refused")) return again(sentence(error.message));
    if (isCatalystError(error, "password-link-used")) return sendPage(response, 410, usedPage());
    throw error;
  }
  // whoever was signed in by an old password signs in by the new one
  await records.endSessions(user);
  await signOut(user);
  sendPage(response, 200, donePage(issuer, user));
}

function choosePage(issuer: string, user: string, code: string, problem: string | undefined): string {
  const body = `<form method="post" action="${escaped(new URL(issuer).pathname + passwordPath)}">
    <input type="hidden" name="user" value="${escaped(user)}" autocomplete="username">
    <input type="hidden" name="code" value="${escaped(code)}">
    <label for="password">Password, 12 characters or more</label>
    <input id="password" name="password" type="password" autocomplete="new-password" minlength="12" required autofocus>
    <label for="repeated">The same again</label>
    <input id="repeated" name="repeated" type="password" autocomplete="new-password" minlength="12" required>
    <button>Set password</button>
  </form>`;
  return page({ title: "Choose a password", subtitle: `for user ${user} of this Sovereign`, problem, body });
}

function donePage(issuer: string, user: string): string {
  const body = `<p><a href="${escaped(new URL("/", issuer).href)}">Go to the console and sign in</a></p>`;
  return page({ title: "Your password is set", subtitle: `You sign in as ${user} from now on.`, body });
}

function usedPage(): string {
  const problem = "This link was used or is too old.";
  const body = "<p>Ask who brought you in for a new one.</p>";
  return page({ title: "Choose a password", subtitle: "by a link that works once", problem, body });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
