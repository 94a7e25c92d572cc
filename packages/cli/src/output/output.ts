import { styleText } from "node:util";
import type { Failure } from "../failure.ts";
import { columns } from "./columns.ts";
import { plain } from "./text.ts";

/** The forms of a value beside JSON. */
export interface Forms {
  /** For people. Text of others goes through `output.plain`. */
  readonly text: () => string;
  /** For scripts, under `--quiet`. Default: nothing. */
  readonly quiet?: () => string;
}

type Style = Parameters<typeof styleText>[0];

/** The output of a command. Results go to standard output, all else to standard error. */
export interface Output {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** The width of the terminal, or 80. */
  readonly width: number;
  /** The result of the command: once. `error` is what went wrong after a part was done. */
  readonly value: (value: unknown, forms: Forms, error?: Failure) => void;
  /** One of many results of a command that goes on, such as `watch`: one line of JSON under `--json`. */
  readonly entry: (value: unknown, forms: Forms) => void;
  /** A remark for people, on standard error: not under `--json` and `--quiet`. */
  readonly note: (text: string) => void;
  /** An error, with its hint. */
  readonly failure: (error: Failure) => void;
  /** Text of others, without control characters. */
  readonly plain: (text: string) => string;
  /** Text in a colour, if standard output has colours. */
  readonly style: (style: Style, text: string) => string;
  /** Rows as columns under a heading. Cells may be styled; text of others goes through `plain` first. */
  readonly table: (heading: readonly string[], rows: readonly (readonly string[])[]) => string;
  /** Rows as columns without a heading: names in the first, values in the others. */
  readonly rows: (rows: readonly (readonly string[])[]) => string;
  /** Text of others that may quote the environment, such as what a handler threw, without the hidden secrets. */
  readonly withoutSecrets: (text: string) => string;
  /** Hides these texts in every error from now on. */
  readonly hide: (secrets: readonly string[]) => void;
}

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Makes the output of a command. */
export const createOutput = (
  { json: isJson, quiet: isQuiet }: { readonly json: boolean; readonly quiet: boolean },
  { stdout, stderr }: Streams,
): Output => {
  const hidden = new Set<string>();
  const print = (text: string): void => {
    if (text !== "") stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  };
  const complain = (text: string): void => void stderr.write(`${withoutSecrets(text, hidden)}\n`);
  // styleText itself follows NO_COLOR, FORCE_COLOR and whether the stream is a terminal.
  const styled = (stream: NodeJS.WriteStream, style: Style, text: string): string =>
    styleText(style, text, { stream, validateStream: true });
  const jsonOf = (error: Failure): unknown => JSON.parse(withoutSecrets(JSON.stringify(error), hidden));
  const formOf = ({ text, quiet = () => "" }: Forms): string => (isQuiet ? quiet() : text());
  const printFailure = (error: Failure): void => {
    complain(
      `${styled(stderr, ["bold", "red"], "error")} ${styled(stderr, "dim", error.kind)} ${plain(error.message)}`,
    );
    if (error.hint) complain(`${styled(stderr, "cyan", "hint")} ${plain(error.hint)}`);
  };
  return {
    isJson,
    isQuiet,
    isTerminal: stdout.isTTY,
    width: stdout.columns ?? 80,
    value: (value, forms, error) => {
      if (isJson)
        print(JSON.stringify(error ? { ...(value as object), error: jsonOf(error) } : (value ?? null), null, 2));
      else {
        print(formOf(forms));
        if (error) printFailure(error);
      }
    },
    entry: (value, forms) => print(isJson ? JSON.stringify(value) : formOf(forms)),
    note: (text) => {
      if (!isJson && !isQuiet) complain(text);
    },
    failure: (error) => {
      if (isJson) print(JSON.stringify({ error: jsonOf(error) }, null, 2));
      else printFailure(error);
    },
    plain,
    style: (style, text) => styled(stdout, style, text),
    table: (heading, rows) => columns([heading.map((each) => styled(stdout, "dim", each)), ...rows]),
    rows: (rows) => columns(rows.map(([name = "", ...rest]) => [styled(stdout, "dim", name), ...rest])),
    withoutSecrets: (text) => withoutSecrets(text, hidden),
    hide: (secrets) => {
      for (const each of secrets) if (each.length >= SHORTEST_SECRET) hidden.add(each);
    },
  };
};

/** Shorter values would hide parts of ordinary words. */
const SHORTEST_SECRET = 6;

const withoutSecrets = (text: string, secrets: ReadonlySet<string>): string =>
  [...secrets].reduce((rest, secret) => rest.replaceAll(secret, "[hidden]"), text);
