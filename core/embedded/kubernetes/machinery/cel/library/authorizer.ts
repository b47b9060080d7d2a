import { type Library, member } from "../overload.ts";
import { boolType, objectType, stringType } from "../type.ts";
import { fault, OpaqueValue } from "../value.ts";

export const authorizerType = objectType("kubernetes.authorization.Authorizer");
export const resourceCheckType = objectType("kubernetes.authorization.ResourceCheck");
const pathCheckType = objectType("kubernetes.authorization.PathCheck");
const groupCheckType = objectType("kubernetes.authorization.GroupCheck");
const decisionType = objectType("kubernetes.authorization.Decision");

/** What an expression asks to be allowed. */
export type AuthorizationQuestion = { readonly verb: string } & (
  | { readonly path: string }
  | {
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
      readonly fieldSelector: string;
      readonly labelSelector: string;
    }
);

/** The answer; `error` is empty unless the question itself went wrong. */
export interface AuthorizationDecision {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error: string;
}

/** Answers questions for the user of a request, or for a ServiceAccount an expression names. */
export interface ExpressionAuthorizer {
  decide(question: AuthorizationQuestion): AuthorizationDecision;
  forServiceAccount(namespace: string, name: string): ExpressionAuthorizer;
}

/** `authorizer` in an expression. */
export class AuthorizerValue extends OpaqueValue {
  readonly type = authorizerType;
  readonly authorizer: ExpressionAuthorizer;

  constructor(authorizer: ExpressionAuthorizer) {
    super();
    this.authorizer = authorizer;
  }

  equals(other: OpaqueValue): boolean {
    return other === this;
  }
}

class PathCheck extends OpaqueValue {
  readonly type = pathCheckType;
  readonly authorizer: ExpressionAuthorizer;
  readonly path: string;

  constructor(authorizer: ExpressionAuthorizer, path: string) {
    super();
    this.authorizer = authorizer;
    this.path = path;
  }

  equals(other: OpaqueValue): boolean {
    return other === this;
  }
}

class GroupCheck extends OpaqueValue {
  readonly type = groupCheckType;
  readonly authorizer: ExpressionAuthorizer;
  readonly group: string;

  constructor(authorizer: ExpressionAuthorizer, group: string) {
    super();
    this.authorizer = authorizer;
    this.group = group;
  }

  equals(other: OpaqueValue): boolean {
    return other === this;
  }
}

interface ResourceQuestion {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/** `authorizer.requestResource` in an expression, and what one asks about another resource. */
export class ResourceCheckValue extends OpaqueValue {
  readonly type = resourceCheckType;
  readonly authorizer: ExpressionAuthorizer;
  readonly question: ResourceQuestion;

  constructor(authorizer: ExpressionAuthorizer, question: ResourceQuestion) {
    super();
    this.authorizer = authorizer;
    this.question = question;
  }

  equals(other: OpaqueValue): boolean {
    return other === this;
  }

  with(part: Partial<ResourceQuestion>): ResourceCheckValue {
    return new ResourceCheckValue(this.authorizer, { ...this.question, ...part });
  }

  check(verb: string): DecisionValue {
    const { subresource = "", namespace = "", name = "", ...rest } = this.question;
    const { fieldSelector = "", labelSelector = "" } = rest;
    return new DecisionValue(
      this.authorizer.decide({ ...rest, verb, subresource, namespace, name, fieldSelector, labelSelector }),
    );
  }
}

class DecisionValue extends OpaqueValue {
  readonly type = decisionType;
  readonly decision: AuthorizationDecision;

  constructor(decision: AuthorizationDecision) {
    super();
    this.decision = decision;
  }

  equals(other: OpaqueValue): boolean {
    return other === this;
  }
}

function notEmpty(text: string, what: string): string {
  return text.trim() === "" ? fault(`${what} must not be empty`) : text;
}

/** A question about a resource with one more thing said of it. */
function narrowed(
  id: string,
  part: "subresource" | "namespace" | "name" | "fieldSelector" | "labelSelector",
) {
  return [
    member(
      id,
      [resourceCheckType, stringType],
      resourceCheckType,
      (check: ResourceCheckValue, value: string) => check.with({ [part]: value }),
    ),
  ];
}

/** Kubernetes' functions that ask what a user may do. */
export const authorizerLibrary: Library = {
  path: [
    member(
      "authorizer_path",
      [authorizerType, stringType],
      pathCheckType,
      (authorizer: AuthorizerValue, path: string) =>
        new PathCheck(authorizer.authorizer, notEmpty(path, "path")),
    ),
  ],
  group: [
    member(
      "authorizer_group",
      [authorizerType, stringType],
      groupCheckType,
      (authorizer: AuthorizerValue, group: string) => new GroupCheck(authorizer.authorizer, group),
    ),
  ],
  serviceAccount: [
    member(
      "authorizer_serviceaccount",
      [authorizerType, stringType, stringType],
      authorizerType,
      (authorizer: AuthorizerValue, namespace: string, name: string) =>
        new AuthorizerValue(authorizer.authorizer.forServiceAccount(namespace, name)),
    ),
  ],
  resource: [
    member(
      "groupcheck_resource",
      [groupCheckType, stringType],
      resourceCheckType,
      (check: GroupCheck, resource: string) =>
        new ResourceCheckValue(check.authorizer, {
          group: check.group,
          resource: notEmpty(resource, "resource"),
        }),
    ),
  ],
  subresource: narrowed("resourcecheck_subresource", "subresource"),
  namespace: narrowed("resourcecheck_namespace", "namespace"),
  name: narrowed("resourcecheck_name", "name"),
  fieldSelector: narrowed("authorizer_fieldselector", "fieldSelector"),
  labelSelector: narrowed("authorizer_labelselector", "labelSelector"),
  check: [
    member(
      "pathcheck_check",
      [pathCheckType, stringType],
      decisionType,
      (check: PathCheck, verb: string) =>
        new DecisionValue(check.authorizer.decide({ path: check.path, verb })),
    ),
    member(
      "resourcecheck_check",
      [resourceCheckType, stringType],
      decisionType,
      (check: ResourceCheckValue, verb: string) => check.check(verb),
    ),
  ],
  errored: [
    member(
      "decision_errored",
      [decisionType],
      boolType,
      (value: DecisionValue) => value.decision.error !== "",
    ),
  ],
  error: [
    member("decision_error", [decisionType], stringType, (value: DecisionValue) => value.decision.error),
  ],
  allowed: [
    member("decision_allowed", [decisionType], boolType, (value: DecisionValue) => value.decision.allowed),
  ],
  reason: [
    member("decision_reason", [decisionType], stringType, (value: DecisionValue) => value.decision.reason),
  ],
};
