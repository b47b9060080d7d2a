import { rfc3339 } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import type { Authenticator } from "../access/authenticate.ts";
import { userInfo } from "../access/user.ts";
import { badRequest } from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import type { Verb } from "../server/verb.ts";
import { readObject } from "../verbs/body.ts";
import { reviewLocally, reviewRules, reviewSelf, reviewSubject } from "./access-review.ts";
import type { Fields, Review } from "./review.ts";

/** Gives what a review's answer says anew: its status, and what else differs from what was sent. */
type Reviewer = (call: Call, review: Review) => Fields | Promise<Fields>;

/** The verb that answers a review (a kind that is created to be answered and never stored); undefined for others. */
export function reviewVerb({ kind }: Call, authenticator: Authenticator): Verb | undefined {
  const reviewers: Readonly<Record<string, Reviewer>> = {
    "authorization.k8s.io/selfsubjectaccessreviews": reviewSelf,
    "authorization.k8s.io/subjectaccessreviews": reviewSubject,
    "authorization.k8s.io/localsubjectaccessreviews": reviewLocally,
    "authorization.k8s.io/selfsubjectrulesreviews": reviewRules,
    "authentication.k8s.io/selfsubjectreviews": reviewCaller,
    "authentication.k8s.io/tokenreviews": (call, review) => reviewToken(call, authenticator, review),
  };
  const reviewer = reviewers[`${kind.group}/${kind.plural}`];
  return reviewer === undefined ? undefined : (call) => answer(call, reviewer);
}

async function answer(call: Call, reviewer: Reviewer): Promise<Answer> {
  const { object, warnings } = await readObject(call);
  call.warnings.push(...warnings);
  const { apiVersion, kind } = call.kind;
  const sent = { metadata: fieldsOf(object["metadata"]), spec: fieldsOf(object["spec"]) };
  return document({ kind, apiVersion, ...sent, ...(await reviewer(call, sent)) }, 201);
}

/** Says who the caller is. */
function reviewCaller(call: Call): Fields {
  return {
    metadata: { creationTimestamp: rfc3339(call.parts.clock.now()) },
    spec: undefined,
    status: { userInfo: userInfo(call.user) },
  };
}

/** Says whose a token is. Throws StatusError 400. */
async function reviewToken(call: Call, authenticator: Authenticator, { spec }: Review): Promise<Fields> {
  const { token = "", audiences = [] } = spec as { token?: string; audiences?: readonly string[] };
  if (token === "") throw badRequest("token is required for TokenReview in authentication");
  const { cluster } = call;
  const to = { name: cluster.name, cluster };
  const verdict = await authenticator.judge(token, to, audiences.length === 0 ? undefined : audiences);
  if ("error" in verdict) {
    const invalid = "invalid bearer token";
    const error = verdict.error === "" ? invalid : `[${invalid}, ${verdict.error}]`;
    return { status: { user: {}, error } };
  }
  return {
    status: { authenticated: true, user: userInfo(verdict.user), audiences: verdict.audiences },
  };
}

function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}
