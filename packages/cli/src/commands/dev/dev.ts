import { resolve } from "node:path";
import type { RecordedDelivery } from "@tautan/sandbox";
import { err, ok, type Result } from "neverthrow";
import { hasConfig } from "../../config/find.ts";
import type { LoadedConfig } from "../../config/load.ts";
import type { Exit } from "../../exit-codes.ts";
import { type Failure, usageError } from "../../failure.ts";
import { type Command, type Context, command } from "../../frame/command.ts";
import { environmentOf } from "./environment.ts";
import { createHints } from "./hints.ts";
import { introductionOf } from "./introduction.ts";
import { jsonOf, lineOf } from "./lines.ts";
import { planOf } from "./plan.ts";
import { createProgram, type ProgramEnd } from "./program.ts";
import { replayOf } from "./replay.ts";
import { createScreen } from "./screen.ts";
import { DEFAULT_PORT, startSandbox } from "./start.ts";
import { webhookUrlsOf } from "./webhook-urls.ts";

/** The gateways of the sandbox have the ports after that of the inspector. */
const LAST_PORT = 65_500;

export const COMMAND: Command = command({
  description:
    "Simulates the gateways of the configuration on this machine, with pay pages and signed webhooks, and shows every call and\n" +
    "webhook. A command after -- runs beside it, with environment variables that point its gateways at the simulation. On a\n" +
    "terminal, keys pay links, send webhooks again, move the clock and cause faults: ? lists them.",
  arguments: { command: { description: "Your program, after --", variadic: true } },
  options: {
    gateways: {
      type: "string",
      value: "names",
      description: "Which to start, such as midtrans,xfers; default: those of the configuration",
    },
    "webhook-url": {
      type: "string",
      value: "url",
      description:
        "Where webhooks are sent; {gateway} is the key of a gateway; default: http://localhost:3000, or the port in PORT",
    },
    port: {
      type: "integer",
      min: 0,
      max: LAST_PORT,
      description: `The port of the inspector, before those of the gateways; default ${DEFAULT_PORT}; 0: free ports`,
    },
    "state-file": { type: "string", value: "file", description: "Keep links and payments in this file between runs" },
    replay: {
      type: "string",
      value: "file or seed",
      description:
        "Step through a recorded run in the inspector; 7/12 is schedule 12 of seed 7 of the ledger's chaos run, in Tautan's repository",
    },
  },
  examples: [
    "tautan dev -- node --watch server.js",
    "tautan dev --gateways midtrans --webhook-url http://localhost:4000/hooks/{gateway}",
    "tautan dev --replay recording.json",
  ],
  run: async (context) => {
    const { options, output, signal, folder, environment } = context;
    const loaded = await configOf(context);
    if (loaded.isErr()) return err(loaded.error);
    const config = loaded.value;
    const plan = planOf(config, options.gateways);
    if (plan.isErr()) return err(plan.error);
    const webhookUrls = webhookUrlsOf(plan.value.gateways, {
      named: options["webhook-url"],
      config,
      port: environment["PORT"],
    });
    if (webhookUrls.isErr()) return err(webhookUrls.error);
    const stateFile = options["state-file"] ?? (config?.dev?.stateFile && resolve(config.folder, config.dev.stateFile));
    const project = config?.folder ?? folder;
    const replay =
      options.replay === undefined ? ok(undefined) : await replayOf(options.replay, { folder, project, signal });
    if (replay.isErr()) return err(replay.error);
    const started = await startSandbox({
      gateways: plan.value.gateways,
      webhookUrls: webhookUrls.value,
      port: options.port ?? config?.dev?.port ?? DEFAULT_PORT,
      stateFile,
      folder: project,
      replay: replay.value,
    });
    if (started.isErr()) return err(started.error);
    const { sandbox, gateways } = started.value;
    context.atEnd(() => sandbox.close());

    const hasKeys = process.stdin.isTTY && output.isTerminal && !output.isJson && !output.isQuiet;
    const words = context.arguments.command;
    const variables = environmentOf(gateways);
    const screen = createScreen(output);
    const hints = createHints(gateways, words.length > 0);
    const events = new WeakMap<RecordedDelivery, string>();
    sandbox.watch((record) => {
      if (record.kind === "delivery") events.set(record.delivery, record.event);
      screen.print(jsonOf(record), { text: () => lineOf(record, output) });
      const hint = hints.of(record);
      if (hint !== undefined) {
        screen.print(
          { type: "hint", message: hint },
          { text: () => `${output.style("cyan", "hint")} ${output.plain(hint)}` },
        );
      }
    });
    const replayPage = replay.value && `${sandbox.control.url}/inspector/replay`;
    const introduction = {
      inspector: sandbox.control.url,
      replay: replayPage,
      gateways,
      variables,
      hasCommand: words.length > 0,
      hasKeys,
    };
    const ended = Promise.withResolvers<Result<Exit | undefined, Failure>>();
    signal.addEventListener("abort", () => ended.resolve(ok(undefined)));
    if (signal.aborted) return ok(undefined);
    // The terminal was closed.
    process.once("SIGHUP", () => process.kill(process.pid, "SIGTERM"));

    const program = createProgram({
      command: words,
      environment: { ...environment, ...colours(output), ...variables },
      onLine: (line) => {
        if (output.isJson) process.stderr.write(`${line}\n`);
        else screen.print(undefined, { text: () => `${output.style("dim", "program |")} ${line}`, quiet: () => line });
      },
      onEnd: (end) => {
        const failure = failureOf(end, words[0] ?? "");
        if (!hasKeys || end.error !== undefined) ended.resolve(failure ? err(failure) : ok(undefined));
        else
          screen.say(
            `${failure ? output.style("red", "Your program has failed") : "Your program has ended"}${end.code ? ` with code ${end.code}` : ""}. r starts it again.`,
          );
      },
    });
    context.atEnd(() => program.stop());
    // Keys that are pressed as soon as they are shown must not be echoed.
    if (hasKeys) {
      const { startConsole } = await import("./console.ts");
      const console = startConsole({
        stage: { sandbox, output, signal, eventOf: (delivery) => events.get(delivery) ?? "webhook" },
        screen,
        restart: words.length > 0 ? () => program.start() : undefined,
        introduce: () => screen.say(introductionOf(introduction, output)),
        quit: () => ended.resolve(ok(undefined)),
      });
      context.atEnd(() => console.close());
    }
    for (const notice of plan.value.notices) output.note(notice);
    screen.print(
      {
        type: "started",
        inspector: sandbox.control.url,
        ...(replayPage !== undefined && { replay: replayPage }),
        gateways: gateways.map(({ entry: _, ...each }) => each),
        environment: variables,
      },
      { text: () => introductionOf(introduction, output), quiet: () => sandbox.control.url },
    );
    if (words.length > 0) await program.start();

    return await ended.promise;
  },
});

/** The configuration, if there is one or one was named. */
const configOf = async (context: Context): Promise<Result<LoadedConfig | undefined, Failure>> => {
  const isNamed = context.options["config"] !== undefined;
  return isNamed || hasConfig(context.folder) ? await context.config() : ok(undefined);
};

/** A program that writes into a pipe has no colours unless it is asked. */
const colours = ({ isTerminal }: { readonly isTerminal: boolean }): NodeJS.ProcessEnv =>
  isTerminal && process.stdout.hasColors() && !process.env["NO_COLOR"] ? { FORCE_COLOR: "1" } : {};

const failureOf = ({ code, signal, error }: ProgramEnd, file: string): Failure | undefined => {
  if (error !== undefined) {
    return usageError(
      `expected a command that can be started, got ${JSON.stringify(file)} (${error})`,
      "Write it after --, as in a terminal: tautan dev -- node server.js",
    );
  }
  if (code === 0) return undefined;
  return {
    kind: "program_failed",
    message: `expected the program to go on or to end with code 0, got ${code === null ? `its end by ${signal}` : `code ${code}`}`,
    hint: "Its output is above.",
  };
};
