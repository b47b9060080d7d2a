import { rfc3339 } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Authenticator } from "../access/authenticate.ts";
import { userInfo } from "../access/user.ts";
import { mutate, validate } from "../admission/chain.ts";
import { holding } from "../admission/holding.ts";
import { createAttributes } from "../admission/reviews.ts";
import { badRequest, beginCreate, type Json } from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import type { Verb } from "../server/verb.ts";
import { readObject } from "../verbs/body.ts";
import { writeOptions } from "../verbs/options.ts";
import { localReviewer, rulesReviewer, selfReviewer, subjectReviewer } from "./access-review.ts";
import type { Fields, Review, Reviewer } from "./review.ts";

/** The verb that answers a review (a kind that is created to be answered and never stored); undefined for others. */
export function reviewVerb({ kind }: Call, authenticator: Authenticator): Verb | undefined {
  const reviewers: Readonly<Record<string, Reviewer>> = {
    "authorization.k8s.io/selfsubjectaccessreviews": selfReviewer,
    "authorization.k8s.io/subjectaccessreviews": subjectReviewer,
    "authorization.k8s.io/localsubjectaccessreviews": localReviewer,
    "authorization.k8s.io/selfsubjectrulesreviews": rulesReviewer,
    "authentication.k8s.io/selfsubjectreviews": callerReviewer,
    "authentication.k8s.io/tokenreviews": tokenReviewer(authenticator),
  };
  const reviewer = reviewers[`${kind.group}/${kind.plural}`];
  return reviewer === undefined ? undefined : (call) => answer(call, reviewer);
}

/** Admits a review as what is stored is admitted, and answers it. */
async function answer(call: Call, reviewer: Reviewer): Promise<Answer> {
  const { object, warnings } = await readObject(call);
  const draft = beginCreate(call.kind, placed(call, object), writeOptions(call));
  call.warnings.push(...warnings, ...draft.warnings);
  const attributes = createAttributes(call, draft.object);
  const admitted = (await mutate(attributes)) as KubeObject;
  const review: Review = { metadata: fieldsOf(admitted.metadata), spec: fieldsOf(admitted.spec) };
  reviewer.check?.(call, review);
  await holding((held) => validate({ ...attributes, object: admitted }, held));
  const { apiVersion, kind } = call.kind;
  return document({ kind, apiVersion, ...review, ...(await reviewer.answer(call, review)) }, 201);
}

/** Puts a review into the request's namespace, if it has one. Throws StatusError 400 for one of another. */
function placed({ route }: Call, object: Json): Json {
  const { namespace: given = "", ...metadata } = fieldsOf(object["metadata"]);
  if (route.namespace === undefined) return { ...object, metadata };
  if (given !== "" && given !== route.namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  return { ...object, metadata: { ...metadata, namespace: route.namespace } };
}

/** Says who the caller is. */
const callerReviewer: Reviewer = {
  answer: (call) => ({
    metadata: { creationTimestamp: rfc3339(call.parts.clock.now()) },
    spec: undefined,
    status: { userInfo: userInfo(call.user) },
  }),
};

interface TokenSpec {
  readonly token?: string;
  readonly audiences?: readonly string[];
}

/** Says whose a token is. */
function tokenReviewer(authenticator: Authenticator): Reviewer {
  return {
    check: (_call, { spec }) => {
      const { token = "" } = spec as TokenSpec;
      if (token === "") throw badRequest("token is required for TokenReview in authentication");
    },
    answer: ({ cluster }, { spec }) => judgeToken(authenticator, { name: cluster.name, cluster }, spec),
  };
}

async function judgeToken(
  authenticator: Authenticator,
  to: Parameters<Authenticator["judge"]>[1],
  { token = "", audiences = [] }: TokenSpec,
): Promise<Fields> {
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
