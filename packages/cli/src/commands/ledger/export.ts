import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { extname, resolve } from "node:path";
import type { ExportFormat, ExportQuery, Ledger } from "@tautan/ledger";
import { err, ok, type Result } from "neverthrow";
import { type Failure, refusedError } from "../../failure.ts";
import { type Command, command } from "../../frame/command.ts";
import { type Progress, startProgress } from "../../output/progress.ts";
import { RANGE_OPTIONS, readRange } from "./range.ts";

const FORMATS = ["csv", "jsonl"] as const satisfies readonly ExportFormat[];

export const COMMAND: Command = command({
  description:
    "To standard output, or to a file that is there only once it is whole. CSV is for spreadsheets, JSON Lines for programs.\n" +
    "A payment that changes during the export may be missing or come twice: export a range that has ended.",
  options: {
    ...RANGE_OPTIONS,
    format: { type: "string", choices: FORMATS, description: "Default: by the name of the file, or csv" },
    out: { type: "string", value: "file", description: "The file; default: standard output" },
    force: { type: "boolean", description: "Replace a file that exists" },
  },
  gateway: true,
  examples: [
    "tautan ledger export --from 2026-01-01T00:00:00+07:00 --to 2026-02-01T00:00:00+07:00 --out january.csv",
    "tautan ledger export --from 7d --format jsonl | head",
  ],
  run: async (context) => {
    const { output, options, gateway, signal, folder } = context;
    const range = readRange(options);
    if (range.isErr()) return err(range.error);
    const file = options.out === undefined ? undefined : resolve(folder, options.out);
    if (file !== undefined && !options.force && existsSync(file)) {
      return err(refusedError(`--out: there is a file ${file}`, "Add --force to replace it."));
    }
    const ledger = await context.ledger();
    if (ledger.isErr()) return err(ledger.error);
    const format = options.format ?? formatOf(file, output.isJson);
    const query = { ...range.value, gateway, format };
    const totals = await ledger.value.totals({ ...range.value, gateway });
    if (totals.isErr()) return err(totals.error);
    const count = totals.value.reduce((sum, total) => sum + total.count, 0);
    // On a terminal the lines themselves show how far it is.
    const progress = startProgress("export", count, {
      ...output,
      isQuiet: output.isQuiet || isShown(file, output.isTerminal),
    });
    const written = await (file === undefined ? toOutput : toFile(file))(ledger.value, query, progress, signal);
    progress.end();
    if (written.isErr()) return err(written.error);
    if (file !== undefined) {
      output.value(
        { file, format, payments: written.value },
        { text: () => `${written.value} payments in ${output.plain(file)}`, quiet: () => file },
      );
    }
    return ok(undefined);
  },
});

const isShown = (file: string | undefined, isTerminal: boolean): boolean => file === undefined && isTerminal;

const formatOf = (file: string | undefined, isJson: boolean): ExportFormat => {
  if (file === undefined) return isJson ? "jsonl" : "csv";
  return [".jsonl", ".ndjson", ".json"].includes(extname(file).toLowerCase()) ? "jsonl" : "csv";
};

type AnyLedger = Ledger<unknown, unknown>;
type Written = Promise<Result<number, Failure>>;
type Write = (chunk: string) => Promise<void>;

const INTERRUPTED: Failure = { kind: "aborted", message: "interrupted", hint: "Nothing was kept of the export." };

/** Passes on chunk by chunk, and returns the number of payments. */
const stream = async (
  ledger: AnyLedger,
  query: ExportQuery,
  progress: Progress,
  signal: AbortSignal,
  write: Write,
): Written => {
  let lines = 0;
  const headings = query.format === "csv" ? 1 : 0;
  for await (const chunk of ledger.exportPayments(query)) {
    if (signal.aborted) return err(INTERRUPTED);
    if (chunk.isErr()) return err(chunk.error);
    await write(chunk.value);
    lines += chunk.value.split("\n").length - 1;
    progress.update(Math.max(0, lines - headings));
  }
  return ok(Math.max(0, lines - headings));
};

const toOutput = (ledger: AnyLedger, query: ExportQuery, progress: Progress, signal: AbortSignal): Written =>
  stream(ledger, query, progress, signal, async (chunk) => {
    if (!process.stdout.write(chunk)) await once(process.stdout, "drain", { signal }).catch(() => {});
  });

/** Writes beside the file first: whoever reads the file never sees a part of it. */
const toFile =
  (file: string) =>
  async (ledger: AnyLedger, query: ExportQuery, progress: Progress, signal: AbortSignal): Written => {
    const beside = `${file}.${randomBytes(4).toString("hex")}.part`;
    try {
      const handle = await open(beside, "wx", 0o600);
      try {
        const written = await stream(ledger, query, progress, signal, async (chunk) => {
          await handle.write(chunk);
        });
        if (written.isErr()) return err(written.error);
        await handle.sync();
        await handle.close();
        await rename(beside, file);
        return written;
      } finally {
        await handle.close().catch(() => {});
        await rm(beside, { force: true });
      }
    } catch (thrown) {
      const { code = "no access" } = thrown as NodeJS.ErrnoException;
      return err(
        refusedError(`--out: the file ${file} cannot be written (${code})`, "Name a file in a folder that exists."),
      );
    }
  };
