import { CatalystError } from "@catalyst/base/errors";
import type { SignIn } from "@catalyst/ports/identity";
import { Type } from "@sinclair/typebox";
import type { FastifyReply } from "fastify";
import { cookieOf, sessionCookie } from "../access/authenticate.ts";
import { type LinkSubject, sessionLifetime } from "../access/sessions.ts";
import type { Directory } from "../options.ts";
import { principalOf, type Routes } from "../route.ts";

const stateCookie = "catalyst_sign_in";

/** Signing in by the identity provider's code flow or by a one-time link, and signing out. */
export const signInRoutes: Routes = (server, options) => {
  const { sessions, profile } = options.access;
  const secure = options.origin.startsWith("https:") ? "; Secure" : "";
  const redirectUri = `${options.origin}/v1/sign-in/callback`;

  const beginSession = async (reply: FastifyReply, subject: LinkSubject) => {
    const { secret } = await sessions.begin(subject);
    reply.header(
      "set-cookie",
      `${sessionCookie}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${sessionLifetime / 1000}${secure}`,
    );
  };

  const codeFlowRoutes = (signIn: SignIn) => {
    server.get(
      "/v1/sign-in",
      {
        config: { permission: "public" },
        schema: { hide: true, querystring: Type.Object({ returnTo: Type.Optional(Type.String()) }) },
      },
      async (request, reply) => {
        const { location, state } = await signIn.begin(redirectUri, localPath(request.query.returnTo));
        return reply
          .header(
            "set-cookie",
            `${stateCookie}=${state}; Path=/v1/sign-in; HttpOnly; SameSite=Lax; Max-Age=600${secure}`,
          )
          .redirect(location, 302);
      },
    );

    server.get(
      "/v1/sign-in/callback",
      { config: { permission: "public" }, schema: { hide: true } },
      async (request, reply) => {
        const state = cookieOf({ cookie: request.headers.cookie ?? "" }, stateCookie);
        if (state === undefined)
          throw new CatalystError("unauthenticated", "this sign-in wasn't begun in this browser", {
            hint: "Sign in again.",
          });
        const { user, returnTo } = await signIn.complete(`${options.origin}${request.url}`, state);
        if (profile(user) === undefined)
          throw new CatalystError("unauthenticated", `there is no user "${user}"`);
        await beginSession(reply, { user });
        return reply.redirect(returnTo, 302);
      },
    );
  };
  if (options.signIn !== undefined) codeFlowRoutes(options.signIn);

  server.post(
    "/v1/sign-in-links",
    {
      config: { permission: "account.write" },
      schema: {
        summary: "Make a one-time link that signs me in",
        tags: ["me"],
        response: { 201: Type.Object({ url: Type.String() }) },
      },
    },
    async (request, reply) => {
      const { user, notAfter } = principalOf(request);
      return reply
        .code(201)
        .send({ url: `${options.origin}/v1/sign-in/link?code=${sessions.makeLink({ user, notAfter })}` });
    },
  );

  const passwordRoute = (directory: Directory) =>
    server.post(
      "/v1/password-links",
      {
        config: { permission: "account.write" },
        schema: {
          summary: "Make a one-time link at which I set my password",
          tags: ["me"],
          response: { 201: Type.Object({ url: Type.String() }) },
        },
      },
      async (request, reply) => {
        const { user, notAfter } = principalOf(request);
        if (notAfter !== undefined) {
          throw new CatalystError("forbidden", "a password would outlive the token this is asked with", {
            hint: "Sign in, or use a token without an end.",
          });
        }
        return reply.code(201).send({ url: await directory.passwordLink(user) });
      },
    );
  if (options.directory !== undefined) passwordRoute(options.directory);

  server.get(
    "/v1/sign-in/link",
    {
      config: { permission: "public" },
      schema: { hide: true, querystring: Type.Object({ code: Type.String() }) },
    },
    async (request, reply) => {
      const subject = sessions.useLink(request.query.code);
      if (subject === undefined) return reply.redirect("/?sign-in=link-used", 302);
      await beginSession(reply, subject);
      return reply.header("referrer-policy", "no-referrer").redirect("/", 302);
    },
  );

  server.post(
    "/v1/sign-out",
    {
      config: { permission: "signed-in" },
      schema: { summary: "End this browser's session", tags: ["me"], response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      const secret = cookieOf({ cookie: request.headers.cookie ?? "" }, sessionCookie);
      if (secret !== undefined) await sessions.end(secret);
      return reply
        .header("set-cookie", `${sessionCookie}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${secure}`)
        .code(204)
        .send(null);
    },
  );
};

/** Only paths of our own: a sign-in never leads to another site. */
function localPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : "/";
}
