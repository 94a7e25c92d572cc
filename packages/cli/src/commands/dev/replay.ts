import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Recording } from "@tautan/sandbox";
import { err, ok, type Result } from "neverthrow";
import { type Failure, refusedError, usageError } from "../../failure.ts";

/** The file of a recording, or what was recorded just now. */
export type Replay = string | Recording;

/** The advice for a wrong value. */
export const REPLAY_HINT =
  "Name a file that the inspector's Replay or npm run chaos has written, or a schedule of a seed, such as --replay 7/12.";

interface Place {
  /** Where the program was started. */
  readonly folder: string;
  /** The folder of the user's project. */
  readonly project: string;
  readonly signal: AbortSignal;
}

/** The recording of the option `--replay`: a file, or a schedule of a seed, which is played now. */
export const replayOf = async (named: string, { folder, project, signal }: Place): Promise<Result<Replay, Failure>> => {
  const file = resolve(folder, named);
  if (existsSync(file) && statSync(file).isFile()) return ok(file);
  const [, seed, schedule = "0"] = /^(\d{1,9})(?:\/(\d{1,9}))?$/.exec(named) ?? [];
  if (seed !== undefined) return play({ seed, schedule, project, signal });
  return err(
    usageError(
      `--replay: expected the file of a recording, or a seed and a schedule, got ${JSON.stringify(named.slice(0, 60))}, and there is no such file`,
      REPLAY_HINT,
    ),
  );
};

interface Played {
  readonly seed: string;
  readonly schedule: string;
  readonly project: string;
  readonly signal: AbortSignal;
}

const play = async ({ seed, schedule, project, signal }: Played): Promise<Result<Replay, Failure>> => {
  const main = findChaos(project);
  if (main === undefined) {
    return err(
      refusedError(
        `expected the chaos run of @tautan/ledger, which plays seed ${seed}, in ${project}, found none: only the packages and examples of Tautan's repository have it`,
        `In the root of the repository: npm run chaos -- --seed ${seed} --schedule ${schedule} --open, or --record FILE and then tautan dev --replay FILE.`,
      ),
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "tautan-replay-"));
  const file = join(folder, "recording.json");
  try {
    // A schedule that breaks a promise has the exit code 1, and is recorded too.
    const output = await run([main, "--seed", seed, "--schedule", schedule, "--record", file], signal);
    if (existsSync(file)) return ok(JSON.parse(readFileSync(file, "utf8")) as Recording);
    return err(
      refusedError(
        `the chaos run of ${main} has recorded nothing`,
        output.trim().split("\n").at(-1) || "Play it with npm run chaos, which prints the reason.",
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The chaos run is beside the tests of the ledger, which no published package contains. */
const findChaos = (project: string): string | undefined => {
  try {
    const manifest = createRequire(join(project, "package.json")).resolve("@tautan/ledger/package.json");
    const main = join(dirname(manifest), "test/chaos/main.ts");
    return existsSync(main) ? main : undefined;
  } catch {
    return undefined;
  }
};

/** Resolves with its standard error, however it ends. */
const run = (words: readonly string[], signal: AbortSignal): Promise<string> =>
  new Promise((done) => {
    execFile(process.execPath, ["--conditions=@tautan/source", ...words], { signal }, (_, __, stderr) => done(stderr));
  });
