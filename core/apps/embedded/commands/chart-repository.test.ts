import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ChartFolder, makeChartFolder } from "./chart/testing/chart-folder.ts";

/** What a repository answers, by path. */
const answers: Readonly<Record<string, string>> = {
  "/broken/index.yaml": "a: [",
  "/page/index.yaml": "<html><body>Sign in</body></html>",
  "/unversioned/index.yaml": "entries: {}\n",
  "/elsewhere/index.yaml": index("ftp://example.com/a-1.0.0.tgz"),
  "/file/index.yaml": index("file:///etc/passwd"),
  "/garbage/index.yaml": index("a-1.0.0.tgz"),
  "/moved/index.yaml": index("a-1.0.0.tgz"),
  "/elsewhere/a-1.0.0.tgz": "no archive",
  "/garbage/a-1.0.0.tgz": "no archive",
};

function index(url: string): string {
  return `apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0, urls: ["${url}"]}\n`;
}

let folder: ChartFolder;
let server: Server;
let repository = "";
/** The password that came along, by path. */
const passwords = new Map<string, string | undefined>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const text = answers[request.url ?? ""];
    passwords.set(request.url ?? "", request.headers.authorization);
    if (request.url === "/moved/a-1.0.0.tgz") {
      const location = `${repository.replace("127.0.0.1", "localhost")}/elsewhere/a-1.0.0.tgz`;
      response.writeHead(302, { location }).end();
      return;
    }
    if (request.url?.startsWith("/around/") === true) {
      response.writeHead(302, { location: `${request.url}x` }).end();
      return;
    }
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", () => ready()));
  repository = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

beforeEach(() => {
  folder = makeChartFolder();
});
afterEach(() => folder.remove());

describe("chart dependency update says in one sentence", () => {
  test.each<[string, () => void, readonly string[], RegExp]>([
    [
      "that a registry's address names none",
      () => folder.depend("oci://"),
      ["dependency", "update", "site"],
      /oci:\/\/\/a names no registry/,
    ],
    [
      "that an index can't be read",
      () => folder.depend(`${repository}/broken`),
      ["dependency", "update", "site"],
      /\/broken\/index\.yaml isn't a repository's index: error converting YAML to JSON: yaml: line 1/,
    ],
    [
      "that an index is a page",
      () => folder.depend(`${repository}/page`),
      ["dependency", "update", "site"],
      /\/page\/index\.yaml isn't a repository's index: error unmarshaling JSON/,
    ],
    [
      "that an index has no version",
      () => folder.depend(`${repository}/unversioned`),
      ["dependency", "update", "site"],
      /\/unversioned\/index\.yaml isn't a repository's index: no API version specified/,
    ],
    [
      "that an address in an index isn't had",
      () => folder.depend(`${repository}/elsewhere`),
      ["dependency", "update", "site"],
      /ftp:\/\/example\.com\/a-1\.0\.0\.tgz can't be fetched: .*http and https/,
    ],
    [
      "that a file in an index isn't read",
      () => folder.depend(`${repository}/file`),
      ["dependency", "update", "site"],
      /file:\/\/\/etc\/passwd can't be fetched: .*http and https/,
    ],
    [
      "that a repository redirects for ever",
      () => folder.depend(`${repository}/around`),
      ["dependency", "update", "site"],
      /\/around\/index\.yaml : stopped after 5 redirects/,
    ],
    [
      "what an index leads to that is no chart",
      () => folder.depend(`${repository}/garbage`),
      ["dependency", "update", "site"],
      /\/garbage\/a-1\.0\.0\.tgz is no packed chart: gzip: invalid header/,
    ],
  ])("%s", async (_name, prepare, words, expected) => {
    prepare();
    const { exit, stdout, stderr } = await folder.chart(...words);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/^catalyst: .*\n$/);
    expect([exit, stdout]).toEqual([1, ""]);
  });
});

test("security case 15: a redirect to another host takes no password along", async () => {
  const signedIn = ["--username", "me", "--password", "secret"];
  const { stderr } = await folder.chart("template", "r", "a", "--repo", `${repository}/moved`, ...signedIn);
  expect(stderr).toContain("/moved/a-1.0.0.tgz is no packed chart");
  const basic = `Basic ${Buffer.from("me:secret").toString("base64")}`;
  expect(Object.fromEntries(passwords)).toMatchObject({
    "/moved/index.yaml": basic,
    "/moved/a-1.0.0.tgz": basic,
  });
  expect(passwords.get("/elsewhere/a-1.0.0.tgz")).toBe(undefined);
  expect(passwords.has("/elsewhere/a-1.0.0.tgz")).toBe(true);
});
