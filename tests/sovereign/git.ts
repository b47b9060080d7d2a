import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Sovereign } from "./sovereign.ts";

/** What a git command ended with and wrote. */
export interface GitResult {
  readonly code: number;
  /** Both streams. */
  readonly text: string;
}

/** Somebody's clone of a repository, worked with as a person would. */
export class Clone {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Clones `demo/demo-dev` with a user's token. Throws with git's words. */
  static async make(sovereign: Sovereign, repository: string, user: string, token: string): Promise<Clone> {
    const folder = mkdtempSync(join(tmpdir(), "catalyst-clone-"));
    const clone = new Clone(folder);
    const { code, text } = await git(
      folder,
      "clone",
      "-q",
      addressOf(sovereign, repository, user, token),
      ".",
    );
    if (code !== 0) {
      clone.remove();
      throw new Error(text);
    }
    await git(folder, "config", "user.name", user);
    await git(folder, "config", "user.email", `${user}@localhost`);
    return clone;
  }

  git(...words: readonly string[]): Promise<GitResult> {
    return git(this.folder, ...words);
  }

  /** Commits files; undefined removes one. */
  async commit(files: Readonly<Record<string, string | undefined>>, message = "Change it"): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path);
      if (text === undefined) rmSync(file);
      else {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
    }
    await this.git("add", "-A");
    const { code, text } = await this.git("commit", "-q", "-m", message);
    if (code !== 0) throw new Error(text);
  }

  /** Commits files, pushes, and goes back to what the host has when it refused. */
  async push(files: Readonly<Record<string, string | undefined>>, message?: string): Promise<GitResult> {
    await this.git("pull", "-q", "--ff-only");
    await this.commit(files, message);
    const result = await this.git("push", "origin", "HEAD");
    if (result.code !== 0) await this.git("reset", "-q", "--hard", "@{upstream}");
    return result;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The address of a repository, with credentials in it. */
export function addressOf({ url }: Sovereign, repository: string, user: string, token: string): string {
  return `${url.replace("://", `://${user}:${token}@`)}/git/${repository}.git`;
}

/** Runs git without anyone's own settings, and without asking. */
export function git(folder: string, ...words: readonly string[]): Promise<GitResult> {
  const environment = {
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
  };
  return new Promise((done) =>
    execFile(
      "git",
      [...words],
      { cwd: folder, env: { ...process.env, ...environment } },
      (error, out, text) =>
        done({ code: error === null ? 0 : Number(error.code ?? 1), text: `${out}${text}` }),
    ),
  );
}
