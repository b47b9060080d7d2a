const url = "https://login.example.com";
const audiences = ["cluster"];
const username = { claim: "sub", prefix: "oidc:" };
const plain = { issuer: { url, audiences }, claimMappings: { username } };

const issuer = (more: object) => ({ ...plain, issuer: { ...plain.issuer, ...more } });
const mappings = (more: object) => ({ ...plain, claimMappings: { ...plain.claimMappings, ...more } });
const rules = (...claimValidationRules: readonly object[]) => ({ ...plain, claimValidationRules });
const users = (...userValidationRules: readonly object[]) => ({ ...plain, userValidationRules });

/** The `jwt` of configurations of authentication, good and bad ones, by what they are about. */
export const configurations: Readonly<Record<string, readonly unknown[]>> = {
  "a plain one": [plain],
  none: [],
  "everything by expressions": [
    {
      issuer: { url, audiences: ["a", "b"], audienceMatchPolicy: "MatchAny" },
      claimValidationRules: [
        { claim: "hd", requiredValue: "example.com" },
        { expression: "claims.exp - claims.nbf <= 86400", message: "lives too long" },
      ],
      claimMappings: {
        username: { expression: "'oidc:' + claims.sub" },
        groups: { expression: "claims.roles.split(',')" },
        uid: { expression: "claims.sub" },
        extra: [{ key: "example.com/tenant", valueExpression: "claims.tenant" }],
      },
      userValidationRules: [{ expression: "!user.username.startsWith('system:')", message: "reserved" }],
    },
  ],
  "no issuer": [{ claimMappings: { username } }],
  "an issuer without TLS": [issuer({ url: "http://login.example.com" })],
  "an issuer with what no URL of one has": [issuer({ url: "https://a:b@login.example.com/?c=d#e" })],
  "an issuer that is no URL": [
    issuer({ url: "https://login example" }),
    issuer({ url: "login.example.com" }),
  ],
  "an issuer twice": [plain, plain],
  "a discovery URL that is the issuer's": [issuer({ discoveryURL: `${url}/` })],
  "a discovery URL without TLS": [issuer({ discoveryURL: "http://login.internal/x" })],
  "a discovery URL twice": [
    issuer({ discoveryURL: "https://login.internal/x" }),
    issuer({ url: `${url}/other`, discoveryURL: "https://login.internal/x" }),
  ],
  "an authority that is none": [issuer({ certificateAuthority: "none" })],
  "no audience": [issuer({ audiences: [] })],
  "audiences twice and empty": [issuer({ audiences: ["a", "a", ""], audienceMatchPolicy: "MatchAny" })],
  "several audiences without a policy": [issuer({ audiences: ["a", "b"] })],
  "a policy there isn't": [issuer({ audienceMatchPolicy: "MatchAll" })],
  "no name": [{ issuer: plain.issuer }],
  "a claim without a prefix": [mappings({ username: { claim: "sub" }, groups: { claim: "roles" } })],
  "a claim and an expression": [
    mappings({
      username: { claim: "sub", expression: "claims.sub" },
      groups: { claim: "roles", expression: "claims.roles" },
      uid: { claim: "sub", expression: "claims.sub" },
    }),
  ],
  "an expression with a prefix": [mappings({ username: { expression: "claims.sub", prefix: "a" } })],
  "expressions that are none": [
    mappings({
      username: { expression: "claims." },
      groups: { expression: "nothing.roles" },
      uid: { expression: "claims.sub +" },
      extra: [{ key: "example.com/a", valueExpression: "user.name" }],
    }),
  ],
  "extra keys": [
    mappings({
      extra: [
        { key: "", valueExpression: "claims.a" },
        { key: "plain", valueExpression: "claims.a" },
        { key: "Example.com/a", valueExpression: "claims.a" },
        { key: "example.com/A", valueExpression: "claims.a" },
        { key: "kubernetes.io/a", valueExpression: "claims.a" },
        { key: "sub.k8s.io/a", valueExpression: "claims.a" },
        { key: "example.com/a", valueExpression: "claims.a" },
        { key: "example.com/a", valueExpression: "claims.b" },
        { key: "example.com/b" },
      ],
    }),
  ],
  "an address that nobody must have proved": [mappings({ username: { expression: "claims.email" } })],
  "an address that must be proved": [
    mappings({
      username: { expression: "claims.email" },
      extra: [{ key: "example.com/v", valueExpression: "string(claims.email_verified)" }],
    }),
  ],
  "rules of claims": [
    rules(
      {},
      { claim: "a", expression: "true" },
      { claim: "b", requiredValue: "c", message: "d" },
      { claim: "b", requiredValue: "e" },
      { expression: "true", requiredValue: "x" },
      { expression: "true" },
      { expression: "claims.sub" },
      { expression: "'text'" },
    ),
  ],
  "rules of users": [
    users(
      {},
      { expression: "user.username != ''" },
      { expression: "user.username != ''" },
      { expression: "user.name == ''" },
      { expression: "user.groups" },
      { expression: "claims.sub == ''" },
    ),
  ],
};

/** The document of such a `jwt`. */
export function documentOf(jwt: readonly unknown[]): object {
  return { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthenticationConfiguration", jwt };
}

/**
 * What is said against a configuration, without what is a parser's own, what it says of broken syntax or of a URL, and
 * without a password, which isn't repeated here.
 */
export function comparableFaults(text: string): string {
  return text
    .replace(/(Syntax error): .*?(?=\n \|)/g, "$1")
    .replace(/\/\/a:b@/g, "//<omitted>@")
    .replace(/("https:\/\/login example"): (parse .*? in host name|isn't a URL)/g, "$1: <no URL>");
}
