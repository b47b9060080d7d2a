import { isObject } from "@catalyst/base/json";
import type { Attributes } from "../access/attributes.ts";
import type { Authenticator } from "../access/authenticate.ts";
import { grantedRules, isAllowed } from "../access/authorize.ts";
import { issuerOf } from "../access/service-account-token.ts";
import { mastersGroup, type User } from "../access/user.ts";
import { badRequest } from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import type { Verb } from "../server/verb.ts";
import { readValue } from "../verbs/body.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The verb that answers a review (a kind that is created to be answered and never stored); undefined for others. */
export function reviewVerb({ kind }: Call, authenticator: Authenticator): Verb | undefined {
  switch (`${kind.group}/${kind.plural}`) {
    case "authorization.k8s.io/selfsubjectaccessreviews":
      return (call) => answer(call, (spec) => accessStatus(call, call.user, spec));
    case "authorization.k8s.io/subjectaccessreviews":
      return (call) => answer(call, (spec) => accessStatus(call, subjectOf(spec), spec));
    case "authorization.k8s.io/localsubjectaccessreviews":
      return (call) => answer(call, (spec) => localStatus(call, spec));
    case "authorization.k8s.io/selfsubjectrulesreviews":
      return (call) => answer(call, (spec) => rulesStatus(call, text(spec["namespace"])));
    case "authentication.k8s.io/selfsubjectreviews":
      return (call) => answer(call, () => ({ userInfo: userInfo(call.user) }));
    case "authentication.k8s.io/tokenreviews":
      return (call) => answer(call, (spec) => tokenStatus(call, authenticator, spec));
    default:
      return undefined;
  }
}

async function answer(call: Call, judge: (spec: Fields) => unknown): Promise<Answer> {
  const body = (await readValue(call)) ?? {};
  if (!isObject(body)) throw badRequest("the body is no review");
  const spec = isObject(body["spec"]) ? body["spec"] : {};
  const { apiVersion, kind } = call.kind;
  const metadata = isObject(body["metadata"]) ? body["metadata"] : {};
  // The token itself isn't repeated.
  const { token: _token, ...shown } = spec;
  return document({ kind, apiVersion, metadata, spec: shown, status: await judge(spec) }, 201);
}

function accessStatus(call: Call, user: User, spec: Fields): Fields {
  const attributes = attributesOf(user, spec);
  return { allowed: isAllowed(call.cluster, attributes) };
}

function localStatus(call: Call, spec: Fields): Fields {
  const { namespace } = isObject(spec["resourceAttributes"]) ? spec["resourceAttributes"] : {};
  if (namespace !== call.route.namespace) {
    throw badRequest(`spec.resourceAttributes.namespace must match the request's (${call.route.namespace})`);
  }
  return accessStatus(call, subjectOf(spec), spec);
}

function attributesOf(user: User, spec: Fields): Attributes {
  const path = spec["nonResourceAttributes"];
  if (isObject(path)) return { user, verb: text(path["verb"]), path: text(path["path"]) };
  const asked = spec["resourceAttributes"];
  if (!isObject(asked)) {
    throw badRequest("exactly one of nonResourceAttributes or resourceAttributes must be specified");
  }
  return {
    user,
    verb: text(asked["verb"]),
    group: text(asked["group"]),
    resource: text(asked["resource"]),
    subresource: text(asked["subresource"]),
    namespace: text(asked["namespace"]),
    name: text(asked["name"]),
  };
}

function subjectOf(spec: Fields): User {
  const groups = Array.isArray(spec["groups"]) ? spec["groups"].map(String) : [];
  const name = text(spec["user"]);
  if (name === "" && groups.length === 0) throw badRequest("at least one of user or group must be specified");
  return { name, groups };
}

function rulesStatus(call: Call, namespace: string): Fields {
  const rules = [...grantedRules(call.cluster, call.user, namespace)].map(({ rule }) => rule);
  if (call.user.groups.includes(mastersGroup)) {
    rules.push(
      { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
      { verbs: ["*"], nonResourceURLs: ["*"] },
    );
  }
  return {
    resourceRules: rules.filter((rule) => rule.resources !== undefined),
    nonResourceRules: rules.filter((rule) => rule.nonResourceURLs !== undefined),
    incomplete: false,
  };
}

async function tokenStatus(call: Call, authenticator: Authenticator, spec: Fields): Promise<Fields> {
  const asked = Array.isArray(spec["audiences"]) ? spec["audiences"].map(String) : [];
  const audiences = asked.length === 0 ? [issuerOf(call.cluster)] : asked;
  const { cluster } = call;
  const to = { name: cluster.name, cluster };
  const user = await authenticator.userOfToken(text(spec["token"]), to, audiences);
  if (user === undefined) return { user: {}, error: "invalid bearer token" };
  return { authenticated: true, user: userInfo(user), audiences };
}

function userInfo(user: User): Fields {
  const { name: username, uid, groups, extra } = user;
  return {
    username,
    ...(uid === undefined ? {} : { uid }),
    groups,
    ...(extra === undefined ? {} : { extra }),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
