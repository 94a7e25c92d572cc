import type { PaymentLinks } from "@tautan/core";
import type { Ledger } from "@tautan/ledger";
import type { Result, ResultAsync } from "neverthrow";
import type { LoadedConfig } from "../config/load.ts";
import type { Exit } from "../exit-codes.ts";
import type { Failure } from "../failure.ts";
import type { Output } from "../output/output.ts";

interface Described {
  /** One sentence without a full stop. */
  readonly description: string;
  /** One letter: `-q`. */
  readonly short?: string;
  /** The name of the value in the help: `--title <text>`. */
  readonly value?: string;
}

/** An option. Its key is its name without the dashes: `expires-in`. */
export type OptionDefinition =
  | (Described & { readonly type: "boolean" })
  | (Described & {
      readonly type: "string";
      readonly choices?: readonly string[];
      /** Whether it can be given several times. */
      readonly multiple?: true;
      readonly required?: true;
    })
  | (Described & { readonly type: "integer"; readonly min: number; readonly max?: number })
  /** `90s`, `15m`, `24h`, `7d`; the value is in milliseconds. */
  | (Described & { readonly type: "duration" });

/** A word after the command. */
interface ArgumentDefinition {
  readonly description: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  /** The last one may take all words that are left. */
  readonly variadic?: true;
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;
export type ArgumentDefinitions = Readonly<Record<string, ArgumentDefinition>>;

type OptionValue<D extends OptionDefinition> = D extends { readonly type: "boolean" }
  ? boolean
  : D extends { readonly type: "integer" | "duration" }
    ? number | undefined
    : D extends { readonly multiple: true }
      ? readonly string[]
      :
          | (D extends { readonly choices: readonly (infer Choice)[] } ? Choice : string)
          | (D extends { readonly required: true } ? never : undefined);

type ArgumentValue<D extends ArgumentDefinition> = D extends { readonly variadic: true }
  ? readonly string[]
  : D extends { readonly required: true }
    ? string
    : string | undefined;

/** Standard input, as a command sees it. */
interface Input {
  readonly isTerminal: boolean;
  /** All of it, as text. */
  readonly read: () => Promise<string>;
  /** All of it, byte for byte. */
  readonly readBytes: () => Promise<Uint8Array>;
}

/** All that a command runs with. Everything that costs time is made at its first use. */
export interface Context<
  O extends OptionDefinitions = OptionDefinitions,
  A extends ArgumentDefinitions = ArgumentDefinitions,
> {
  readonly options: { readonly [Name in keyof O]: OptionValue<O[Name]> };
  readonly arguments: { readonly [Name in keyof A]: ArgumentValue<A[Name]> };
  /** The gateway's key from `--gateway`, or undefined. Only with `gateway: true`. */
  readonly gateway: string | undefined;
  /** Pass it to every operation: the signal of Ctrl-C, and the deadline from `--timeout`. */
  readonly call: { readonly signal: AbortSignal; readonly timeoutMs?: number };
  /** Aborted by Ctrl-C and SIGTERM. The process ends within a second after that. */
  readonly signal: AbortSignal;
  readonly output: Output;
  readonly input: Input;
  /** The environment, with the `.env` file once the configuration is loaded. */
  readonly environment: NodeJS.ProcessEnv;
  /** All commands. */
  readonly commands: Tree;
  /** The working directory. */
  readonly folder: string;
  /** The configuration file. */
  readonly config: () => ResultAsync<LoadedConfig, Failure>;
  /** The gateways of the configuration, with their drivers. */
  readonly links: () => ResultAsync<PaymentLinks, Failure>;
  /** The ledger of the configuration; an error if it has none. It is closed when the command ends. */
  readonly ledger: () => ResultAsync<Ledger<unknown, unknown>, Failure>;
  /** The ledger if the configuration has one. */
  readonly ledgerIfAny: () => ResultAsync<Ledger<unknown, unknown> | undefined, Failure>;
  /** Calls this when the command ends, also after an error or Ctrl-C. */
  readonly atEnd: (close: () => unknown) => void;
  /**
   * Asks for a yes. `--yes` answers it; without a terminal and without `--yes`, it is an error. A command that calls it has the
   * option `yes`.
   */
  readonly confirm: (question: string) => ResultAsync<undefined, Failure>;
}

/** The result of a command: nothing or the name of an exit code, or an error. */
type Ran = Result<Exit | undefined, Failure>;

/** The parts of a command. */
export interface CommandDefinition<O extends OptionDefinitions, A extends ArgumentDefinitions> {
  /** More than the summary in the table of commands. */
  readonly description?: string;
  readonly arguments?: A;
  readonly options?: O;
  /** Whether `--gateway` makes sense. */
  readonly gateway?: boolean;
  /** Whether `--timeout` makes sense: whether it calls a gateway. */
  readonly timeout?: boolean;
  /** Whole command lines. */
  readonly examples?: readonly string[];
  run(context: Context<O, A>): Promise<Ran> | ResultAsync<Exit | undefined, Failure>;
}

/** A command. */
export interface Command {
  readonly description: string | undefined;
  readonly arguments: ArgumentDefinitions;
  readonly options: OptionDefinitions;
  readonly gateway: boolean;
  readonly timeout: boolean;
  readonly examples: readonly string[];
  run(context: Context): PromiseLike<Ran>;
}

/** A command in the table: its file is loaded when it is needed. */
export interface Leaf {
  readonly summary: string;
  /** Loads the file, which exports the command as `COMMAND`. */
  readonly load: () => Promise<{ readonly COMMAND: Command }>;
}

/** Commands under one word. */
export interface Group {
  readonly summary: string;
  readonly commands: Readonly<Record<string, Leaf>>;
}

export type Entry = Leaf | Group;

/** The commands by name. */
export type Tree = Readonly<Record<string, Entry>>;

/**
 * Makes a command. Its file exports it as `COMMAND`, and `commands/table.ts` names it.
 *
 * @example
 * ```ts
 * export const COMMAND: Command = command({
 *   arguments: { id: { description: "The id of the link", required: true } },
 *   timeout: true,
 *   run: (context) =>
 *     context
 *       .links()
 *       .andThen((links) => links.get(context.arguments.id as LinkId, context.call))
 *       .map((link) => context.output.value(link, { text: () => describeLink(link), quiet: () => link.url })),
 * });
 * ```
 */
export const command = <const O extends OptionDefinitions = {}, const A extends ArgumentDefinitions = {}>(
  definition: CommandDefinition<O, A>,
): Command => ({
  description: definition.description,
  arguments: definition.arguments ?? {},
  options: definition.options ?? {},
  gateway: definition.gateway ?? false,
  timeout: definition.timeout ?? false,
  examples: definition.examples ?? [],
  // The values were read by these definitions.
  run: (context) => definition.run(context as unknown as Context<O, A>),
});
