import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface GitResult {
  readonly status: number;
  /** What it printed on either stream. */
  readonly output: string;
}

/** Real git as a person uses it, in a folder of its own with neither the machine's nor anyone's configuration. */
export class GitCli {
  readonly home: string;

  constructor(home: string) {
    this.home = home;
  }

  static async create(): Promise<GitCli> {
    return new GitCli(await mkdtemp(join(tmpdir(), "catalyst-git-cli-")));
  }

  /** Runs git in `folder` (below the home); never throws for a failing command. */
  run(folder: string, ...args: readonly string[]): Promise<GitResult> {
    const env = {
      PATH: process.env["PATH"],
      HOME: this.home,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.org",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.org",
    };
    return new Promise((resolve) => {
      const child = execFile("git", args, { cwd: join(this.home, folder), env }, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
      );
      child.stdin?.end();
    });
  }

  /** Runs git and throws with its output when it fails. */
  async ok(folder: string, ...args: readonly string[]): Promise<string> {
    const { status, output } = await this.run(folder, ...args);
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${output}`);
    return output.trim();
  }

  /** Writes files into a work tree and commits them; gives the commit's id. */
  async commit(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
    for (const [path, content] of Object.entries(files))
      await writeFile(join(this.home, folder, path), content);
    await this.ok(folder, "add", "-A");
    await this.ok(folder, "commit", "-q", "-m", "Change files");
    return this.ok(folder, "rev-parse", "HEAD");
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}

/** A repository's address with a user's name and password in it. */
export function addressOf(url: string, user: string, repository: string): string {
  return `${url.replace("://", `://${user}:${user}@`)}/${repository}.git`;
}
