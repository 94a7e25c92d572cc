import { errAsync, okAsync, ResultAsync } from "neverthrow";
import type { LoadedConfig } from "../config/load.ts";
import { type Failure, notConfirmed } from "../failure.ts";
import type { Context } from "./command.ts";
import type { Parsed } from "./parse.ts";

/** A context, and what its command has left to close. */
export interface OpenContext {
  readonly context: Context;
  readonly close: () => Promise<void>;
}

interface Parts extends Pick<Context, "commands" | "output" | "signal"> {
  readonly parsed: Parsed;
}

/** Makes the context of one run of a command. */
export const createContext = ({ parsed, commands, output, signal }: Parts): OpenContext => {
  const { options } = parsed;
  const closers: (() => unknown)[] = [];
  const folder = process.cwd();
  const config = once(() =>
    new ResultAsync<LoadedConfig, Failure>(
      import("../config/load.ts").then(({ loadConfig }) => loadConfig(folder, options["config"] as string | undefined)),
    ).map((loaded) => {
      output.hide(loaded.variables.flatMap((name) => process.env[name] ?? []));
      return loaded;
    }),
  );
  const links = once(() =>
    config().andThen(
      (loaded) => new ResultAsync(import("../config/links.ts").then(({ loadLinks }) => loadLinks(loaded, process.env))),
    ),
  );
  const ledger = once(() =>
    config()
      .andThen((loaded) =>
        links().andThen(
          (made) =>
            new ResultAsync(
              import("../config/ledger.ts").then(({ loadLedger }) => loadLedger(loaded, made, process.env)),
            ),
        ),
      )
      .map((opened) => {
        closers.push(() => opened.end());
        return opened;
      }),
  );
  const timeoutMs = options["timeout"] as number | undefined;
  const context: Context = {
    options: options as Context["options"],
    arguments: parsed.arguments as Context["arguments"],
    gateway: options["gateway"] as string | undefined,
    call: { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
    signal,
    commands,
    output,
    input: { isTerminal: process.stdin.isTTY, read: readInput, readBytes },
    environment: process.env,
    folder,
    config,
    links,
    ledger,
    ledgerIfAny: () => config().andThen((loaded) => (loaded.ledger ? ledger() : okAsync(undefined))),
    atEnd: (close) => void closers.push(close),
    confirm: (question) => {
      if (options["yes"] === true) return okAsync(undefined);
      if (!context.input.isTerminal || !process.stderr.isTTY) {
        return errAsync(
          notConfirmed(
            `expected an answer, and there is no terminal to ask on: ${question}`,
            "Add --yes if you are sure.",
          ),
        );
      }
      return new ResultAsync(import("./ask.ts").then(({ askForYes }) => askForYes(question, signal)));
    },
  };
  const close = async (): Promise<void> => {
    for (const each of closers.toReversed()) await each();
  };
  return { context, close };
};

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const readInput = async (): Promise<string> => {
  const { text } = await import("node:stream/consumers");
  return text(process.stdin);
};

const readBytes = async (): Promise<Uint8Array> => {
  const { buffer } = await import("node:stream/consumers");
  return buffer(process.stdin);
};
