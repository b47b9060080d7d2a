import type { JWTPayload } from "jose";
import { authenticatedGroup, credentialId, type User } from "../user.ts";
import type { ClaimOrExpression, Condition, JwtIssuer, PrefixedClaimOrExpression } from "./issuer.ts";

/**
 * Gives the user that a verified token is for, by the issuer's mappings. Throws when the token isn't as its rules want
 * it, or names nobody. Source: upstream's `plugin/pkg/authenticator/token/oidc`.
 */
export async function userOfClaims(issuer: JwtIssuer, claims: JWTPayload): Promise<User> {
  const evaluate = await evaluator(issuer);
  const { username, groups, uid, extra = [] } = issuer.claimMappings;
  const name = nameOf(username, claims, evaluate);
  const listed = groups === undefined ? [] : groupsOf(groups, claims, evaluate);
  // such names are the cluster's own: nobody from elsewhere may have one
  if ([name, ...listed].some((text) => text.startsWith("system:")))
    throw new Error("a name may not begin with system:");
  const id = uid === undefined ? undefined : textOf("uid", mapped(uid, claims, evaluate));
  const more = extra
    .map(
      ({ key, valueExpression }) => [key, textsOf(key, evaluate(valueExpression, "claims", claims))] as const,
    )
    .filter(([, values]) => values.length > 0);
  const credential = typeof claims.jti === "string" ? [[credentialId, [`JTI=${claims.jti}`]] as const] : [];
  const user: User = {
    name,
    groups: listed,
    ...(id === undefined ? {} : { uid: id }),
    ...(more.length + credential.length === 0 ? {} : { extra: Object.fromEntries([...credential, ...more]) }),
  };
  checkRules(issuer, claims, user, evaluate);
  return { ...user, groups: [...listed, authenticatedGroup] };
}

type Evaluate = typeof import("./expressions.ts").evaluateExpression;

/** What evaluates expressions is large: it is loaded for issuers that have any. */
async function evaluator(issuer: JwtIssuer): Promise<Evaluate> {
  const { username, groups, uid, extra = [] } = issuer.claimMappings;
  const rules = [
    ...(issuer.claimValidationRules ?? []),
    ...(issuer.userValidationRules ?? []),
    username,
    groups,
    uid,
  ];
  const hasAny = extra.length > 0 || rules.some((rule) => rule !== undefined && "expression" in rule);
  if (hasAny) return (await import("./expressions.ts")).evaluateExpression;
  return () => {
    throw new Error("there is no expression");
  };
}

function mapped({ claim, expression }: ClaimOrExpression, claims: JWTPayload, evaluate: Evaluate): unknown {
  if (expression !== undefined) return evaluate(expression, "claims", claims);
  return claims[claim ?? ""];
}

function nameOf(mapping: PrefixedClaimOrExpression, claims: JWTPayload, evaluate: Evaluate): string {
  const { claim, prefix = "" } = mapping;
  const name = mapped(mapping, claims, evaluate);
  if (typeof name !== "string" || name === "")
    throw new Error(claim === undefined ? "the expression names nobody" : `the claim ${claim} names nobody`);
  if (claim === "email" && claims["email_verified"] !== undefined && claims["email_verified"] !== true)
    throw new Error("email not verified");
  return `${prefix}${name}`;
}

/** A single text is one group. */
function groupsOf(
  mapping: PrefixedClaimOrExpression,
  claims: JWTPayload,
  evaluate: Evaluate,
): readonly string[] {
  const { prefix = "" } = mapping;
  return textsOf("groups", mapped(mapping, claims, evaluate)).map((text) => `${prefix}${text}`);
}

function textOf(what: string, value: unknown): string {
  if (typeof value !== "string") throw new Error(`${what} isn't a text`);
  return value;
}

/** Nothing, and an empty text, are none; a single one is a list of it. */
function textsOf(what: string, value: unknown): readonly string[] {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value === "string") return [value];
  if (!Array.isArray(value)) throw new Error(`${what} is neither a text nor a list of texts`);
  return value.map((item) => textOf(what, item));
}

function checkRules(
  { claimValidationRules = [], userValidationRules = [] }: JwtIssuer,
  claims: JWTPayload,
  { name, uid = "", groups, extra = {} }: User,
  evaluate: Evaluate,
): void {
  for (const rule of claimValidationRules) {
    if ("expression" in rule) demand(rule, evaluate(rule.expression, "claims", claims));
    else if (claims[rule.claim] !== (rule.requiredValue ?? ""))
      throw new Error(`the claim ${rule.claim} isn't ${JSON.stringify(rule.requiredValue ?? "")}`);
  }
  const user = { username: name, uid, groups, extra };
  for (const rule of userValidationRules) demand(rule, evaluate(rule.expression, "user", user));
}

function demand({ expression, message }: Condition, value: unknown): void {
  if (value !== true) throw new Error(`validation expression '${expression}' failed: ${message ?? ""}`);
}
